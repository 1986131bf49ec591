import Accounting
import Bytes
package import Events
import Index

/// Contributions that no other event measures: hours, storage used. They are the patronage base of their group (C-67.2 s.143), in thousandths of the unit.
package enum Contributions {
    /// A million units at once is a slip of the pen.
    static let quantityThousandthsMax: Int64 = 1_000_000_000
    /// Groups whose patronage orders, rides, deliveries and royalties measure, in money: no other unit is added to it.
    static let measured: Set<Group> = [.consumer, .seller, .driver, .rider, .carrier, .creator]

    static func decide(recorded body: ContributionRecordedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.contribution, "contribution")
        if views.index.value(views.key.begin(.contribution).u16(book.id).text(body.contribution).bytes) != nil {
            throw Refusal(
                .duplicate, "contribution", body.contribution,
                Text("contribution déjà inscrite", "contribution already recorded"),
                accepted: Text("un numéro de contribution nouveau", "a new contribution id"))
        }
        let (party, member) = try Check.member(body.member, "member", fact, book, views)
        try decide(body.group, member, body.member)
        try Check.name(body.unit, "unit", max: 32)
        try Check.text(body.description, "description")
        if let unit = views.unit(body.group, book) {
            guard body.unit.string == unit else {
                throw Refusal(
                    .conflict, "unit", body.unit,
                    Text("ce groupe compte dans une autre unité", "this group counts in another unit"),
                    accepted: Text(unit, unit))
            }
        } else if views.business(of: body.group, year: fact.year, book) != 0 {
            throw Refusal(
                .conflict, "group", "\(body.group)",
                Text(
                    "d’autres événements mesurent déjà ce groupe", "other events measure this group already"),
                accepted: Text("un groupe sans autre mesure", "a group without another measure"))
        }
        try decide(body.quantityThousandths, party, body, fact, book, views)
        try decide(workDate: Check.date(body.workDate, "workDate"), body, fact)
    }

    private static func decide(_ group: Group, _ member: MemberRecord, _ name: Bytes) throws(Refusal) {
        guard group != .unspecified else {
            throw Refusal(
                .missing, "group", "", Text("le groupe manque", "the group is missing"),
                accepted: Text("par exemple GROUP_WORKER", "for example GROUP_WORKER"))
        }
        guard !measured.contains(group) else {
            throw Refusal(
                .notAllowed, "group", "\(group)",
                Text(
                    "les achats, les courses, les livraisons et les redevances mesurent ce groupe, en argent",
                    "purchases, rides, deliveries and royalties measure this group, in money"),
                accepted: Text(
                    "GROUP_WORKER, GROUP_AUTHOR ou GROUP_DEPOSITOR", "GROUP_WORKER, GROUP_AUTHOR or GROUP_DEPOSITOR"))
        }
        guard member.isIn(group) else {
            throw Refusal(
                .notAllowed, "group", "\(group)", Text("le membre n’en fait pas partie", "the member is not in it"),
                accepted: Text("un groupe de \(name.string)", "a group of \(name.string)"))
        }
    }

    /// A negative quantity takes back what was recorded too much, and no more.
    private static func decide(
        _ quantity: Int64, _ party: UInt32, _ body: ContributionRecordedView, _ fact: Fact, _ book: Book,
        _ views: Views
    ) throws(Refusal) {
        let least = -min(views.patronage(of: party, body.group, year: fact.year, book), quantityThousandthsMax)
        guard quantity != 0, quantity >= least, quantity <= quantityThousandthsMax else {
            throw Refusal(
                .outOfRange, "quantityThousandths", quantity,
                Text("quantité hors limites, en millièmes", "quantity out of range, in thousandths"),
                accepted: Text(
                    "de \(least) à \(quantityThousandthsMax), sauf 0", "\(least) to \(quantityThousandthsMax), not 0"))
        }
    }

    private static func decide(
        workDate: CivilDate, _ body: ContributionRecordedView, _ fact: Fact
    ) throws(Refusal) {
        let day = CivilDate(clampingDays: Int64(fact.day))
        guard workDate <= day, workDate.year == day.year else {
            throw Refusal(
                .outOfRange, "workDate", body.workDate,
                Text(
                    "après l’événement, ou dans un autre exercice", "after the event, or in another fiscal year"),
                accepted: Text(
                    "du \(day.firstOfYear.text) au \(day.text)", "from \(day.firstOfYear.text) to \(day.text)"))
        }
    }

    static func fold(recorded body: ContributionRecordedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let group = UInt8(truncatingIfNeeded: body.group.rawValue)
        views.putNumber(
            views.key.begin(.contribution).u16(book.id).text(body.contribution).bytes, fact.sequence)
        if views.unit(body.group, book) == nil {
            views.index.put(views.key.begin(.contribution).u16(book.id).u8(0).u8(group).bytes, body.unit)
        }
        views.addPatronage(book, fact.year, body.group, party, body.quantityThousandths)
        views.addCounters(
            views.key.begin(.business).u16(book.id).u16(fact.year).u8(group).bytes, body.quantityThousandths, 0)
        views.touch(party, fact)
    }
}

extension Views {
    /// The unit that a group's contributions count in; `nil` where there are none.
    package func unit(_ group: Group, _ book: Book) -> String? {
        index.value(
            key.begin(.contribution).u16(book.id).u8(0).u8(UInt8(truncatingIfNeeded: group.rawValue)).bytes)?.string
    }

    /// A member's patronage in a group and year, in minor units or thousandths of the group's unit.
    package func patronage(of party: UInt32, _ group: Group, year: UInt16, _ book: Book) -> Int64 {
        index.counters(
            key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(truncatingIfNeeded: group.rawValue)).u32(party).bytes
        ).first
    }

    /// What all members of a group did with the cooperative in a year.
    func business(of group: Group, year: UInt16, _ book: Book) -> Int64 {
        index.counters(
            key.begin(.business).u16(book.id).u16(year).u8(UInt8(truncatingIfNeeded: group.rawValue)).bytes
        ).first
    }
}
