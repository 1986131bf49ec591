import Commerce
import Events

/// Personal data for people and programs.
enum PersonalText {
    static func json(_ data: PersonalData?) -> JSON {
        data.map { .object($0.fields.map { ($0.key, .text($0.value)) }) } ?? .null
    }

    /// A table, or the sentence that there is nothing; empty where nobody asked.
    static func table(_ data: PersonalData?, asked: Bool) -> String {
        guard asked else { return "" }
        guard let data else {
            return "\n"
                + say("Aucune donnée personnelle que vous puissiez ouvrir.", "No personal data that you can open.")
                + "\n"
        }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "field", title: Text("Donnée personnelle", "Personal data")),
            .init(key: "value", title: Text("Valeur", "Value")),
        ])
        for (key, value) in data.fields { listing.add([.text(label(key)(language)), .text(value)]) }
        return "\n" + listing.table(language)
    }

    private static func label(_ key: String) -> Text {
        switch key {
        case "name": Text("nom", "name")
        case "email": Text("courriel", "e-mail")
        case "telephone": Text("téléphone", "telephone")
        case "streetAddress": Text("adresse", "street address")
        case "city": Text("ville", "city")
        case "province": Text("province", "province")
        case "postalCode": Text("code postal", "postal code")
        case "language": Text("langue", "language")
        case "bankInstitution": Text("institution financière", "financial institution")
        case "bankTransit": Text("transit", "transit")
        case "bankAccount": Text("compte", "account")
        default: Text(key, key)
        }
    }
}
