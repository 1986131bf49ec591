import SwiftProtobuf

/// Whether the schema names the value; SwiftProtobuf keeps others as `UNRECOGNIZED`.
@inline(__always)
func isKnown<Value: SwiftProtobuf.Enum & CaseIterable>(_ value: Value) -> Bool {
    Value.allCases.contains(value)
}
