import Bytes
import SwiftProtobuf

extension WireReader {
    /// Frames the messages of a repeated field.
    @inline(__always)
    mutating func repeated<View: WireView>(
        _ number: UInt32, tag: UInt8, as type: View.Type
    ) throws(WireError) -> Repeated<View> {
        let first = at
        var count = 0
        while takes(tag) {
            _ = try payload(number)
            count &+= 1
        }
        return Repeated(region: Bytes(base: first, count: at - first), tagWidth: 1, count: count)
    }

    /// The same for a field whose tag takes two bytes.
    @inline(__always)
    mutating func repeated<View: WireView>(
        _ number: UInt32, wide tag: UInt16, as type: View.Type
    ) throws(WireError) -> Repeated<View> {
        let first = at
        var count = 0
        while takes(wide: tag) {
            _ = try payload(number)
            count &+= 1
        }
        return Repeated(region: Bytes(base: first, count: at - first), tagWidth: 2, count: count)
    }

    /// The values of a packed repeated enum; `named` makes the value of a number that the schema names.
    mutating func repeatedEnum<Value: SwiftProtobuf.Enum>(
        _ number: UInt32, named: (Int32) -> Value?
    ) throws(WireError) -> RepeatedEnum<Value> {
        let region = try payload(number)
        try notDefault(!region.isEmpty, number)
        var values = WireReader(region, message: message)
        var count = 0
        do throws(WireError) {
            while values.at < values.end {
                guard named(try values.int32(number)) != nil else {
                    throw values.refusal(.unknownValue, number)
                }
                count += 1
            }
        } catch {
            throw error.shifted(by: region.base - start)
        }
        return RepeatedEnum(region: region, count: count)
    }
}
