import Accounting
import Bytes
package import Commerce
package import Events
import Index
import SwiftProtobuf

extension SigningSeed {
    /// The key with which a person of the tests signs: always the same for the same name.
    package static func of(_ person: String) throws -> SigningSeed {
        let bytes = Array(person.utf8.prefix(31))
        guard
            let seed = SigningSeed(seed: [UInt8(bytes.count)] + bytes + [UInt8](repeating: 0, count: 31 - bytes.count))
        else { throw DeskFailure(reason: "no key for \(person)") }
        return seed
    }
}

extension Body {
    /// The key of `SigningSeed.of` becomes the person's.
    package static func signingKey(of person: String) throws -> Body {
        .signingKey(person, try SigningSeed.of(person).publicKey)
    }
}

extension Event {
    /// The event with the signatures of those named, by their keys of `SigningSeed.of`.
    package func approved(by approvers: [String]) throws -> Event {
        var event = self
        for approver in approvers {
            let proposals = Proposals()
            try proposals.append(event)
            event.approve(by: approver, try SigningSeed.of(approver).approve(try EventView(proposals[0])) ?? [])
        }
        return event
    }
}

/// A desk with the books of several cooperatives.
extension Desk {
    /// The event of a body in a book, approved by those named.
    private func event(in book: String, _ body: Body, _ time: String?, _ approvers: [String]?) throws -> Event {
        story.book = book
        guard case .serviceInvoiced(let invoice) = body else {
            return try story.event(body, at: time).approved(by: approvers ?? [])
        }
        // Unless told otherwise, a bill is told once its period has ended, and the client's first person approves it.
        let ended = invoice.toDate + "T20:00:00Z"
        let isEarly =
            time == nil && invoice.toDate.count == 10 && invoice.toDate >= "2016" && Story.us(ended) > story.nowUs
        let event = story.event(body, at: isEarly ? ended : time)
        guard let approvers else { return try event.approved(by: client(of: invoice, book).map { [$0] } ?? []) }
        return try event.approved(by: approvers)
    }

    private func client(of invoice: ServiceInvoiced, _ provider: String) -> String? {
        guard let provider = self.book(provider),
            let record = Array(invoice.agreement.utf8).withBytes({ views.agreement($0, provider) }),
            let client = views.book(number: record.client)
        else { return nil }
        let person = "\(client.name)-1"
        return Array(person.utf8).withBytes { views.party(.identity, $0) } == nil ? nil : person
    }

    /// Records an event in a book; its postings as "book account party amount currency", debits positive. Throws `Refusal`.
    @discardableResult
    package func record(in book: String, _ body: Body, at time: String? = nil, approvedBy approvers: [String]? = nil)
        throws -> [String]
    {
        try record(event(in: book, body, time, approvers))
        return postings
    }

    /// Why an event of a book would be refused; nil where it would be recorded. Nothing is recorded.
    package func refusal(in book: String, _ body: Body, at time: String? = nil, approvedBy approvers: [String]? = nil)
        throws -> Refusal?
    {
        let before = story
        defer { story = before }
        return try refusal(event(in: book, body, time, approvers))
    }

    /// The postings of the last event, with books and currencies, in a stable order.
    package var postings: [String] {
        var sums: [String: Int64] = [:]
        for posting in views.journal.postings {
            sums[
                name(posting.book, posting.account, posting.party, "\u{1}", posting.currency), default: 0
            ] += posting.amountMinor
        }
        return sums.filter { $0.value != 0 }.map { $0.key.split(separator: "\u{1}").joined(separator: "\($0.value)") }
            .sorted()
    }

    /// Every balance that is not zero in every book, by "book account party currency".
    package var balancesOfAll: [String: Int64] {
        var result: [String: Int64] = [:]
        for book in views.allBooks {
            for line in views.trialBalance(book) where line.sums.first != line.sums.second {
                result[name(book.id, line.account, line.party, "", line.currency)] =
                    line.sums.first - line.sums.second
            }
        }
        return result
    }

    package func book(_ name: String) -> Book? { Array(name.utf8).withBytes { views.book($0) } }

    private func name(_ book: UInt16, _ account: UInt16, _ party: UInt32, _ middle: String, _ currency: UInt16)
        -> String
    {
        let parts = [
            views.book(number: book)?.name ?? "?", views.accountName(account, book: book), views.partyName(party),
            middle, Currency(rawValue: currency).code,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
