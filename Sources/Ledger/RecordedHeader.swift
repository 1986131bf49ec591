import Accounting
import Bytes
import Commerce

/// What a log assigned to one of its events when it recorded it; another log that takes a copy of the event keeps all of it, so that both have the same root.
package struct RecordedHeader: Sendable, Equatable {
    package let sequence: UInt64
    /// Microseconds since 1970.
    package let recordedAtUs: UInt64
    /// Version of the posting rules.
    package let rules: UInt32

    package init(sequence: UInt64, recordedAtUs: UInt64, rules: UInt32) {
        self.sequence = sequence
        self.recordedAtUs = recordedAtUs
        self.rules = rules
    }

    /// The recorded time, in microseconds since 1970.
    ///
    /// - Parameters:
    ///   - due: what the time must be where the data drives the clock.
    /// - Throws: the refusal of a header that no log can have at that place.
    func time(at place: UInt64, after last: UInt64, due: Int64?) throws(Refusal) -> Int64 {
        guard sequence == place else {
            throw Refusal(
                .outOfRange, "sequence", "\(sequence)",
                Text("ce n’est pas la suite du journal", "not what follows in the log"),
                accepted: Text("\(place)", "\(place)"))
        }
        guard rules > 0, rules <= Views.rulesVersion else {
            throw Refusal(
                .outOfRange, "rules", "\(rules)",
                Text("règles inconnues de ce programme", "rules that this program does not know"),
                accepted: Text("de 1 à \(Views.rulesVersion)", "1 to \(Views.rulesVersion)"))
        }
        guard recordedAtUs >= last, recordedAtUs <= UInt64(Instant.lastUs) else {
            throw wrongTime(
                Text("avant l’événement précédent", "before the event that precedes"),
                Int64(clamping: last), Text("au plus tôt ", "at the earliest "))
        }
        let time = Int64(recordedAtUs)
        if let due, time != due {
            throw wrongTime(
                Text("les données mènent l’horloge", "the data drives the clock"), due, Text("", ""))
        }
        return time
    }

    private func wrongTime(_ reason: Text, _ us: Int64, _ bound: Text) -> Refusal {
        let time = InstantText.format(us: us)
        return Refusal(
            .outOfRange, "recordedAtUs", "\(recordedAtUs)", reason,
            accepted: Text("\(bound.french)\(us) (\(time))", "\(bound.english)\(us) (\(time))"))
    }

    /// A log has no source and key twice.
    static func twice(_ key: Bytes, _ known: UInt64) -> Refusal {
        Refusal(
            .duplicate, "key", key,
            Text("l’événement \(known) a cette source et cette clé", "event \(known) has this source and key"),
            accepted: Text("chaque événement une fois", "each event once"))
    }
}
