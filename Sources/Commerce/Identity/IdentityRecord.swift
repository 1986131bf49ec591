import Index

/// What the log holds of a person: where the current sealed data stands, and whether it can still be opened.
package struct IdentityRecord: Record, Equatable {
    /// Sequence of the current PersonalDataProvided; 0 where there is none, which no such event has: it needs a book.
    package var dataSequence: UInt64 = 0
    /// How many times personal data was given.
    package var dataCount: UInt64 = 0
    /// Sequence of the IdentityErased; 0 while the identity is not erased.
    package var erasedSequence: UInt64 = 0
    package var erasedAtUs: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        dataSequence = reader.unsigned()
        dataCount = reader.unsigned()
        erasedSequence = reader.unsigned()
        erasedAtUs = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(dataSequence)
        out.unsigned(dataCount)
        out.unsigned(erasedSequence)
        out.int(erasedAtUs)
    }

    package var isErased: Bool { erasedSequence > 0 }
}

extension Views {
    /// `nil` where a person gave no personal data and is not erased.
    package func identity(_ party: UInt32) -> IdentityRecord? {
        record(IdentityRecord.self, key.begin(.identity).u32(party).bytes)
    }

    /// Everybody who gave personal data or is erased, in the order of their numbers.
    ///
    /// - Complexity: O(identities with a record).
    package func identityRecords() -> [(party: UInt32, record: IdentityRecord)] {
        var found: [(UInt32, IdentityRecord)] = []
        let rows = index.rows(prefix: key.begin(.identity).bytes)
        while rows.next() {
            var key = KeyReader(rows.key)
            var value = RecordReader(rows.value)
            found.append((key.u32(), IdentityRecord(&value)))
        }
        return found
    }

    func putIdentity(_ record: IdentityRecord, _ party: UInt32) {
        put(key.begin(.identity).u32(party).bytes, record)
    }
}
