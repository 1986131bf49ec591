import SwiftProtobuf

/// The clear text of personal data, on its way into a seal or out of it. It never stands in an event.
extension PersonalData {
    /// The canonical bytes that are sealed.
    package var clear: [UInt8] {
        // Strings only: there is nothing that could fail to be encoded.
        (try? serializedBytes()) ?? []
    }

    /// Reads what was sealed; `nil` where it is no such message.
    package init?(clear: [UInt8]) {
        guard let read = try? PersonalData(serializedBytes: clear) else { return nil }
        self = read
    }

    /// Reads proto3 JSON, for example `{"name": "…", "email": "…", "postalCode": "…"}`; unknown fields are refused.
    package init(json: String) throws(EventJSON.Failure) {
        do {
            self = try PersonalData(jsonString: json)
        } catch {
            // What the parser says may quote the input, which is personal.
            throw EventJSON.Failure(code: .badValue, field: "", reason: "not the JSON of a PersonalData")
        }
        if let key = JSONDuplicateKey.find(in: json) {
            throw EventJSON.Failure(
                code: .duplicateKey, field: key, reason: "the key stands twice in one object; each once is expected")
        }
    }

    /// One line of proto3 JSON: keys in camelCase.
    package var json: String { (try? jsonString()) ?? "{}" }

    /// The fields in the schema's order, by their JSON names; what was not given is left out.
    package var fields: [(key: String, value: String)] {
        [
            ("name", name), ("email", email), ("telephone", telephone), ("streetAddress", streetAddress),
            ("city", city), ("province", province), ("postalCode", postalCode), ("language", language),
            ("bankInstitution", bankInstitution), ("bankTransit", bankTransit), ("bankAccount", bankAccount),
        ].filter { !$0.1.isEmpty }
    }
}
