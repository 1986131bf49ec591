import Commerce

/// Joins the pages of one statement that come one after the other in a file.
enum StatementPages {
    /// A page that is not the last and the next of the same statement become one, if the balances meet.
    static func joined(_ pages: [BankStatement], source: StatementSource) throws(StatementError) -> [BankStatement] {
        var result: [BankStatement] = []
        result.reserveCapacity(pages.count)
        var pageBefore = 0
        for page in pages {
            let last = result.count - 1
            guard last >= 0, follows(page, result[last], pageBefore) else {
                result.append(page)
                pageBefore = page.page
                continue
            }
            if let left = result[last].closingMinor, let next = page.openingMinor, left != next,
                source.reading.checksTotals
            {
                throw source.refusal(
                    .total, field: page.identification, value: "\(next)",
                    Text(
                        "(unités mineures) : la page \(page.page) ne s’ouvre pas au solde de la page qui précède",
                        "(minor units): page \(page.page) does not open with the balance of the page before"),
                    accepted: Text("\(left)", "\(left)"))
            }
            result[last].entries += page.entries
            result[last].closingMinor = page.closingMinor
            result[last].through = page.through ?? result[last].through
            result[last].pendingCount += page.pendingCount
            result[last].isLastPage = page.isLastPage
            pageBefore = page.page
        }
        return result
    }

    private static func follows(_ page: BankStatement, _ before: BankStatement, _ pageBefore: Int) -> Bool {
        !before.isLastPage && page.page == pageBefore + 1 && before.account == page.account
            && before.number == page.number && (page.number != nil || before.identification == page.identification)
    }
}
