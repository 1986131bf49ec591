package import Events
import Foundation
import SwiftProtobuf

extension EntryLine {
    package static func debit(_ account: String, _ amount: Int64, party: String = "") -> EntryLine {
        .with {
            $0.account = account
            $0.party = party
            $0.currency = "CAD"
            $0.debitMinor = amount
        }
    }

    package static func credit(_ account: String, _ amount: Int64, party: String = "") -> EntryLine {
        .with {
            $0.account = account
            $0.party = party
            $0.currency = "CAD"
            $0.creditMinor = amount
        }
    }
}

extension Body {
    package static func entry(
        _ lines: [EntryLine], reason: String = "as invoiced", preparer: String = "ana", approver: String = "bob"
    ) -> Body {
        .journalEntryPosted(
            .with {
                $0.lines = lines
                $0.reason = reason
                $0.preparer = preparer
                $0.approver = approver
            })
    }

    package static func correction(
        of sequence: UInt64, _ lines: [EntryLine], preparer: String = "bob", approver: String = "cid"
    ) -> Body {
        .correctionPosted(
            .with {
                $0.correctedSequence = sequence
                $0.replacement = lines
                $0.reason = "wrong account"
                $0.preparer = preparer
                $0.approver = approver
            })
    }

    package static func lock(through day: String) -> Body { .periodLocked(.with { $0.throughDate = day }) }

    package static func close(_ year: UInt32, surplus: Int64) -> Body {
        .fiscalYearClosed(
            .with {
                $0.fiscalYear = year
                $0.firstDate = "\(year)-01-01"
                $0.lastDate = "\(year)-12-31"
                $0.currency = "CAD"
                $0.surplusMinor = surplus
            })
    }

    package static func resolution(
        _ year: UInt32, surplus: Int64, reserve: Int64 = 0, rebates: Int64 = 0, cash: Int64 = 0, shares: Int64 = 0,
        community: Int64 = 0, deficit: Int64 = 0, rules: String = "C-67.2", minutes: [UInt8] = [],
        meeting: String? = nil
    ) -> Body {
        .allocationResolved(
            .with {
                $0.fiscalYear = year
                $0.currency = "CAD"
                $0.surplusMinor = surplus
                $0.reserveMinor = reserve
                $0.reserveForRebatesMinor = rebates
                $0.dividendsCashMinor = cash
                $0.dividendsSharesMinor = shares
                $0.communityMinor = community
                $0.deficitMinor = deficit
                $0.minutesSha256 = Data(minutes)
                $0.meetingDate = meeting ?? "\(year + 1)-01-01"
                $0.resolution = "2018-1"
                $0.rulesVersion = rules
            })
    }

    package static func declaration(_ year: UInt32, _ member: String, base: Int64, cash: Int64, shares: Int64 = 0)
        -> Body
    {
        .patronageDividendDeclared(
            .with {
                $0.fiscalYear = year
                $0.member = member
                $0.currency = "CAD"
                $0.baseMinor = base
                $0.cashMinor = cash
                $0.sharesMinor = shares
            })
    }

    package static func dividend(
        _ year: UInt32, _ member: String, cash: Int64, shares: Int64 = 0, withheld: Int64 = 0,
        _ institution: String = "815"
    ) -> Body {
        .patronageDividendPaid(
            .with {
                $0.fiscalYear = year
                $0.member = member
                $0.currency = "CAD"
                $0.cashMinor = cash
                $0.sharesMinor = shares
                $0.withheldMinor = withheld
                $0.institution = institution
            })
    }
}
