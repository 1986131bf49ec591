import Accounting
import Events
import Fixtures

/// A second, plain account of parcels: what each has become, what is owed and what is due, told without the folds.
///
/// All orders cost 1 000 and are sold by sam; GST and QST do not apply.
struct Yard {
    enum State { case prepared, inTransit, placed, expired, collected, delivered, returned, lost }

    struct Door: Hashable {
        let site: String
        let size: Int
        let number: UInt32
    }

    struct Ready: Equatable {
        let atUs: Int64
        let site: String
        let carrier: String
    }

    struct Parcel {
        let name: String
        let number: UInt64
        let order: String
        let site: String
        let size: Int
        let value: Int64
        let replaces: String
        var replacedBy = ""
        var damaged: Int64 = 0
        var state = State.prepared
        var holder = "sam"
        var door: Door?
        var expiresAtUs: Int64 = 0
        var ready: Ready?
        var lastAtUs: Int64
        var endedAt: UInt64 = 0

        var isEnd: Bool { [.collected, .delivered, .returned, .lost].contains(state) }
        var isWithBuyer: Bool { state == .collected || state == .delivered }
    }

    struct Undo {
        let sequence: UInt64
        let parcel: Parcel
        let money: [String: Int64]
    }

    struct Order {
        let mode: DeliveryMode
        let placedAtUs: Int64
        var paidAtUs: Int64?
        var isEnded = false
        var isCancelled = false
        var isHandedOver = false
        var handedOverUs: Int64 = .min
        var refunds: [(sequence: UInt64, amount: Int64)] = []
        var parcels: [String] = []
        var counted: String?
        var isCountedByLoss = false

        var hours: Int64 { mode == .locker4H ? 4 : mode == .locker24H ? 24 : 0 }
        var deadlineUs: Int64? { hours == 0 ? nil : paidAtUs.map { $0 + hours * 3_600_000_000 } }
    }

    static let hosts = ["caisse": "hq", "metro": "stm"]
    static let doors = ["caisse": [1: 2, 3: 1], "metro": [2: 1]] as [String: [Int: UInt32]]

    var market = Market()
    var orders: [String: Order] = [:]
    var parcels: [String: Parcel] = [:]
    var undos: [String: [Undo]] = [:]
    var money: [String: Int64] = [:]
    /// "mode month site carrier" → kept, missed.
    var promises: [String: (kept: Int64, missed: Int64)] = [:]

    /// What the parcels of an order that stand are worth, without one of them.
    func worth(_ order: String, without name: String = "") -> Int64 {
        (orders[order]?.parcels ?? []).compactMap { parcels[$0] }
            .filter { $0.name != name && $0.replacedBy.isEmpty && $0.state != .returned }.reduce(0) { $0 + $1.value }
    }

    func occupant(_ door: Door) -> String? { parcels.values.first { $0.door == door }?.name }

    /// Orders promised, paid, not over and not ready.
    var due: [String] {
        orders.filter { $0.value.deadlineUs != nil && !$0.value.isEnded && readiness($0.value) == nil }.map(\.key)
            .sorted()
    }

    /// When the last parcel that the order needs was ready; `nil` while one is not.
    func readiness(_ order: Order) -> Ready? {
        func served(_ parcel: Parcel) -> Ready? { parcels[parcel.replaces].flatMap(served) ?? parcel.ready }
        var last: (Ready, UInt64)?
        for parcel in order.parcels.compactMap({ parcels[$0] }) where parcel.replacedBy.isEmpty {
            guard let ready = served(parcel) else { return nil }
            if last.map({ ($0.0.atUs, $0.1) < (ready.atUs, parcel.number) }) ?? true { last = (ready, parcel.number) }
        }
        return last?.0
    }

    /// The parcel that was lost last and that neither came ready, nor stands for one that did, nor is replaced.
    func lost(_ order: Order) -> Parcel? {
        func served(_ parcel: Parcel) -> Bool { parcel.ready != nil || parcels[parcel.replaces].map(served) ?? false }
        return order.parcels.compactMap { parcels[$0] }
            .filter { $0.state == .lost && $0.replacedBy.isEmpty && !served($0) }
            .max { ($0.lastAtUs, $0.number) < ($1.lastAtUs, $1.number) }
    }

    static func month(_ us: Int64) -> String {
        String(CivilDate(clampingDays: (us - 18_000_000_000) / 86_400_000_000).text.prefix(7))
    }

    private mutating func count(_ key: String, _ isKept: Bool, _ sign: Int64) {
        var row = promises[key] ?? (0, 0)
        if isKept { row.kept += sign } else { row.missed += sign }
        promises[key] = row.kept == 0 && row.missed == 0 ? nil : row
    }

    /// Counts an order's promise anew after one of its parcels changed.
    mutating func settle(_ name: String) {
        guard var order = orders[name], let deadline = order.deadlineUs else { return }
        let wasCounted = order.counted != nil
        let old = order
        if let counted = order.counted { count(String(counted.dropFirst()), counted.hasPrefix("+"), -1) }
        (order.counted, order.isCountedByLoss) = (nil, false)
        if let ready = readiness(order), wasCounted || !order.isEnded {
            let isKept = ready.atUs <= deadline
            let key = "\(order.hours) \(Self.month(ready.atUs)) \(ready.site) \(ready.carrier)"
            count(key, isKept, 1)
            order.counted = (isKept ? "+" : "-") + key
        } else if readiness(order) == nil, let lost = lost(order), wasCounted || !order.isEnded {
            let carrier = lost.holder == "sam" ? "" : lost.holder
            let key = "\(order.hours) \(Self.month(lost.lastAtUs)) \(lost.site) \(carrier)"
            count(key, false, 1)
            (order.counted, order.isCountedByLoss) = ("-" + key, true)
        } else if order.isEnded, old.isCountedByLoss, let counted = old.counted {
            count(String(counted.dropFirst()), false, 1)
            order = old
        }
        orders[name] = order
    }

    /// The order is over: handed over, cancelled or refunded.
    mutating func end(_ name: String, at us: Int64, handedOver: Bool) {
        guard var order = orders[name] else { return }
        if let deadline = order.deadlineUs, !order.isEnded, readiness(order) == nil, order.counted == nil,
            handedOver || us > deadline
        {
            count("\(order.hours) \(Self.month(us))  ", us <= deadline, 1)
        }
        order.isEnded = true
        orders[name] = order
    }

    mutating func pay(_ rows: [String: Int64], _ sign: Int64 = 1) {
        for (account, amount) in rows { money[account, default: 0] += sign * amount }
    }

    /// A scan of a parcel, with what it posts.
    mutating func scan(
        _ name: String, _ sequence: UInt64, at us: Int64, owing rows: [String: Int64] = [:],
        _ change: (inout Parcel) -> Void
    ) {
        guard var parcel = parcels[name] else { return }
        undos[name, default: []].append(Undo(sequence: sequence, parcel: parcel, money: rows))
        change(&parcel)
        parcel.lastAtUs = us
        if parcel.isEnd { parcel.endedAt = sequence }
        parcels[name] = parcel
        pay(rows)
        settle(parcel.order)
    }

    func fees(_ parcel: Parcel, hosted: Bool) -> [String: Int64] {
        // Once a parcel.
        guard parcel.ready == nil else { return [:] }
        let mode = orders[parcel.order]?.mode
        let fee: Int64 = mode == .locker4H ? 500 : mode == .locker24H ? 300 : mode == .door ? 400 : 0
        var rows = ["expenses:delivery ": fee, "liabilities:accounts-payable \(parcel.holder)": -fee]
        if hosted, let host = Self.hosts[parcel.site] {
            rows["expenses:locker-hosting "] = 50
            rows["liabilities:accounts-payable \(host)", default: 0] -= 50
        }
        return rows
    }

    func owed(_ parcel: Parcel, _ amount: Int64) -> [String: Int64] {
        parcel.holder == "sam"
            ? [:] : ["assets:receivable \(parcel.holder)": amount, "liabilities:seller-payable sam": -amount]
    }

    /// Every balance that is not zero, by "account party".
    var balances: [String: Int64] {
        market.balances.merging(money) { $0 + $1 }.filter { $0.value != 0 }
    }
}
