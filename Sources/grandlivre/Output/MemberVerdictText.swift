import Accounting
import Commerce
import Events
import Ledger
import Transparency

/// What a member's bundle shows, as a person and a program read it.
enum MemberVerdictText {
    static func put(_ verdict: MemberVerdict, of proof: MemberProof, under checkpoint: Checkpoint) {
        let language = Invocation.current.language
        guard Invocation.current.format == .table else {
            return putLine(json(verdict, of: proof, under: checkpoint).line)
        }
        func money(_ minor: Int64) -> String { shown(minor, verdict.currency, language) }
        putLine(
            say("Prouvé : la ristourne de ", "Proved: the dividend of ")
                + "\(proof.member) · \(proof.book) · \(proof.year)")
        var listing = Listing([
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "order", title: Text("Commande", "Order")),
            .init(key: "amount", title: Text("Compte pour", "Counts for"), isNumber: true),
        ])
        for order in verdict.orders {
            listing.add([.count(order.purchaseSequence), .text(order.order), .text(money(order.amountMinor))])
        }
        listing.total = ["", say("Achats", "Purchases"), money(verdict.purchasesMinor)]
        listing.nothing = Text("Aucun achat ne compte.", "No purchase counts.")
        putLine(listing.table(language))
        for (title, minor) in [
            (Text("Base déclarée", "Declared base"), verdict.declaredBaseMinor),
            (Text("En argent, déclaré", "In cash, declared"), verdict.declaredCashMinor),
            (
                Text("En argent, calculé (au cent inférieur)", "In cash, computed (rounded down)"),
                verdict.floorCashMinor
            ),
            (Text("En parts, déclaré", "In shares, declared"), verdict.declaredSharesMinor),
            (
                Text("En parts, calculé (au cent inférieur)", "In shares, computed (rounded down)"),
                verdict.floorSharesMinor
            ),
        ] {
            putLine(title(language) + (language == .french ? " : " : ": ") + money(minor))
        }
        putLine(
            verdict.isPaid
                ? say("Versée; impôt retenu à la source : ", "Paid; of which tax withheld: ")
                    + money(verdict.withheldMinor)
                : say("Pas encore versée", "Not paid yet"))
        putLine("\n" + totals(proof, verdict.currency).table(language))
        putLine(say("Ce que ce dossier ne peut montrer :", "What this bundle cannot show:"))
        for text in verdict.unseen { putLine(Wrap.line("- " + text(language), indent: 2)) }
    }

    /// What the whole rests on and no purchase shows: to be compared with the meeting's minutes.
    private static func totals(_ proof: MemberProof, _ currency: Currency) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "group", title: Text("Groupe", "Group")),
            .init(key: "base", title: Text("Sa base", "Their base"), isNumber: true),
            .init(key: "totalBase", title: Text("Total des bases", "Total of the bases"), isNumber: true),
            .init(key: "pool", title: Text("À partager", "To share"), isNumber: true),
        ])
        for group in proof.groups {
            func base(_ minor: Int64) -> String {
                DecimalText.format(minor: minor, exponent: group.group.isInMoney ? currency.exponent : 3)
            }
            let (total, pool) = (group.totals?.base, group.totals.map { $0.poolCashMinor &+ $0.poolSharesMinor })
            listing.add(
                [
                    .text("\(group.group)"), .text(base(group.base)), total.map { .text(base($0)) } ?? .null,
                    pool.map { .amount($0, currency) } ?? .null,
                ],
                shown: [
                    Label.group(group.group)(language), shown(decimal: base(group.base), language),
                    total.map { shown(decimal: base($0), language) } ?? "—",
                    pool.map { shown($0, currency, language) } ?? "—",
                ])
        }
        return listing
    }

    private static func json(_ verdict: MemberVerdict, of proof: MemberProof, under checkpoint: Checkpoint) -> JSON {
        let currency = verdict.currency
        return .object(
            [
                ("holds", .bool(true)), ("member", .text(proof.member)), ("book", .text(proof.book)),
                ("year", .count(proof.year)), ("currency", .text(currency.code)),
                (
                    "orders",
                    .array(
                        verdict.orders.map {
                            .object([
                                ("sequence", .count($0.purchaseSequence)), ("order", .text($0.order)),
                                ("amount", .amount($0.amountMinor, currency)),
                            ])
                        })
                ),
                ("purchases", .amount(verdict.purchasesMinor, currency)),
                ("base", .amount(verdict.declaredBaseMinor, currency)),
                ("cash", .amount(verdict.declaredCashMinor, currency)),
                ("cashComputed", .amount(verdict.floorCashMinor, currency)),
                ("shares", .amount(verdict.declaredSharesMinor, currency)),
                ("sharesComputed", .amount(verdict.floorSharesMinor, currency)), ("isPaid", .bool(verdict.isPaid)),
                ("withheld", .amount(verdict.withheldMinor, currency)), ("events", .count(proof.entries.count)),
                ("groups", totals(proof, currency).json),
                ("resolution", verdict.resolution.map { .text($0) } ?? .null),
                ("meetingDate", verdict.meetingDate.map { .text($0) } ?? .null),
                ("unseen", .array(verdict.unseen.map { .text($0(Invocation.current.language)) })),
            ] + NoteFile.fields(checkpoint))
    }
}
