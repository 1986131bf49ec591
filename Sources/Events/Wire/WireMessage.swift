/// A message of the schema, as far as errors need to know it.
package struct WireMessage: Sendable {
    package let name: String
    /// In ascending order of their numbers.
    package let fields: [WireField]

    /// The field of that name in camelCase.
    func field(_ name: String) -> WireField? { fields.first { $0.name == name } }
}

/// A field of the schema.
package struct WireField: Sendable {
    package let number: UInt32
    package let wireType: UInt8
    package let name: String
    /// The schema's word for the type: "int64", "string", "enum", "message".
    package let type: String
    package let isRepeated: Bool
    /// Presence counts even for a default value.
    package let hasPresence: Bool
    /// Name of the message, for a message.
    var message = ""
    /// Names of the values, for an enum.
    var values: [String] = []
}

extension WireMessage {
    /// The message of that name.
    static func named(_ name: String) -> WireMessage? { wireMessages.first { $0.name == name } }
}
