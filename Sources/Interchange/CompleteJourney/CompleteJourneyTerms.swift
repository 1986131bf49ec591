import Accounting
import Bytes

/// The terms under which the files are imported: the same for everybody, so that two imports give the same root.
enum Terms {
    static let book: StaticString = "grand-io"
    static let source: StaticString = "complete-journey"
    static let actor: StaticString = "import"
    static let currency: StaticString = "CAD"
    static let timeZone = "America/Toronto"

    /// The only fiscal year of the files.
    static let fiscalYear = 2017
    /// First instant of the year in Toronto: 2017-01-01T05:00:00Z.
    static let foundedUs: Int64 = 1_483_246_800_000_000
    /// Last microsecond of the year in Toronto: 2018-01-01T04:59:59.999999Z.
    static let yearEndUs: Int64 = 1_514_782_799_999_999
    /// The years whose changes of offset are recorded as policy.
    static let calendarYears = 2016...2019

    static let sharePriceMinor: Int64 = 1000
    static let commission = RatePpm(40_000)
    static let gst = QuebecRates.gst
    static let qst = QuebecRates.qst

    /// A local day's captures settle the next day at 12:00 UTC; stores are paid on the 5th at 16:00 UTC.
    static let settlementUs: Int64 = 12 * 3_600_000_000
    static let payoutUs: Int64 = 16 * 3_600_000_000
    static let payoutDay = 5

    static let bookName = "grand-io"
    static let sourceName = "complete-journey"
    static let actorName = "import"
    /// The meeting resolves and declares on 2018-04-15T16:00:00Z; dividends are paid on 2018-05-01T16:00:00Z, from Desjardins.
    static let declaredAtUs: Int64 = 1_523_808_000_000_000
    static let paidAtUs: Int64 = 1_525_190_400_000_000
    static let payingInstitution = "815"

    /// Basic groceries are zero-rated (DOMAIN §3); all other departments are standard.
    static let zeroRatedDepartments: Set<String> = [
        "GROCERY", "PRODUCE", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "NUTRITION", "SEAFOOD", "SEAFOOD-PCKGD",
        "FROZEN GROCERY",
    ]
}

/// The two institutions that payments go through.
enum Institution: Int, CaseIterable {
    // In byte order of their numbers, which is the order of their settlements.
    case nationalBank
    case desjardins

    var number: Bytes { Bytes(self == .desjardins ? "815" : "006" as StaticString) }

    /// Even household numbers pay through Desjardins, odd ones through National Bank.
    init(household: UInt64) { self = household.isMultiple(of: 2) ? .desjardins : .nationalBank }
}
