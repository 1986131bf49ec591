import Bytes
package import Commerce
package import Events
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Body {
    package static func reclassification(
        _ member: String, _ groups: [Group], category: MemberCategory = .unspecified
    ) -> Body {
        .memberReclassified(
            .with {
                $0.member = member
                $0.category = category
                $0.groups = groups
            })
    }

    /// - Parameter limit: `nil` for any amount.
    package static func grant(_ grantee: String, _ role: Role, limit: Int64? = nil) -> Body {
        .roleGranted(
            .with {
                $0.grantee = grantee
                $0.role = role
                if let limit { $0.limitMinor = limit }
            })
    }

    package static func revocation(_ grantee: String, _ role: Role) -> Body {
        .roleRevoked(
            .with {
                $0.grantee = grantee
                $0.role = role
            })
    }

    package static func signingKeyRevoked(_ identity: String, _ key: [UInt8], reason: String = "lost") -> Body {
        .signingKeyRevoked(
            .with {
                $0.identity = identity
                $0.publicKey = Data(key)
                $0.reason = reason
            })
    }

    /// - Parameter rules: kind and threshold.
    package static func approvalRules(_ rules: [(String, Int64)]) -> Body {
        .policyAdopted(
            .with {
                $0.approvals.rules = rules.map { rule in
                    ApprovalRule.with {
                        $0.kind = rule.0
                        $0.thresholdMinor = rule.1
                    }
                }
            })
    }

    package static func sharingRule(
        _ rule: String, _ parts: [SharingPart], total: SharedTotal = .revenue
    ) -> Body {
        .policyAdopted(
            .with {
                $0.sharing.rule = rule
                $0.sharing.total = total
                $0.sharing.parts = parts
            })
    }

    package static func sharing(
        _ sharing: String, _ amount: Int64, _ parts: [(String, Int64)], rule: String = "r", currency: String = "CAD"
    ) -> Body {
        .revenueShared(
            .with {
                $0.sharing = sharing
                $0.rule = rule
                $0.currency = currency
                $0.amountMinor = amount
                $0.parts = parts.map { part in
                    SharedPart.with {
                        $0.member = part.0
                        $0.amountMinor = part.1
                    }
                }
            })
    }

    package static func contribution(
        _ contribution: String, _ member: String, _ thousandths: Int64, group: Group = .worker, unit: String = "heure",
        on day: String = "2017-01-02"
    ) -> Body {
        .contributionRecorded(
            .with {
                $0.contribution = contribution
                $0.member = member
                $0.group = group
                $0.unit = unit
                $0.quantityThousandths = thousandths
                $0.workDate = day
            })
    }

    package static func claim(
        _ claim: String, _ member: String, _ lines: [(String, Int64)], taxes: [(String, Int64)] = [],
        total: Int64? = nil, incurred: String = "2017-01-02", currency: String = "CAD"
    ) -> Body {
        .expenseClaimed(
            .with {
                $0.claim = claim
                $0.member = member
                $0.currency = currency
                $0.lines = lines.map { line in
                    ExpenseLine.with {
                        $0.account = line.0
                        $0.amountMinor = line.1
                    }
                }
                $0.taxes = amounts(taxes)
                $0.totalMinor = total ?? lines.reduce(0) { $0 + $1.1 } + taxes.reduce(0) { $0 + $1.1 }
                $0.incurredDate = incurred
            })
    }

    package static func claimApproved(_ claim: String) -> Body { .expenseApproved(.with { $0.claim = claim }) }

    package static func claimRejected(_ claim: String, reason: String = "private") -> Body {
        .expenseRejected(
            .with {
                $0.claim = claim
                $0.reason = reason
            })
    }

    package static func reimbursement(_ claim: String, _ amount: Int64, _ institution: String = "815") -> Body {
        .expenseReimbursed(
            .with {
                $0.claim = claim
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func district(_ district: String, name: String = "SDC") -> Body {
        .districtFormed(
            .with {
                $0.district = district
                $0.name = name
            })
    }

    package static func joining(_ district: String, _ seller: String) -> Body {
        .districtJoined(
            .with {
                $0.district = district
                $0.seller = seller
            })
    }

    package static func leaving(_ district: String, _ seller: String) -> Body {
        .districtLeft(
            .with {
                $0.district = district
                $0.seller = seller
            })
    }
}

extension SharingPart {
    package static func to(_ member: String, fixed: Int64 = 0, ppm: UInt32 = 0) -> SharingPart {
        .with {
            $0.member = member
            $0.fixedMinor = fixed
            $0.sharePpm = ppm
        }
    }

    package static func by(_ group: Group, fixed: Int64 = 0, ppm: UInt32 = 0) -> SharingPart {
        .with {
            $0.contributionOf = group
            $0.fixedMinor = fixed
            $0.sharePpm = ppm
        }
    }

    /// It stays with the cooperative.
    package static func kept(fixed: Int64 = 0, ppm: UInt32 = 0) -> SharingPart {
        .with {
            $0.fixedMinor = fixed
            $0.sharePpm = ppm
        }
    }
}

extension Story {
    /// The next event, recorded by somebody and signed by others.
    package mutating func event(
        _ body: Body, by actor: String, approvedBy signers: [(String, SigningSeed)] = [], at time: String? = nil
    ) throws -> Event {
        var event = event(body, at: time)
        event.actor = actor
        for (approver, seed) in signers {
            let proposals = Proposals()
            try proposals.append(event)
            event.approve(by: approver, seed.approve(try EventView(proposals[0])) ?? [])
        }
        return event
    }
}

extension Desk {
    @discardableResult
    package func record(
        _ body: Body, by actor: String, approvedBy signers: [(String, SigningSeed)] = [], at time: String? = nil
    ) throws -> [String] {
        try record(story.event(body, by: actor, approvedBy: signers, at: time))
        return journal
    }

    /// Why an event of somebody would be refused; nil where it would be recorded. Nothing is recorded.
    package func refusal(
        _ body: Body, by actor: String, approvedBy signers: [(String, SigningSeed)] = [], at time: String? = nil
    ) throws -> Refusal? {
        var copy = story
        return try refusal(copy.event(body, by: actor, approvedBy: signers, at: time))
    }
}
