import Accounting
package import Bytes
import Events
import Index

/// A service agreement as its newest version and its end leave it. Days are those of the provider's book.
package struct AgreementRecord: Record {
    /// Where the newest version stands.
    package var signedSequence: UInt64 = 0
    /// Number of the client's book.
    package var client: UInt16 = 0
    package var kind = 0
    package var currency: UInt16 = 0
    /// First day of the first version.
    package var startDay: Int32 = 0
    /// First day of the newest version.
    package var versionDay: Int32 = 0
    /// Last day that the newest version names; the largest number where it names none.
    package var endDay: Int32 = .max
    /// Last day after `AgreementEnded`; the largest number before.
    package var endedDay: Int32 = .max
    /// Last day that was invoiced; the smallest number before the first invoice.
    package var invoicedDay: Int32 = .min

    init() {}

    package init(_ reader: inout RecordReader) {
        signedSequence = reader.unsigned()
        client = UInt16(truncatingIfNeeded: reader.unsigned())
        kind = Int(reader.int())
        currency = UInt16(truncatingIfNeeded: reader.unsigned())
        startDay = Int32(truncatingIfNeeded: reader.int())
        versionDay = Int32(truncatingIfNeeded: reader.int())
        endDay = Int32(truncatingIfNeeded: reader.int())
        endedDay = Int32(truncatingIfNeeded: reader.int())
        invoicedDay = Int32(truncatingIfNeeded: reader.int())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(signedSequence)
        out.unsigned(UInt64(client))
        out.int(Int64(kind))
        out.unsigned(UInt64(currency))
        out.int(Int64(startDay))
        out.int(Int64(versionDay))
        out.int(Int64(endDay))
        out.int(Int64(endedDay))
        out.int(Int64(invoicedDay))
    }

    /// The last day on which a service can be rendered under it.
    package var lastDay: Int32 { min(endDay, endedDay) }

    /// Where the agreement stands on a day of the provider's book.
    package func state(on day: Int32) -> AgreementState {
        day < startDay ? .toCome : day > lastDay ? .ended : .inForce
    }
}

/// Where an agreement stands.
package enum AgreementState: String, Sendable {
    case toCome = "to-come"
    case inForce = "in-force"
    case ended = "ended"
}

/// A version of an agreement: its fees from `firstDay` on, until the day before `nextDay`.
package struct AgreementVersion {
    package let sequence: UInt64
    package let firstDay: Int32
    /// First day of the next version; nil for the newest.
    package let nextDay: Int32?
}

extension Views {
    /// The agreement of that name in the provider's book.
    package func agreement(_ name: Bytes, _ provider: Book) -> AgreementRecord? {
        record(AgreementRecord.self, key.begin(.agreement).u16(provider.id).u8(0).text(name).bytes)
    }

    func putAgreement(_ record: AgreementRecord, _ name: Bytes, _ provider: Book) {
        put(key.begin(.agreement).u16(provider.id).u8(0).text(name).bytes, record)
    }

    /// The versions of an agreement, oldest first.
    package func versions(ofAgreement name: Bytes, _ provider: Book) -> [AgreementVersion] {
        var found: [(day: Int32, sequence: UInt64)] = []
        let rows = index.rows(prefix: key.begin(.agreement).u16(provider.id).u8(1).text(name).u8(0).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            var reader = KeyReader(rows.key.dropFirst(rows.key.count - 5))
            found.append((reader.day(), value.unsigned()))
        }
        return found.indices.map { at in
            AgreementVersion(
                sequence: found[at].sequence, firstDay: found[at].day,
                nextDay: at + 1 < found.count ? found[at + 1].day : nil)
        }
    }

    /// The agreements of a provider's book, by name.
    package func agreements(ofProvider provider: Book) -> [(name: String, record: AgreementRecord)] {
        var found: [(String, AgreementRecord)] = []
        let rows = index.rows(prefix: key.begin(.agreement).u16(provider.id).u8(0).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            found.append((rows.key.dropFirst(4).string, AgreementRecord(&reader)))
        }
        return found
    }

    /// The agreements by which a book is served: the provider's book and the agreement's name.
    package func agreements(ofClient client: Book) -> [(provider: Book, name: String)] {
        var found: [(UInt16, String)] = []
        let rows = index.rows(prefix: key.begin(.agreement).u16(client.id).u8(2).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u8())
            found.append((reader.u16(), reader.rest.string))
        }
        return found.compactMap { number, name in book(number: number).map { ($0, name) } }
    }

    /// Whether an agreement of one of the kinds between provider and client is in force on the day of the fact, in the provider's book.
    ///
    /// - Complexity: O(agreements of the client).
    func isServed(_ client: Book, by provider: UInt16, _ kinds: [AgreementKind], _ fact: Fact) -> Bool {
        agreements(ofClient: client).contains { served in
            guard served.provider.id == provider,
                let agreement = Array(served.name.utf8).withBytes({ self.agreement($0, served.provider) })
            else { return false }
            return kinds.contains { $0.rawValue == agreement.kind }
                && agreement.state(on: served.provider.day(fact.effectiveAtUs)) == .inForce
        }
    }

    /// Whether one of two cooperatives sells or stores for the other on the day of the fact: a platform or warehousing agreement is in force,
    /// whichever of them is the provider.
    ///
    /// - Complexity: O(agreements of both).
    func trade(_ one: Book, _ other: Book, _ fact: Fact) -> Bool {
        let kinds: [AgreementKind] = [.platform, .warehousing]
        return isServed(one, by: other.id, kinds, fact) || isServed(other, by: one.id, kinds, fact)
    }

    /// The book of a number.
    package func book(number: UInt16) -> Book? {
        guard let founded = self.number(key.begin(.book).u16(number).bytes), let event = event(founded) else {
            return nil
        }
        return book(event.book)
    }
}

/// What an invoice says and what was paid of it. Amounts in minor units of its currency.
package struct InvoiceRecord: Record {
    package var sequence: UInt64 = 0
    /// A service under an agreement; otherwise a client's.
    package var isService = false
    /// The client: a party, or the number of a book for a service.
    package var client: UInt32 = 0
    package var currency: UInt16 = 0
    package var totalMinor: Int64 = 0
    /// By `ClientInvoicePaid`; invoices between cooperatives are settled together.
    package var paidMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        isService = reader.unsigned() != 0
        client = UInt32(truncatingIfNeeded: reader.unsigned())
        currency = UInt16(truncatingIfNeeded: reader.unsigned())
        totalMinor = reader.int()
        paidMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(isService ? 1 : 0)
        out.unsigned(UInt64(client))
        out.unsigned(UInt64(currency))
        out.int(totalMinor)
        out.int(paidMinor)
    }
}

extension Views {
    /// An invoice of a book; services and clients share the numbers.
    package func invoice(_ name: Bytes, _ book: Book) -> InvoiceRecord? {
        record(InvoiceRecord.self, key.begin(.invoice).u16(book.id).text(name).bytes)
    }

    /// The invoices of a book, by name.
    package func invoices(_ book: Book) -> [(name: String, record: InvoiceRecord)] {
        var found: [(String, InvoiceRecord)] = []
        let rows = index.rows(prefix: key.begin(.invoice).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            found.append((rows.key.dropFirst(3).string, InvoiceRecord(&reader)))
        }
        return found
    }

    func putInvoice(_ record: InvoiceRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.invoice).u16(book.id).text(name).bytes, record)
    }
}
