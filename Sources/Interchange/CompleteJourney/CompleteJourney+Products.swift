import Bytes
import Events

extension CompleteJourney {
    /// Lists every row of the products file, in its order, at the founding.
    func importProducts() throws {
        let file = try open("products")
        let id = try file.column("product_id")
        let department = try file.column("department")
        let category = try file.column("product_category")
        let kind = try file.column("product_type")
        let brand = try file.column("brand")
        let size = try file.column("package_size")
        let product = NameText("product-")
        while try file.next() {
            let number = try file.unsigned(id)
            let texts = (
                try file.text(department), try file.text(category), try file.text(kind), try file.text(brand),
                try file.text(size)
            )
            let taxClass = Self.taxClass(ofDepartment: texts.0)
            guard products.insert(number, UInt32(taxClass.rawValue)) else {
                throw file.refusal(id, reason: "is listed twice", expected: "each product once")
            }
            let name = product(file[id])
            try propose(.productListed, at: Terms.foundedUs, key: name) { event in
                event.productListed {
                    $0.product(name)
                    $0.taxClass(taxClass)
                    $0.department(texts.0)
                    $0.category(texts.1)
                    $0.description(texts.2)
                    $0.brand(texts.3)
                    $0.packageSize(texts.4)
                }
            }
            report.listedProducts += 1
            try flushIfFull()
        }
    }

    /// A product that is sold but that the products file does not know: standard, so that no tax is missed.
    func proposeUnlistedProduct(_ number: UInt64, name: Bytes, at us: Int64) throws {
        _ = products.insert(number, UInt32(TaxClass.standard.rawValue))
        report.unlistedProducts.append(number)
        try propose(.productListed, at: us, key: name) { event in
            event.productListed {
                $0.product(name)
                $0.taxClass(.standard)
                $0.department("UNKNOWN")
            }
        }
    }

    static func taxClass(ofDepartment department: Bytes) -> TaxClass {
        Terms.zeroRatedDepartments.contains(department.string) ? .zeroRated : .standard
    }
}
