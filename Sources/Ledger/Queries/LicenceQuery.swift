import Bytes
package import Commerce
import Events
import Index

/// A licence as it stands.
package struct LicenceRow: Sendable {
    package let licence: String
    package let product: String
    package let title: String
    package let holder: String
    package let order: String
    package let line: UInt32
    package let grantedAtUs: Int64
    package let royaltiesMinor: Int64
    package let downloads: Int64
    /// 0: without limit.
    package let downloadsMax: Int64
    package let isRevoked: Bool
}

/// Licences of a book: all, those that a member holds, or those of a work.
package struct LicenceQuery {
    package var book: Book
    package var member: String?
    package var product: String?
    /// 0: all.
    /// The first in the order of names that tables have, not in that of bytes.
    package var isInNameOrder = false
    package var limit = 0

    package init(_ book: Book) { self.book = book }

    /// In byte order of their names; a member's newest first.
    ///
    /// - Complexity: O(licences of the book), or O(events of the member).
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [LicenceRow] {
        let views = snapshot.views
        var rows: [LicenceRow] = []
        for name in try names(snapshot) {
            if limit > 0, rows.count == limit { break }
            guard let row = name.withBytes({ row($0, views) }) else { continue }
            if let member, row.holder != member { continue }
            if let product, row.product != product { continue }
            rows.append(row)
        }
        try snapshot.check()
        return rows
    }

    private func names(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [[UInt8]] {
        let views = snapshot.views
        var names: [[UInt8]] = []
        if let member {
            var query = EventQuery()
            query.book = book.name
            query.party = member
            query.kind = .licenceGranted
            query.isReversed = true
            for sequence in try query.sequences(snapshot) {
                guard let event = views.event(sequence), let body = try? LicenceGrantedView(event.bodyBytes) else {
                    continue
                }
                names.append(body.licence.array)
            }
            return names
        }
        let rows = views.index.rows(prefix: views.key.begin(.licence).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).array) }
        return isInNameOrder ? names.inNameOrder() : names
    }

    private func row(_ name: Bytes, _ views: Views) -> LicenceRow? {
        guard let licence = views.licence(name, book), let line = views.line(licence, book) else { return nil }
        let title = views.work(line.line.product, book).flatMap { views.title($0) } ?? ""
        return LicenceRow(
            licence: name.string, product: line.line.product.string, title: title,
            holder: views.partyName(licence.holder), order: line.name.string, line: licence.line,
            grantedAtUs: licence.grantedAtUs, royaltiesMinor: licence.royaltiesMinor, downloads: licence.downloads,
            downloadsMax: licence.downloadsMax, isRevoked: licence.revokedSequence != 0)
    }
}

extension Views {
    /// The title of a work, as last published.
    func title(_ work: WorkRecord) -> String? {
        event(work.sequence).flatMap { try? WorkPublishedView($0.bodyBytes) }?.title.string
    }
}
