extension EventJSON {
    /// What a field takes, for whoever says it in their language.
    package enum Expectation: Hashable, Sendable {
        case text
        case base64
        case bool
        /// One of the enum's names.
        case oneOf([String])
        case time
        case object
        case wholeNumber(least: String, most: String)
        /// Nothing finer than the ledger's times.
        case wholeMicroseconds
        /// One fact an event.
        case oneBody
        indirect case list(Expectation)

        init(_ field: WireField) {
            let one: Expectation =
                switch field.type {
                case "string": .text
                case "bytes": .base64
                case "bool": .bool
                case "enum": .oneOf(field.values)
                case "message" where field.message == "Timestamp": .time
                case "message": .object
                case "uint32", "fixed32": .wholeNumber(least: "0", most: "\(UInt32.max)")
                case "uint64", "fixed64": .wholeNumber(least: "0", most: "\(UInt64.max)")
                case "int32", "sint32": .wholeNumber(least: "\(Int32.min)", most: "\(Int32.max)")
                default: .wholeNumber(least: "\(Int64.min)", most: "\(Int64.max)")
                }
            self = field.isRepeated ? .list(one) : one
        }

        /// An example of a time.
        package static let exampleTime = "\"2017-01-31T05:00:00Z\""

        var english: String {
            switch self {
            case .text: "a text in double quotes"
            case .base64: "base64 in double quotes"
            case .bool: "true or false"
            case .oneOf(let names): "one of \(names.joined(separator: ", "))"
            case .time: "an RFC 3339 time such as \(Self.exampleTime)"
            case .object: "an object"
            case .wholeNumber(let least, let most): "a whole number from \(least) to \(most)"
            case .wholeMicroseconds: "whole microseconds"
            case .oneBody: "one fact"
            case .list(let one): "a list, each \(one.english),"
            }
        }
    }
}
