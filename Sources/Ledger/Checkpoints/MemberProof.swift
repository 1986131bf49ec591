import Bytes
import Commerce
package import Events
package import Transparency

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What one member needs to check their dividend of a year: their own events and those that publish totals, each proved under one checkpoint, and the
/// totals that no event says. It holds nothing of anybody else.
package struct MemberProof: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let sequence: UInt64
        package let bytes: [UInt8]
        package let path: [Hash]
    }

    /// A group that shares the dividends. Bases are in minor units, or thousandths of the group's own unit; pools in minor units.
    package struct GroupTotal: Equatable, Sendable {
        package let group: Group
        /// The member's own.
        package let base: Int64
        /// Of all its members; `nil` where only one or two have business, which would be read from it.
        package let totals: Totals?
    }

    package struct Totals: Equatable, Sendable {
        package let base: Int64
        package let poolCashMinor: Int64
        package let poolSharesMinor: Int64
    }

    package let member: String
    package let book: String
    package let year: UInt16
    /// In the order of the log.
    package let entries: [Entry]
    /// In the order of the policy.
    package let groups: [GroupTotal]
    /// The note, verbatim.
    package let checkpoint: String
}

/// The bundle as a file: one JSON object on one line, hashes and bytes in base64, the same bundle always the same bytes.
extension MemberProof {
    static let kind = "grandlivre/member/v1"

    private struct Fields: Codable {
        struct Entry: Codable {
            var sequence: UInt64
            var entry: String
            var path: [String]
        }
        struct Total: Codable {
            var group: Int
            var base: Int64
            var totalBase: Int64?
            var poolCashMinor: Int64?
            var poolSharesMinor: Int64?
        }
        var proof: String
        var member: String
        var book: String
        var year: UInt16
        var events: [Entry]
        var groups: [Total]
        var checkpoint: String
    }

    /// `nil` where it has not the form.
    init?(json bytes: [UInt8]) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(bytes)), fields.proof == Self.kind else {
            return nil
        }
        var entries: [Entry] = []
        for event in fields.events {
            guard let entry = Base64.decode(event.entry) else { return nil }
            var path: [Hash] = []
            for text in event.path {
                guard let hash = Base64.decode(text), hash.count == 32 else { return nil }
                path.append(hash.withBytes { Hash($0) })
            }
            entries.append(Entry(sequence: event.sequence, bytes: entry, path: path))
        }
        var groups: [GroupTotal] = []
        for total in fields.groups {
            guard let group = Group(rawValue: total.group) else { return nil }
            // All three or none.
            let totals: Totals?
            switch (total.totalBase, total.poolCashMinor, total.poolSharesMinor) {
            case (let base?, let cash?, let shares?):
                totals = Totals(base: base, poolCashMinor: cash, poolSharesMinor: shares)
            case (nil, nil, nil): totals = nil
            default: return nil
            }
            groups.append(GroupTotal(group: group, base: total.base, totals: totals))
        }
        self.init(
            member: fields.member, book: fields.book, year: fields.year, entries: entries, groups: groups,
            checkpoint: fields.checkpoint)
    }

    package var line: String {
        let fields = Fields(
            proof: Self.kind, member: member, book: book, year: year,
            events: entries.map { entry in
                Fields.Entry(
                    sequence: entry.sequence, entry: Base64.encode(entry.bytes),
                    path: entry.path.map { Base64.encode($0.bytes) })
            },
            groups: groups.map { total in
                Fields.Total(
                    group: total.group.rawValue, base: total.base, totalBase: total.totals?.base,
                    poolCashMinor: total.totals?.poolCashMinor, poolSharesMinor: total.totals?.poolSharesMinor)
            }, checkpoint: checkpoint)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers always encode.
        return (try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
