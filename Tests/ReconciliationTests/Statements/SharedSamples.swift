import Glibc

/// The files of others, which lie beside the project in `shared/data`.
enum SharedSamples {
    /// The folder `shared/data`, searched upwards from here, or in GRANDLIVRE_SHARED_DATA; nil where there is none, and the output says so.
    static let folder: String? = {
        if let given = getenv("GRANDLIVRE_SHARED_DATA") { return String(cString: given) }
        var path = "\(#filePath)"
        while let slash = path.lastIndex(of: "/") {
            path = String(path[..<slash])
            if access(path + "/shared/data/README.md", R_OK) == 0 { return path + "/shared/data" }
        }
        print("shared/data is absent: tests with files of other projects are skipped")
        return nil
    }()

    static func path(_ name: String) -> String { (folder ?? "") + "/" + name }

    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }
}
