import Index
package import Bytes
import Events

/// Source and key together name a fact once in the log.
package enum Idempotency {
    /// The sequence of the event that has this source and key.
    package static func find(source: Bytes, key: Bytes, _ views: Views) -> UInt64? {
        locate(source: source, key: key, views).sequence
    }

    /// The sequence of the event that has this source and key; else the hash under which its row would go.
    ///
    /// Rows hold a 64-bit hash; the event itself is compared, and two events of one hash lie at neighbouring hashes.
    /// - Complexity: O(1); misses read no event.
    package static func locate(source: Bytes, key: Bytes, _ views: Views) -> (sequence: UInt64?, free: UInt64) {
        views.settleKeys()
        var hash = hash(source, key)
        while let sequence = views.number(views.key.begin(.idempotency).u64(hash).bytes) {
            guard let event = views.event(sequence) else { return (nil, hash) }
            if event.source == source, event.key == key { return (sequence, hash) }
            hash &+= 1
        }
        return (nil, hash)
    }

    static func fold(_ fact: Fact, _ views: Views) {
        guard views.index.keeps(IndexByte.idempotency.rawValue) else { return }
        if let hash = fact.idempotencyHash {
            views.putNumber(views.key.begin(.idempotency).u64(hash).bytes, fact.sequence)
        } else if views.defersKeys {
            views.deferredKeys.append(fact.sequence)
        } else {
            put(fact.event, fact.sequence, views)
        }
    }

    fileprivate static func put(_ event: EventView, _ sequence: UInt64, _ views: Views) {
        var hash = hash(event.source, event.key)
        while views.index.value(views.key.begin(.idempotency).u64(hash).bytes) != nil { hash &+= 1 }
        views.putNumber(views.key.begin(.idempotency).u64(hash).bytes, sequence)
    }

    package static func hash(_ source: Bytes, _ key: Bytes) -> UInt64 { key.stableHash(seed: source.stableHash) }
}

extension Views {
    /// Adds the rows of the idempotency index that the fold of the tail left out: to place one takes a look into every run, and most readers never ask.
    package func settleKeys() {
        guard !deferredKeys.isEmpty else { return }
        let sequences = deferredKeys
        deferredKeys = []
        for sequence in sequences {
            guard let event = event(sequence) else { return }
            Idempotency.put(event, sequence, self)
        }
    }
}
