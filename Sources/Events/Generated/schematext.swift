/// The schemas of events, as they are written, for readers that have nothing else of the ledger.
package enum SchemaText {
    package static let proto = #"""
        // What cooperatives owe each other and their clients: service agreements, invoices, netting, the solidarity fund, foreign currency.
        //
        // An event between two cooperatives stands in the book of the one named by the envelope and posts the mirror in the other's.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "grandlivre/v1/catalog.proto";
        import "grandlivre/v1/orders.proto";

        enum AgreementKind {
          AGREEMENT_KIND_UNSPECIFIED = 0;
          AGREEMENT_KIND_PLATFORM = 1;
          AGREEMENT_KIND_WAREHOUSING = 2;
          AGREEMENT_KIND_SUPPORT = 3;
          AGREEMENT_KIND_OPERATOR = 4;
          AGREEMENT_KIND_CARRIAGE = 5;
          AGREEMENT_KIND_HOSTING = 6;
        }

        enum FeeBasis {
          FEE_BASIS_UNSPECIFIED = 0;
          // For each unit handled, stored for a day, or whatever the line counts.
          FEE_BASIS_UNIT = 1;
          // Part of an amount.
          FEE_BASIS_PERCENT = 2;
          // Once a period.
          FEE_BASIS_PERIOD = 3;
        }

        message AgreementFee {
          // "storage-day", "pick", "platform"
          string fee = 1;
          FeeBasis basis = 2;
          int64 price_minor = 3;
          uint32 rate_ppm = 4;
          TaxClass tax_class = 5;
          // Of a fee once a period: its length in whole months; 0: one. An invoice of it covers less at the end only.
          uint32 period_months = 6;
        }

        // The envelope's book provides the service. Both cooperatives' administrators approve it with their signatures.
        // Signed again under the same name and from a later day, it replaces the fees and the end from that day on.
        message AgreementSigned {
          string agreement = 1;
          // The book of the cooperative that is served and pays.
          string client_book = 2;
          AgreementKind kind = 3;
          // ISO 8601 local dates, both included; the end may be absent.
          string start_date = 4;
          string end_date = 5;
          repeated AgreementFee fees = 6;
          // ISO 4217: of the prices and the invoices.
          string currency = 7;
        }

        message AgreementEnded {
          string agreement = 1;
          string reason = 2;
        }

        message InvoiceLine {
          // Of the agreement.
          string fee = 1;
          string description = 2;
          // Units, minor units of the amount that a percentage is of, or whole periods; 1 for what the agreement's end leaves of one, whose amount the client signs.
          int64 quantity = 3;
          int64 amount_minor = 4;
        }

        // The provider's invoice under an agreement: revenue in its book, expense in the client's.
        message ServiceInvoiced {
          string invoice = 1;
          string agreement = 2;
          string currency = 3;
          // ISO 8601 local dates, both included.
          string from_date = 4;
          string to_date = 5;
          repeated InvoiceLine lines = 6;
          repeated TaxAmount taxes = 7;
          int64 total_minor = 8;
          // The lines in the currency of the provider's book and the total in that of the client's, at the day's rate; 0 where the currency is the book's.
          int64 book_amount_minor = 9;
          int64 client_book_amount_minor = 10;
          // Where the rate was published, and its date; empty without another currency.
          string rate_source = 11;
        }

        // What two cooperatives owe each other is set off.
        message BalancesNetted {
          string netting = 1;
          string counterpart_book = 2;
          string currency = 3;
          // Taken from both debts: the smaller of them at most.
          int64 amount_minor = 4;
        }

        // The envelope's book pays what it owes another cooperative.
        message IntercoopSettled {
          string settlement = 1;
          string counterpart_book = 2;
          string currency = 3;
          int64 amount_minor = 4;
          // The institution the money leaves, and the one where it arrives.
          string institution = 5;
          string counterpart_institution = 6;
        }

        // A client that is not a cooperative of this ledger, perhaps abroad.
        message ClientInvoiced {
          string invoice = 1;
          string client = 2;
          // ISO 4217; may differ from the book's.
          string currency = 3;
          int64 amount_minor = 4;
          TaxClass tax_class = 5;
          repeated TaxAmount taxes = 6;
          int64 total_minor = 7;
          // The amount in the book's currency at the day's rate, without taxes; equal to the amount where the currency is the book's.
          int64 book_amount_minor = 8;
          // Where the rate was published, and its date.
          string rate_source = 9;
          string description = 10;
        }

        message ClientInvoicePaid {
          string invoice = 1;
          string institution = 2;
          int64 amount_minor = 3;
          string currency = 4;
        }

        // Money of one currency sold for another at an institution.
        message CurrencyExchanged {
          string exchange = 1;
          string institution = 2;
          string sold_currency = 3;
          int64 sold_minor = 4;
          string bought_currency = 5;
          int64 bought_minor = 6;
          // What both are worth in the book's currency, where neither is the book's; otherwise 0.
          int64 book_amount_minor = 7;
        }

        // The worth of what the book holds in a foreign currency, in the book's own; the difference is a gain or a loss.
        message CurrencyRevalued {
          string currency = 1;
          // Net holding in the foreign currency: assets less liabilities.
          int64 holding_minor = 2;
          // Its worth in the book's currency at the rate of the day.
          int64 book_amount_minor = 3;
          string rate_source = 4;
        }

        // The envelope's book gives a part of a year's surplus to the solidarity fund.
        message SolidarityContributed {
          string contribution = 1;
          string fund_book = 2;
          uint32 fiscal_year = 3;
          string currency = 4;
          int64 amount_minor = 5;
        }

        // The fund (the envelope's book) helps a cooperative.
        message SolidarityGranted {
          string grant = 1;
          string beneficiary_book = 2;
          string currency = 3;
          int64 amount_minor = 4;
          string purpose = 5;
          // Number of the fund's resolution.
          string resolution = 6;
        }
        // What is for sale.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        // What a supply is to the tax law. The rates of each class come from the tax policy in force.
        enum TaxClass {
          TAX_CLASS_UNSPECIFIED = 0;
          TAX_CLASS_STANDARD = 1;
          TAX_CLASS_ZERO_RATED = 2;
          TAX_CLASS_EXEMPT = 3;
          TAX_CLASS_PRINTED_BOOK = 4;
          // Downloads, e-books, music.
          TAX_CLASS_DIGITAL = 5;
          // Rides and their levy.
          TAX_CLASS_TRANSPORT = 6;
        }

        message ProductListed {
          string product = 1;
          // Absent when any seller of the cooperative may sell it.
          string seller = 2;
          TaxClass tax_class = 3;
          string department = 4;
          string category = 5;
          string description = 6;
          string brand = 7;
          string package_size = 8;
          optional int64 unit_price_minor = 9;
          // The book whose stock is sold; absent where no stock is kept. Purchases reserve there.
          string stock_book = 10;
        }

        // Replaces all that was said of the product.
        message ProductRevised {
          string product = 1;
          string seller = 2;
          TaxClass tax_class = 3;
          string department = 4;
          string category = 5;
          string description = 6;
          string brand = 7;
          string package_size = 8;
          optional int64 unit_price_minor = 9;
          // The book whose stock is sold; absent where no stock is kept. Purchases reserve there.
          string stock_book = 10;
        }

        message ProductDelisted {
          string product = 1;
          string reason = 2;
        }
        // Periods, manual entries and corrections; what the views were.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        message FiscalYearClosed {
          uint32 fiscal_year = 1;
          // ISO 8601 local dates, both included.
          string first_date = 2;
          string last_date = 3;
          string currency = 4;
          // Revenue less expenses of the year; negative for a deficit.
          int64 surplus_minor = 5;
        }

        message PeriodLocked {
          // ISO 8601 local date; this day and all before it take no more events.
          string through_date = 1;
          string reason = 2;
        }

        // One posting: exactly one of debit and credit is positive.
        message EntryLine {
          string account = 1;
          string party = 2;
          string currency = 3;
          int64 debit_minor = 4;
          int64 credit_minor = 5;
        }

        message JournalEntryPosted {
          repeated EntryLine lines = 1;
          string reason = 2;
          string preparer = 3;
          string approver = 4;
        }

        // Reverses a manual entry (or the replacement of an earlier correction) and puts the right lines in its place.
        message CorrectionPosted {
          uint64 corrected_sequence = 1;
          repeated EntryLine replacement = 2;
          string reason = 3;
          string preparer = 4;
          string approver = 5;
        }

        // The digests of the views after a fresh fold of all events through one, recorded on demand: whoever folds the log again finds the same.
        message ViewsAttested {
          // The last event that was folded; it stands before this one.
          uint64 through_sequence = 1;
          // Version of the rows of the views: digests of two versions are not compared.
          uint32 version = 2;
          // By name, ascending.
          repeated ViewAttested views = 3;
        }

        message ViewAttested {
          string view = 1;
          // SHA-256 over its rows: 32 bytes.
          bytes digest = 2;
          uint64 rows = 3;
        }
        // Cooperatives, their policies, their members and their shares.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "google/protobuf/timestamp.proto";
        import "grandlivre/v1/catalog.proto";
        import "grandlivre/v1/orders.proto";
        import "grandlivre/v1/reconciliation.proto";

        enum LegalForm {
          LEGAL_FORM_UNSPECIFIED = 0;
          LEGAL_FORM_SOLIDARITY = 1;
          LEGAL_FORM_CONSUMERS = 2;
          LEGAL_FORM_PRODUCERS = 3;
          LEGAL_FORM_WORKERS = 4;
          LEGAL_FORM_FEDERATION = 5;
        }

        // Where recorded time comes from. The first event of a log decides for the whole log.
        enum Clock {
          // The machine's clock, in service.
          CLOCK_MACHINE = 0;
          // The data's own times: recorded time is the latest effective time seen, so that the same input gives the same root.
          CLOCK_DATA = 1;
        }

        message CooperativeFounded {
          string name = 1;
          LegalForm legal_form = 2;
          // ISO 4217 currency of the books.
          string currency = 3;
          // IANA name, for people; the offsets that decide local days are recorded by a CalendarPolicy.
          string time_zone = 4;
          // Price of one common share.
          int64 common_share_price_minor = 5;
          Clock clock = 6;
        }

        // A rule of the cooperative, in force from the event's effective time on.
        message PolicyAdopted {
          oneof policy {
            TaxPolicy taxes = 1;
            CommissionPolicy commission = 2;
            AllocationPolicy allocation = 3;
            CalendarPolicy calendar = 4;
            WithholdingPolicy withholding = 5;
            ApprovalPolicy approvals = 6;
            SharingPolicy sharing = 7;
            MediaPolicy media = 8;
            DeliveryPolicy delivery = 9;
            LimitPolicy limits = 10;
            StreamingPolicy streaming = 11;
            RidePolicy rides = 12;
            ChargebackPolicy chargebacks = 13;
            SolidarityPolicy solidarity = 14;
            SponsorshipPolicy sponsorship = 15;
            ReconciliationPolicy reconciliation = 16;
            PaymentFilesPolicy payment_files = 17;
          }
        }

        message TaxPolicy {
          // "CA-QC"
          string jurisdiction = 1;
          repeated TaxRate rates = 2;
          TaxBasis basis = 3;
        }

        enum TaxBasis {
          TAX_BASIS_UNSPECIFIED = 0;
          // Each tax once, on the order's taxable total.
          TAX_BASIS_ORDER = 1;
          // Each tax on each line.
          TAX_BASIS_LINE = 2;
        }

        // A class of supply without a rate bears none of that tax.
        message TaxRate {
          // "gst", "qst", "hst": owed on the account liabilities:<tax>-payable.
          string tax = 1;
          TaxClass tax_class = 2;
          // Parts per million of the price before tax: 99750 is 9.975 %.
          uint32 rate_ppm = 3;
        }

        message CommissionPolicy {
          // Parts per million of an order's merchandise before tax, half-up to the cent, once an order.
          uint32 rate_ppm = 1;
        }

        // The floor that the Act sets on an allocation (C-67.2 s.146), and how dividends are shared.
        message AllocationPolicy {
          // Least part of the surplus that goes to the reserve while equity is under the threshold.
          uint32 reserve_min_ppm = 1;
          // Least part for the reserve and dividends paid in shares together.
          uint32 reserve_and_shares_min_ppm = 2;
          // Equity over debts from which the floor no longer applies; 4294967295: it always applies.
          uint32 equity_to_debts_ppm = 3;
          // The patronage of these groups counts.
          repeated GroupPatronage groups = 4;
          // Name of the rules, for the resolution to cite.
          string rules_version = 5;
          // Least part of the surplus for the community, and most of it for dividends; absent where the rules set none.
          uint32 community_min_ppm = 6;
          optional uint32 dividends_max_ppm = 7;
          // Dividends of a category come only from its business with members (C-67.2 s.128.1).
          bool capped_by_category = 8;
          // Dividends only where the general reserve, the year's part included, is above 0 (Bill 111).
          bool dividends_need_reserve = 9;
        }

        message GroupPatronage {
          Group group = 1;
          // Share of the dividends that goes to this group; the shares of all groups sum to 1 000 000.
          uint32 share_ppm = 2;
        }

        // Offsets from UTC, so that a replay never depends on a machine's time-zone files.
        message CalendarPolicy {
          // In ascending order; the first holds also before its own time.
          repeated UtcOffset offsets = 1;
        }

        message UtcOffset {
          google.protobuf.Timestamp from = 1;
          sint32 offset_seconds = 2;
        }

        // Income tax withheld when a patronage dividend is paid (ITA 135(3)).
        message WithholdingPolicy {
          uint32 rate_ppm = 1;
          // Free of withholding per member and calendar year.
          int64 exempt_minor = 2;
        }

        // From which amount on an event needs the signature of a second person.
        message ApprovalPolicy {
          repeated ApprovalRule rules = 1;
        }

        message ApprovalRule {
          // The kind of event in the schema's JSON name: "payoutInstructed".
          string kind = 1;
          // Events of this amount or more need an approval; 0: every one.
          int64 threshold_minor = 2;
        }

        enum SharedTotal {
          SHARED_TOTAL_UNSPECIFIED = 0;
          SHARED_TOTAL_REVENUE = 1;
          SHARED_TOTAL_PROFIT = 2;
          SHARED_TOTAL_EXPENSES = 3;
        }

        // Who gets what of a revenue or profit, or bears what of expenses. One rule a name; a later one replaces it from its effective time on.
        message SharingPolicy {
          // "default", "workshop-2018"
          string rule = 1;
          SharedTotal total = 2;
          // Fixed amounts come first, then percentages of the whole; what remains goes by contribution.
          repeated SharingPart parts = 3;
        }

        message SharingPart {
          // A member, or else a group: its members in proportion to their patronage of the year. Neither: it stays with the cooperative.
          string member = 1;
          Group contribution_of = 2;
          int64 fixed_minor = 4;
          uint32 share_ppm = 5;
        }

        // Who is owed for a purchase that several campaigns touched.
        enum AttributionRule {
          ATTRIBUTION_RULE_UNSPECIFIED = 0;
          // A redemption, else the last touch within the window.
          ATTRIBUTION_RULE_LAST = 1;
          // A redemption, else the first touch within the window.
          ATTRIBUTION_RULE_FIRST = 2;
          // All campaigns with a redemption or a touch within the window, in equal parts.
          ATTRIBUTION_RULE_EQUAL = 3;
        }

        message MediaPolicy {
          AttributionRule rule = 1;
          uint32 window_days = 2;
          // Part of the merchandise that is owed to the media together.
          uint32 rate_ppm = 3;
        }

        message DeliveryPolicy {
          // How long a parcel waits in its compartment.
          uint32 pickup_hours = 1;
          repeated DeliveryFee fees = 2;
          // Who bears it, for the journal: the cooperative pays carriers and hosts.
          int64 hosting_fee_minor = 3;
        }

        // What a carrier earns for a parcel of that promise.
        message DeliveryFee {
          DeliveryMode mode = 1;
          int64 carrier_fee_minor = 2;
        }

        // Limits; 0 is none.
        message LimitPolicy {
          // What a member may owe at most.
          int64 member_credit_minor = 1;
          // What an institution may capture in a local day.
          int64 institution_daily_minor = 2;
          // The largest payout.
          int64 payout_minor = 3;
        }

        // Stream to own: play n of a work costs first x 2^(n-1); after `plays_to_own` plays the listener owns it.
        message StreamingPolicy {
          // Millionths of a credit: 2000 is 0.002.
          int64 first_play_microcredits = 1;
          uint32 plays_to_own = 2;
          // Price of one credit in minor units of the book.
          int64 credit_price_minor = 3;
          // The creators' part of what plays bring.
          uint32 creators_ppm = 4;
        }

        message RidePolicy {
          // Levy a trip, on top of the fare; it bears the taxes of the transport class.
          int64 levy_minor = 1;
          // The platform's part of the fare before tax.
          uint32 platform_ppm = 2;
          // What the rider owes when cancelling after a driver accepted.
          int64 cancellation_fee_minor = 3;
        }

        enum ChargebackBearer {
          CHARGEBACK_BEARER_UNSPECIFIED = 0;
          CHARGEBACK_BEARER_SELLER = 1;
          CHARGEBACK_BEARER_COOPERATIVE = 2;
        }

        message ChargebackPolicy {
          ChargebackBearer bearer = 1;
        }

        // The solidarity fund that this cooperative feeds.
        message SolidarityPolicy {
          // The fund's book.
          string fund_book = 1;
          // Part of each year's surplus.
          uint32 contribution_ppm = 2;
        }

        // A manufacturer or medium pays sellers discounts through the cooperative, up to a limit. The sponsor records it, or signs it as approver.
        // One a sponsor; a later one replaces it from its effective time on.
        message SponsorshipPolicy {
          // Identity of the sponsor.
          string sponsor = 1;
          // All discounts that it pays, less those taken back; 0 ends the sponsorship.
          int64 limit_minor = 2;
        }

        enum MemberCategory {
          MEMBER_CATEGORY_UNSPECIFIED = 0;
          MEMBER_CATEGORY_USER = 1;
          MEMBER_CATEGORY_WORKER = 2;
          MEMBER_CATEGORY_SUPPORT = 3;
          MEMBER_CATEGORY_PRODUCER = 4;
          MEMBER_CATEGORY_AUXILIARY = 5;
        }

        enum Group {
          GROUP_UNSPECIFIED = 0;
          GROUP_CONSUMER = 1;
          GROUP_SELLER = 2;
          GROUP_DRIVER = 3;
          GROUP_RIDER = 4;
          GROUP_CREATOR = 5;
          GROUP_AUTHOR = 6;
          GROUP_CARRIER = 7;
          GROUP_WORKER = 8;
          // Who stores goods.
          GROUP_DEPOSITOR = 9;
        }

        message MemberAdmitted {
          // Identity of the member.
          string member = 1;
          MemberCategory category = 2;
          repeated Group groups = 3;
          // A registered seller supplies and remits itself; for an unregistered one the platform is deemed supplier.
          repeated TaxRegistration registrations = 4;
        }

        message TaxRegistration {
          string tax = 1;
          string number = 2;
          // ISO 8601 local date from which the registration holds.
          string from_date = 3;
        }

        message MemberWithdrew {
          string member = 1;
          string reason = 2;
        }

        // A member changes category or groups without leaving. Registrations stay as they are; what was bought and earned before is not restated.
        message MemberReclassified {
          string member = 1;
          // Absent: the category stays.
          MemberCategory category = 2;
          // All groups of the member from now on.
          repeated Group groups = 3;
        }

        enum ShareClass {
          SHARE_CLASS_UNSPECIFIED = 0;
          SHARE_CLASS_COMMON = 1;
          SHARE_CLASS_PREFERRED = 2;
        }

        // Shares bought and paid through an institution.
        message SharesSubscribed {
          string member = 1;
          ShareClass share_class = 2;
          uint32 shares = 3;
          int64 amount_minor = 4;
          string currency = 5;
          string institution = 6;
        }

        // Shares bought back and paid from an institution.
        message SharesRedeemed {
          string member = 1;
          ShareClass share_class = 2;
          uint32 shares = 3;
          int64 amount_minor = 4;
          string currency = 5;
          string institution = 6;
        }

        // Shares pass from one member to another; the cooperative's capital stays the same.
        message SharesTransferred {
          string from = 1;
          string to = 2;
          ShareClass share_class = 3;
          uint32 shares = 4;
          // What the shares stand for in the books: their price, or what was paid for preferred ones. What the members pay each other is theirs.
          int64 amount_minor = 5;
          string currency = 6;
        }

        enum Role {
          ROLE_UNSPECIFIED = 0;
          // Roles, keys, policies, agreements, members.
          ROLE_ADMINISTRATOR = 1;
          // Manual entries, closes, locks, allocations, invoices, taxes.
          ROLE_ACCOUNTANT = 2;
          // Signs what others prepare.
          ROLE_APPROVER = 3;
          // Payouts, refunds, settlements, dividends paid.
          ROLE_TREASURER = 4;
          // Catalogue, orders, payments taken.
          ROLE_SALES = 5;
          ROLE_WAREHOUSE = 6;
          ROLE_DELIVERY = 7;
          ROLE_RIDES = 8;
          ROLE_MEDIA = 9;
          // Reads everything, records nothing.
          ROLE_AUDITOR = 10;
        }

        // From the first one on, the book takes events only from actors whose role allows them.
        message RoleGranted {
          string grantee = 1;
          Role role = 2;
          // The largest amount the grantee may record or approve with this role; absent: any.
          optional int64 limit_minor = 3;
        }

        message RoleRevoked {
          string grantee = 1;
          Role role = 2;
          string reason = 3;
        }

        // A member's contribution that no other event measures: hours, storage used.
        message ContributionRecorded {
          string contribution = 1;
          string member = 2;
          Group group = 3;
          // What is counted; one unit a group and book.
          string unit = 4;
          // In thousandths of the unit: 7500 is 7.5 hours.
          int64 quantity_thousandths = 5;
          // ISO 8601 local date.
          string work_date = 6;
          string description = 7;
        }

        // Minor units to one person.
        message SharedPart {
          string member = 1;
          int64 amount_minor = 2;
        }

        // A revenue, profit or cost shared by the rule in force.
        message RevenueShared {
          string sharing = 1;
          // Of the SharingPolicy.
          string rule = 2;
          string currency = 3;
          int64 amount_minor = 4;
          // To members, as the rule gives, largest remainder; what is not named here stays with the cooperative.
          repeated SharedPart parts = 5;
          string description = 6;
        }

        message ExpenseLine {
          // "expenses:rent"
          string account = 1;
          int64 amount_minor = 2;
          string description = 3;
        }

        message ExpenseClaimed {
          string claim = 1;
          string member = 2;
          string currency = 3;
          repeated ExpenseLine lines = 4;
          // Taxes paid that the cooperative recovers.
          repeated TaxAmount taxes = 5;
          int64 total_minor = 6;
          // ISO 8601 local date.
          string incurred_date = 7;
        }

        // The claim becomes a debt of the cooperative.
        message ExpenseApproved {
          string claim = 1;
        }

        message ExpenseRejected {
          string claim = 1;
          string reason = 2;
        }

        message ExpenseReimbursed {
          string claim = 1;
          string institution = 2;
          int64 amount_minor = 3;
          string currency = 4;
        }

        // A business district (SDC): groups sellers, and sees sums of at least five of them only.
        message DistrictFormed {
          string district = 1;
          string name = 2;
        }

        message DistrictJoined {
          string district = 1;
          string seller = 2;
        }

        message DistrictLeft {
          string district = 1;
          string seller = 2;
        }
        // Parcels, their custody, and the lockers that partners host.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        enum LockerSiteKind {
          LOCKER_SITE_KIND_UNSPECIFIED = 0;
          LOCKER_SITE_KIND_CAISSE = 1;
          LOCKER_SITE_KIND_BRANCH = 2;
          LOCKER_SITE_KIND_METRO_STATION = 3;
          LOCKER_SITE_KIND_BUS_SHELTER = 4;
          LOCKER_SITE_KIND_STORE = 5;
        }

        enum CompartmentSize {
          COMPARTMENT_SIZE_UNSPECIFIED = 0;
          COMPARTMENT_SIZE_SMALL = 1;
          COMPARTMENT_SIZE_MEDIUM = 2;
          COMPARTMENT_SIZE_LARGE = 3;
        }

        message Compartments {
          CompartmentSize size = 1;
          uint32 count = 2;
        }

        message LockerSiteOpened {
          string site = 1;
          // Who owns the place and is owed the hosting fee.
          string host = 2;
          LockerSiteKind kind = 3;
          repeated Compartments compartments = 4;
          string name = 5;
          string postal_code = 6;
        }

        message LockerSiteClosed {
          string site = 1;
          string reason = 2;
        }

        // The retailer has the parcel ready; the promise is the order's.
        message ParcelPrepared {
          string parcel = 1;
          string order = 2;
          // Who has it: the seller of its lines, or the operator of the warehouse.
          string retailer = 3;
          CompartmentSize size = 4;
          int64 weight_grams = 5;
          // What its holder owes when it is lost.
          int64 value_minor = 6;
          string currency = 7;
          // The locker it is meant for; absent for a delivery to the door.
          string site = 8;
          // The lost or returned parcel of the same order that this one stands in for.
          string replaces = 9;
        }

        // Custody passes from one holder to the next.
        message ParcelTransferred {
          string parcel = 1;
          string from = 2;
          string to = 3;
        }

        // In a compartment, ready for pickup: the site's host has it. The carrier has earned its fee.
        message ParcelPlaced {
          string parcel = 1;
          string site = 2;
          // From 1 in each size.
          uint32 compartment = 3;
          CompartmentSize size = 4;
          // The pickup code, sealed under the buyer's key as personal data is.
          bytes sealed_code = 5;
        }

        message PickupReminded {
          string parcel = 1;
        }

        message ParcelCollected {
          string parcel = 1;
        }

        // At the door.
        message ParcelDelivered {
          string parcel = 1;
        }

        // The pickup window is over; the parcel waits to be taken back.
        message PickupExpired {
          string parcel = 1;
        }

        // Back at the retailer.
        message ParcelReturned {
          string parcel = 1;
          string reason = 2;
        }

        // The holder owes its value.
        message ParcelLost {
          string parcel = 1;
          string reason = 2;
        }

        message ParcelDamaged {
          string parcel = 1;
          int64 damage_minor = 2;
          string reason = 3;
        }

        // A scan that did not occur, or a lost parcel that was found: whatever was last recorded of the parcel after its preparation, but a reminder, is undone.
        message ScanVoided {
          string parcel = 1;
          uint64 scanned_sequence = 2;
          string reason = 3;
        }
        // Digital works: licences, downloads, stream-to-own, royalties (ventes.coop).
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "grandlivre/v1/orders.proto";

        enum WorkKind {
          WORK_KIND_UNSPECIFIED = 0;
          WORK_KIND_MUSIC = 1;
          WORK_KIND_EBOOK = 2;
          WORK_KIND_PRINTED_BOOK = 3;
          WORK_KIND_OTHER = 4;
        }

        message Creator {
          string creator = 1;
          // "author", "performer", "producer"
          string role = 2;
        }

        // A listed product is a work.
        message WorkPublished {
          string product = 1;
          WorkKind kind = 2;
          // ISBN-13 of a book, ISRC of a recording.
          string isbn = 3;
          string isrc = 4;
          string title = 5;
          repeated Creator creators = 6;
          // Downloads that a licence includes; 0: without limit.
          uint32 downloads_max = 7;
        }

        message RoyaltyPart {
          string creator = 1;
          // "author", "performer", "producer"
          string role = 2;
          uint32 share_ppm = 3;
        }

        // Who shares a work's royalties, from the event's effective time on. The parts sum to 1 000 000.
        message RoyaltiesSplit {
          string product = 1;
          repeated RoyaltyPart parts = 2;
        }

        // Granted for a line of an order that was handed over. What the seller is owed for the line goes to the creators, by the split in force at the purchase.
        message LicenceGranted {
          string licence = 1;
          string order = 2;
          // Position of the line in the purchase, from 0.
          uint32 line = 3;
        }

        message LicenceRevoked {
          string licence = 1;
          string reason = 2;
        }

        message WorkDownloaded {
          string licence = 1;
          string download = 2;
        }

        // Credits bought to listen with.
        message CreditsBought {
          string purchase = 1;
          string listener = 2;
          string institution = 3;
          // Whole credits.
          int64 credits = 4;
          int64 amount_minor = 5;
          repeated TaxAmount taxes = 6;
          int64 total_minor = 7;
          string currency = 8;
        }

        message WorkPlayed {
          string play = 1;
          string product = 2;
          string listener = 3;
        }

        // What plays of a work have brought since the last time becomes the creators' and the cooperative's.
        message PlaysSettled {
          string settlement = 1;
          string product = 2;
          string currency = 3;
          // Millionths of a credit played and not yet settled.
          int64 microcredits = 4;
          int64 amount_minor = 5;
        }
        // The envelope: what every recorded fact carries, whatever its kind.
        //
        // Stored bytes are canonical: fields ascending, no maps, shortest varints, defaults absent, unknown fields refused.
        // The first three fields are fixed-width and always present; the ledger writes them in place when it commits.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "google/protobuf/timestamp.proto";
        import "grandlivre/v1/agreements.proto";
        import "grandlivre/v1/catalog.proto";
        import "grandlivre/v1/closing.proto";
        import "grandlivre/v1/cooperative.proto";
        import "grandlivre/v1/delivery.proto";
        import "grandlivre/v1/digital.proto";
        import "grandlivre/v1/identity.proto";
        import "grandlivre/v1/media.proto";
        import "grandlivre/v1/orders.proto";
        import "grandlivre/v1/payments.proto";
        import "grandlivre/v1/reconciliation.proto";
        import "grandlivre/v1/rides.proto";
        import "grandlivre/v1/surplus.proto";
        import "grandlivre/v1/warehouse.proto";

        message Event {
          // Position in the log, from 0. Assigned at commit; leave absent in a proposal.
          optional fixed64 sequence = 1;
          // When the log took the event: microseconds since 1970-01-01T00:00:00Z. Assigned at commit.
          optional fixed64 recorded_at_us = 2;
          // Version of the posting rules that folded the event. Assigned at commit.
          optional fixed32 rules = 3;
          // When the fact happened; microsecond precision.
          google.protobuf.Timestamp effective_at = 4;
          // The cooperative whose accounts the event belongs to, for example "grand-io".
          string book = 5;
          // Idempotency: the system that states the fact, and its own key for it. Together they are unique in the log.
          string source = 6;
          string key = 7;
          // Pseudonymous id of the person or service that recorded the fact.
          string actor = 8;
          // The event that led to this one.
          Cause cause = 9;
          // SHA-256 of a document that proves the fact: 32 bytes.
          bytes evidence = 10;
          // Signatures of those who approve the event; the actor cannot be one of them.
          repeated Approval approvals = 11;

          oneof body {
            CooperativeFounded cooperative_founded = 100;
            PolicyAdopted policy_adopted = 101;
            MemberAdmitted member_admitted = 102;
            MemberWithdrew member_withdrew = 103;
            SharesSubscribed shares_subscribed = 104;
            SharesRedeemed shares_redeemed = 105;
            RoleGranted role_granted = 106;
            RoleRevoked role_revoked = 107;
            ContributionRecorded contribution_recorded = 108;
            RevenueShared revenue_shared = 109;
            ExpenseClaimed expense_claimed = 110;
            ExpenseApproved expense_approved = 111;
            ExpenseRejected expense_rejected = 112;
            ExpenseReimbursed expense_reimbursed = 113;
            DistrictFormed district_formed = 114;
            DistrictJoined district_joined = 115;
            DistrictLeft district_left = 116;
            MemberReclassified member_reclassified = 117;
            SharesTransferred shares_transferred = 118;

            AgreementSigned agreement_signed = 150;
            AgreementEnded agreement_ended = 151;
            ServiceInvoiced service_invoiced = 152;
            BalancesNetted balances_netted = 153;
            IntercoopSettled intercoop_settled = 154;
            ClientInvoiced client_invoiced = 155;
            ClientInvoicePaid client_invoice_paid = 156;
            CurrencyExchanged currency_exchanged = 157;
            CurrencyRevalued currency_revalued = 158;
            SolidarityContributed solidarity_contributed = 159;
            SolidarityGranted solidarity_granted = 160;

            IdentityRegistered identity_registered = 200;
            PersonalDataProvided personal_data_provided = 201;
            ConsentGranted consent_granted = 202;
            ConsentWithdrawn consent_withdrawn = 203;
            IdentityErased identity_erased = 204;
            SigningKeyRegistered signing_key_registered = 205;
            SigningKeyRevoked signing_key_revoked = 206;

            ProductListed product_listed = 300;
            ProductRevised product_revised = 301;
            ProductDelisted product_delisted = 302;

            PurchasePlaced purchase_placed = 400;
            PurchaseCancelled purchase_cancelled = 401;
            PurchaseRefunded purchase_refunded = 402;
            OrderHandedOver order_handed_over = 403;

            WorkPublished work_published = 500;
            RoyaltiesSplit royalties_split = 501;
            LicenceGranted licence_granted = 502;
            LicenceRevoked licence_revoked = 503;
            WorkDownloaded work_downloaded = 504;
            CreditsBought credits_bought = 505;
            WorkPlayed work_played = 506;
            PlaysSettled plays_settled = 507;

            StorageSiteOpened storage_site_opened = 600;
            StorageSiteClosed storage_site_closed = 601;
            StockReceived stock_received = 602;
            StockMoved stock_moved = 603;
            StockPicked stock_picked = 604;
            StockPacked stock_packed = 605;
            StockShipped stock_shipped = 606;
            StockReturned stock_returned = 607;
            StockAdjusted stock_adjusted = 608;
            StockCounted stock_counted = 609;

            LockerSiteOpened locker_site_opened = 700;
            LockerSiteClosed locker_site_closed = 701;
            ParcelPrepared parcel_prepared = 702;
            ParcelTransferred parcel_transferred = 703;
            ParcelPlaced parcel_placed = 704;
            PickupReminded pickup_reminded = 705;
            ParcelCollected parcel_collected = 706;
            ParcelDelivered parcel_delivered = 707;
            PickupExpired pickup_expired = 708;
            ParcelReturned parcel_returned = 709;
            ParcelLost parcel_lost = 710;
            ParcelDamaged parcel_damaged = 711;
            ScanVoided scan_voided = 712;

            RideRequested ride_requested = 800;
            RideAccepted ride_accepted = 801;
            RideStarted ride_started = 802;
            RideCompleted ride_completed = 803;
            RideCancelled ride_cancelled = 804;
            RidePaid ride_paid = 805;
            RideRefunded ride_refunded = 806;

            CampaignLaunched campaign_launched = 900;
            PurchaseAttributed purchase_attributed = 901;
            CampaignTouched campaign_touched = 902;
            MediaCredited media_credited = 903;

            PaymentCaptured payment_captured = 1000;
            PaymentFailed payment_failed = 1001;
            PaymentRefunded payment_refunded = 1002;
            FundsSettled funds_settled = 1003;
            PayoutInstructed payout_instructed = 1004;
            PayoutSettled payout_settled = 1005;
            TaxRemitted tax_remitted = 1006;
            PaymentAuthorized payment_authorized = 1007;
            AuthorizationVoided authorization_voided = 1008;
            AuthorizationExpired authorization_expired = 1009;
            ChargebackReceived chargeback_received = 1010;
            ChargebackReversed chargeback_reversed = 1011;
            GiftCardSold gift_card_sold = 1012;
            GiftCardRedeemed gift_card_redeemed = 1013;
            PayoutReturned payout_returned = 1014;
            SupplierInvoiced supplier_invoiced = 1015;
            DebtCollected debt_collected = 1016;

            AllocationResolved allocation_resolved = 1100;
            PatronageDividendDeclared patronage_dividend_declared = 1101;
            PatronageDividendPaid patronage_dividend_paid = 1102;
            ShareInterestAllocated share_interest_allocated = 1103;
            ShareInterestPaid share_interest_paid = 1104;
            RedemptionAccepted redemption_accepted = 1105;
            RedemptionPaid redemption_paid = 1106;

            FiscalYearClosed fiscal_year_closed = 1200;
            PeriodLocked period_locked = 1201;
            JournalEntryPosted journal_entry_posted = 1202;
            CorrectionPosted correction_posted = 1203;
            ViewsAttested views_attested = 1204;

            BankAccountDeclared bank_account_declared = 1300;
            BankAccountClosed bank_account_closed = 1301;
            StatementImported statement_imported = 1302;
            StatementEntryImported statement_entry_imported = 1303;
            EntryMatched entry_matched = 1304;
            EntryUnmatched entry_unmatched = 1305;
            EntrySuspended entry_suspended = 1306;
            BankFeeCharged bank_fee_charged = 1307;
            ExceptionWrittenOff exception_written_off = 1308;
            ExceptionAssigned exception_assigned = 1309;
            ReconciliationSigned reconciliation_signed = 1310;
            PaymentFileIssued payment_file_issued = 1311;
            PayoutsFiled payouts_filed = 1312;
          }
        }

        // Names the event that led to this one: by its sequence, or by source and key (it may stand earlier in the same batch).
        message Cause {
          optional uint64 sequence = 1;
          string source = 2;
          string key = 3;
        }

        // A second person's consent to exactly this event.
        message Approval {
          string approver = 1;
          // Ed25519, 64 bytes, by a key that SigningKeyRegistered gave the approver, over SHA-256 of "grandlivre/approval/v1\n" and the event's canonical bytes
          // without sequence, recorded time, rules and approvals.
          bytes signature = 2;
        }
        // One pseudonymous identity for all cooperatives (Uniqc). Personal data is sealed: it never stands in clear in an event.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        message IdentityRegistered {
          string identity = 1;
        }

        // What a person gave about themselves. Replaces what they gave before.
        message PersonalDataProvided {
          string identity = 1;
          // Which of the person's keys sealed it: the first 8 bytes of the SHA-256 of that key.
          bytes key_id = 2;
          // AES-256-GCM-SIV under the person's key: nonce (12 bytes), ciphertext, tag (16 bytes). The clear text is a PersonalData message; the identity is
          // authenticated with it.
          bytes sealed = 3;
        }

        // The clear text inside PersonalDataProvided. Never an event of its own.
        message PersonalData {
          string name = 1;
          string email = 2;
          string telephone = 3;
          string street_address = 4;
          string city = 5;
          string province = 6;
          string postal_code = 7;
          // ISO 639-1: "fr", "en".
          string language = 8;
          // Where the person is paid: an account in Canada, all three or none. Institution ("815"), transit ("20010") and account number, in digits.
          string bank_institution = 9;
          string bank_transit = 10;
          string bank_account = 11;
        }

        // Consent to one use of personal data (P-39.1). It holds until it is withdrawn.
        message ConsentGranted {
          string identity = 1;
          // "delivery", "newsletter", "attribution": a purpose each, never all at once.
          string purpose = 2;
          // Version of the text that was agreed to.
          string text_version = 3;
        }

        message ConsentWithdrawn {
          string identity = 1;
          string purpose = 2;
        }

        // The person's key is destroyed: what was sealed under it can never be read again. Amounts, hashes and proofs stay.
        message IdentityErased {
          string identity = 1;
          string reason = 2;
        }

        // A key that a person signs approvals with.
        message SigningKeyRegistered {
          string identity = 1;
          // Ed25519, 32 bytes.
          bytes public_key = 2;
        }

        message SigningKeyRevoked {
          string identity = 1;
          bytes public_key = 2;
          string reason = 3;
        }
        // Campaigns of partner media, and the purchases they brought.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        message CampaignLaunched {
          string campaign = 1;
          string kind = 2;
          // ISO 8601 local dates, both included.
          string start_date = 3;
          string end_date = 4;
          // The partner medium that is owed for purchases; absent for the cooperative's own campaigns.
          string medium = 5;
        }

        // Someone saw or followed a campaign.
        message CampaignTouched {
          string touch = 1;
          string campaign = 2;
          string identity = 3;
        }

        message PurchaseAttributed {
          string order = 1;
          string campaign = 2;
          string coupon = 3;
          // ISO 8601 local date of the redemption.
          string redeemed_date = 4;
        }

        // What media are owed for a purchase, by the media policy in force at the purchase.
        message MediaCredited {
          string order = 1;
          repeated MediaShare shares = 2;
        }

        message MediaShare {
          string campaign = 1;
          int64 amount_minor = 2;
        }
        // Purchases, from the order to its hand-over or refund.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "grandlivre/v1/catalog.proto";

        enum Funder {
          FUNDER_UNSPECIFIED = 0;
          FUNDER_SELLER = 1;
          FUNDER_COOPERATIVE = 2;
          FUNDER_MANUFACTURER = 3;
          FUNDER_MEDIUM = 4;
        }

        message Discount {
          Funder funder = 1;
          int64 amount_minor = 2;
          // The manufacturer or medium that pays the seller the discount through the cooperative; absent where it settles it elsewhere.
          string funder_party = 3;
        }

        enum BuyerStatus {
          BUYER_STATUS_UNSPECIFIED = 0;
          BUYER_STATUS_MEMBER = 1;
          BUYER_STATUS_NON_MEMBER = 2;
        }

        enum DeliveryMode {
          DELIVERY_MODE_UNSPECIFIED = 0;
          DELIVERY_MODE_IN_STORE = 1;
          DELIVERY_MODE_LOCKER_4H = 2;
          DELIVERY_MODE_LOCKER_24H = 3;
          DELIVERY_MODE_DOOR = 4;
        }

        message PurchaseLine {
          string product = 1;
          string seller = 2;
          // Units; 0 for an amount without a count.
          int64 quantity = 3;
          // What the buyer pays and the seller receives for the line, before tax, after discounts.
          int64 amount_minor = 4;
          // Where given, quantity x unit price - discounts must equal the amount.
          optional int64 unit_price_minor = 5;
          repeated Discount discounts = 6;
          TaxClass tax_class = 7;
          // The buyer says that they would have bought it outside Québec.
          bool repatriated = 8;
        }

        message TaxAmount {
          // "gst", "qst", "hst"
          string tax = 1;
          int64 amount_minor = 2;
        }

        message PurchasePlaced {
          string order = 1;
          string buyer = 2;
          // The buyer's standing on that day; it decides member and non-member business.
          BuyerStatus buyer_status = 3;
          string currency = 4;
          repeated PurchaseLine lines = 5;
          // The taxes on the order, as charged; a tax of zero is left out.
          repeated TaxAmount taxes = 6;
          // Lines and taxes together.
          int64 total_minor = 7;
          DeliveryMode delivery_mode = 8;
          // Place of supply, for example "CA-ON"; absent: that of the book's first tax policy.
          string jurisdiction = 9;
        }

        // The whole order, before its hand-over.
        message PurchaseCancelled {
          string order = 1;
          string reason = 2;
        }

        message RefundLine {
          // Position of the line in the purchase, from 0.
          uint32 line = 1;
          int64 quantity = 2;
          int64 amount_minor = 3;
        }

        message PurchaseRefunded {
          string order = 1;
          // Identifies the refund among those of the order.
          string refund = 2;
          repeated RefundLine lines = 3;
          // Taxes given back: taxes so far less the taxes on what remains.
          repeated TaxAmount taxes = 4;
          int64 total_minor = 5;
          string reason = 6;
        }

        message OrderHandedOver {
          string order = 1;
        }
        // Money in and out through financial institutions.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "google/protobuf/timestamp.proto";
        import "grandlivre/v1/orders.proto";

        message PaymentCaptured {
          string payment = 1;
          string order = 2;
          // Institution number: "815" Desjardins, "006" National Bank.
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          // The authorization that this payment draws on.
          string authorization = 6;
        }

        message PaymentFailed {
          string payment = 1;
          string order = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          string reason = 6;
        }

        message PaymentRefunded {
          // Identifies the refund payment.
          string payment = 1;
          string order = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          // The gift card that the amount goes back to, in place of an institution.
          string card = 6;
        }

        // A day's captures arrive in the bank, less fees.
        message FundsSettled {
          string institution = 1;
          // ISO 8601 local date of the captures.
          string capture_date = 2;
          int64 gross_minor = 3;
          int64 fees_minor = 4;
          // ISO 8601 date from which the money is ours.
          string value_date = 5;
          string currency = 6;
        }

        message PayoutInstructed {
          string payout = 1;
          string payee = 2;
          // The institution the money leaves from.
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          // The debt that is paid, for example "liabilities:royalties-payable"; absent: liabilities:seller-payable. "assets:receivable": what the
          // payee paid by debtCollected and owes no more.
          string account = 6;
        }

        message PayoutSettled {
          string payout = 1;
        }

        message TaxRemitted {
          // "gst", "qst", "withholding", "ride-levy"
          string tax = 1;
          string institution = 2;
          // Negative where the tax's account stood in the cooperative's favour: the authority pays it back.
          int64 amount_minor = 3;
          string currency = 4;
          // ISO 8601 local date; the return covers what was owed up to it.
          string period_end_date = 5;
          // Tax recoverable that is claimed in the same return; the institution pays the difference, or receives it.
          int64 recovered_minor = 6;
        }

        // An institution holds an amount for an order; captures draw on it.
        message PaymentAuthorized {
          string authorization = 1;
          string order = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          google.protobuf.Timestamp expires_at = 6;
        }

        // What is left of the hold is released.
        message AuthorizationVoided {
          string authorization = 1;
          string reason = 2;
        }

        message AuthorizationExpired {
          string authorization = 1;
        }

        // The buyer's institution takes a payment back.
        message ChargebackReceived {
          string chargeback = 1;
          string order = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          // What the institution charges for it.
          int64 fee_minor = 6;
          string reason = 7;
          // In place of the order where the payment was of none: the sequence of the ridePaid, giftCardSold, creditsBought, sharesSubscribed or
          // debtCollected that is taken back.
          uint64 payment_sequence = 8;
        }

        // The dispute was won: the institution gives the amount back.
        message ChargebackReversed {
          string chargeback = 1;
          string institution = 2;
          int64 amount_minor = 3;
          string currency = 4;
        }

        message GiftCardSold {
          string card = 1;
          string buyer = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
        }

        // Pays an order with a gift card.
        message GiftCardRedeemed {
          string card = 1;
          string payment = 2;
          string order = 3;
          int64 amount_minor = 4;
          string currency = 5;
        }

        // The bank sent a payout back; the debt is open again.
        message PayoutReturned {
          string payout = 1;
          // "902": account not found (CPA 005).
          string return_code = 2;
        }

        // A supplier's bill: the cooperative's own expense.
        message SupplierInvoiced {
          string invoice = 1;
          string supplier = 2;
          string currency = 3;
          repeated SupplierLine lines = 4;
          // Taxes that the cooperative recovers.
          repeated TaxAmount taxes = 5;
          int64 total_minor = 6;
          // ISO 8601 local date.
          string due_date = 7;
        }

        message SupplierLine {
          // "expenses:rent"
          string account = 1;
          int64 amount_minor = 2;
          string description = 3;
        }

        // A debtor pays through an institution: a sponsor its discounts, a member a shared expense, a holder a lost parcel; a seller, a driver or a creator
        // what a refund took back after the payout.
        message DebtCollected {
          string payment = 1;
          string debtor = 2;
          string institution = 3;
          int64 amount_minor = 4;
          string currency = 5;
          // Where it is owed: a debit balance of an account that payoutInstructed pays, for example "liabilities:seller-payable"; absent:
          // assets:receivable, what is owed beside orders, rides and invoices.
          string account = 6;
        }
        // What institutions say of our accounts, and how it agrees with the books.
        //
        // An entry of a statement and an item of the books are named by the sequence of their event. An item of the books is what an event posted to the ledger
        // account of a declared bank account.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        // An account of the cooperative at an institution. One for each institution, ledger account and currency; its book balance is that of the institution's
        // sub-account of the ledger account.
        message BankAccountDeclared {
          // "815-operations": our name for it.
          string account = 1;
          // Institution number: "815" Desjardins, "006" National Bank.
          string institution = 2;
          // The account as statements name it: IBAN, or transit and number ("20010-0001234").
          string number = 3;
          string currency = 4;
          // "assets:bank" or "assets:trust-bank"; absent: assets:bank. Money held for others: settlements land there, sellers are paid from it.
          string ledger_account = 5;
          // ISO 8601 local date. What the books hold before it is taken as agreed; statements begin there.
          string from_date = 6;
          // What the institution says at the beginning of that day; a difference from the books goes to liabilities:suspense.
          int64 opening_minor = 7;
        }

        message BankAccountClosed {
          string account = 1;
          string reason = 2;
        }

        // A file, or one statement of it: the evidence of the event is the SHA-256 of the file.
        message StatementImported {
          string account = 1;
          // The institution's name for the statement.
          string statement = 2;
          // Its number in the institution's sequence; 0 where there is none.
          uint64 number = 3;
          // ISO 8601 local dates, both included.
          string from_date = 4;
          string through_date = 5;
          int64 opening_minor = 6;
          int64 closing_minor = 7;
          string currency = 8;
          // "camt.053.001.08", "MT940"
          string format = 9;
          // How many entries it has, and their sum: opening + sum = closing.
          uint32 entries = 10;
          // Of these, those that an earlier statement already brought.
          uint32 known_entries = 11;
          int64 known_minor = 12;
          // The file says no closing balance, or that of a later day: the closing is the opening and the entries, and nobody's word.
          bool closing_reckoned = 13;
        }

        // What the institution booked. The texts of people stay in the file; their hash ties them to the entry.
        message StatementEntryImported {
          string account = 1;
          string statement = 2;
          // Unique in the account.
          string reference = 3;
          // ISO 8601 local dates.
          string booking_date = 4;
          string value_date = 5;
          // What comes in is positive.
          int64 amount_minor = 6;
          string currency = 7;
          // "PMNT/RCDT/ESCT", "NTRF", "142"
          string code = 8;
          // What we gave with the payment, as far as the institution gives it back.
          string end_to_end = 9;
          string batch = 10;
          // CPA return code or ISO reason.
          string return_code = 11;
          bool reversal = 12;
          // Identity, where a reference names it; the institution, where its code or words of the policy say that it settles captures.
          string party = 13;
          // SHA-256 of the counterparty and the text, as the file has them.
          bytes text_sha256 = 14;
        }

        // Entries and items of the books that are the same money: their sums are equal. An entry that stood in suspense leaves it.
        message EntryMatched {
          string account = 1;
          repeated MatchedPart entries = 2;
          repeated MatchedPart items = 3;
          MatchRule rule = 4;
          // Why, where a person matched by hand.
          string reason = 5;
          // In place of items, where there are too many to name: every event of these is an item.
          repeated MatchedRange item_ranges = 6;
        }

        // An event: an entry of a statement or an item of the books.
        message MatchedPart {
          uint64 sequence = 1;
        }

        // Events that follow each other, both included: what a file of payouts settled.
        message MatchedRange {
          uint64 first = 1;
          uint64 last = 2;
        }

        // In the order in which they are tried.
        enum MatchRule {
          MATCH_RULE_UNSPECIFIED = 0;
          // A reference that we gave, and the same amount.
          MATCH_RULE_REFERENCE = 1;
          // Amount and party, within the window.
          MATCH_RULE_AMOUNT_PARTY = 2;
          // An amount that is unique on both sides within the window.
          MATCH_RULE_AMOUNT = 3;
          // A day's captures net of fees, a file of payouts: one entry, many items.
          MATCH_RULE_GROUP = 4;
          // One item, many entries.
          MATCH_RULE_PARTS = 5;
          // The entry and what takes it back.
          MATCH_RULE_REVERSAL = 6;
          // By a person, with a reason.
          MATCH_RULE_MANUAL = 7;
        }

        // Takes a match apart; what it matched is open again.
        message EntryUnmatched {
          string account = 1;
          // Sequence of the entryMatched.
          uint64 match_sequence = 2;
          string reason = 3;
          // What its entries caused (fundsSettled, payoutSettled) was wrong, too: the captures are in transit, the payouts under way again.
          bool takes_back_caused = 4;
        }

        // Nobody knows what the entry is: its amount is booked on liabilities:suspense until it is matched.
        message EntrySuspended {
          string account = 1;
          uint64 entry = 2;
          string reason = 3;
        }

        // What the institution charges: the entry is matched with the expense.
        message BankFeeCharged {
          string account = 1;
          uint64 entry = 2;
          // More than 0: a fee; less: given back.
          int64 amount_minor = 3;
          string currency = 4;
        }

        // Given up by decision: an entry that nobody claims, or an item of the books that the institution never had.
        message ExceptionWrittenOff {
          string account = 1;
          // One of both.
          uint64 entry = 2;
          uint64 item = 3;
          int64 amount_minor = 4;
          string currency = 5;
          string reason = 6;
        }

        // Who answers for an exception.
        message ExceptionAssigned {
          string account = 1;
          uint64 entry = 2;
          uint64 item = 3;
          string owner = 4;
          string note = 5;
        }

        enum ReconciliationSigner {
          RECONCILIATION_SIGNER_UNSPECIFIED = 0;
          RECONCILIATION_SIGNER_PREPARER = 1;
          RECONCILIATION_SIGNER_REVIEWER = 2;
        }

        // The month of an account is reconciled: the preparer signs, then another person reviews, which locks the month of the account.
        message ReconciliationSigned {
          string account = 1;
          // "2017-06"
          string month = 2;
          ReconciliationSigner signer = 3;
          // What both sides say at the month's end.
          int64 statement_minor = 4;
          int64 book_minor = 5;
          // Entries not in the books, and items not on the statement.
          int64 entries_open_minor = 6;
          int64 items_open_minor = 7;
          // SHA-256 of the report that was signed.
          bytes report_sha256 = 8;
        }

        enum PaymentFileFormat {
          PAYMENT_FILE_FORMAT_UNSPECIFIED = 0;
          // pain.001.001.09
          PAYMENT_FILE_FORMAT_PAIN_001 = 1;
          // CPA Standard 005, credits.
          PAYMENT_FILE_FORMAT_CPA_005 = 2;
        }

        // A file of payouts was made for an institution.
        message PaymentFileIssued {
          string institution = 1;
          // File creation number: one more than the last for the institution, 1 after 9999.
          uint32 number = 2;
          PaymentFileFormat format = 3;
          uint32 payouts = 4;
          int64 total_minor = 5;
          string currency = 6;
          bytes file_sha256 = 7;
          // Unique among all files: what pain.001 names itself by, and pain.002 names it by.
          string message_id = 8;
          // ISO 8601 local date on which the payees have their money.
          string due_date = 9;
          // What the money leaves: "assets:bank" or "assets:trust-bank"; absent: assets:bank.
          string ledger_account = 10;
          // How many events the log had when the file was made: from these, and no later ones, it is made again.
          uint64 made_from = 11;
        }

        // Payouts of an issued file; a payout is in one file only.
        message PayoutsFiled {
          string institution = 1;
          uint32 number = 2;
          repeated FiledPayout payouts = 3;
        }

        message FiledPayout {
          string payout = 1;
        }

        // How entries are matched and exceptions given up. In force from its effective time on.
        message ReconciliationPolicy {
          // The rules that apply, in order; absent: all, in their own order.
          repeated MatchRule rules = 1;
          // Business days between what is expected and what is booked.
          uint32 window_days = 2;
          // What a settlement's fees may be at most: parts per million of the gross, and a fixed amount.
          uint32 fee_max_ppm = 3;
          int64 fee_max_minor = 4;
          // The most that one exception, and all of a calendar month, may be written off.
          int64 write_off_max_minor = 5;
          int64 write_off_month_max_minor = 6;
          // Minutes after midnight from which an entry counts for the next business day; 0: never.
          uint32 cut_off_minutes = 7;
          // What statements call the settlement of captures: the code of such an entry, or words of the name (where it has none, of the text) without case and
          // accents. Besides these only ISO 20022's own codes of merchants' cards say so, and only what is so named may be less than the captures by a fee.
          repeated SettlementText settlement_texts = 8;
          // The most that the rules book as a charge by themselves; 0: no limit.
          int64 charge_max_minor = 9;
          // What statements call the debit of all payments of a day, where they name no file of ours; found as settlement texts are. Without these, and without a
          // batch of the institution's, such a debit is nobody's.
          repeated SettlementText payment_texts = 10;
        }

        message SettlementText {
          string text = 1;
        }

        // Who we are in payment files. In force from its effective time on.
        message PaymentFilesPolicy {
          // One for each institution that takes our files.
          repeated PaymentOriginator originators = 1;
        }

        message PaymentOriginator {
          // Institution number: "815", "006".
          string institution = 1;
          // What the institution gave us: ten digits or capital letters. One for all its files, as file numbers have no gap.
          string originator_id = 2;
          // At most 15 and 30 characters without accents.
          string short_name = 3;
          string long_name = 4;
          // Five digits: the institution's data centre that the files go to.
          string data_centre = 5;
          // How the institution numbers items: 22 places, digits as they are, a run of F for the file's number and one of N for the item's; absent: blank.
          string item_trace_pattern = 6;
          repeated PayingAccount accounts = 7;
        }

        // An account of ours at the institution, in digits.
        message PayingAccount {
          // "assets:bank" or "assets:trust-bank"; absent: assets:bank.
          string ledger_account = 1;
          string transit = 2;
          string account = 3;
          // Where what comes back goes; absent: the same.
          string return_transit = 4;
          string return_account = 5;
        }
        // Rides (transport.coop).
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "grandlivre/v1/orders.proto";

        message Companion {
          string rider = 1;
        }

        message RideRequested {
          string ride = 1;
          string rider = 2;
          string from_zone = 3;
          string to_zone = 4;
          // Others who share the ride and its fare in equal parts, largest remainder.
          repeated Companion companions = 5;
        }

        message RideAccepted {
          string ride = 1;
          string driver = 2;
        }

        message RideStarted {
          string ride = 1;
        }

        message RideCompleted {
          string ride = 1;
          string currency = 2;
          int64 base_minor = 3;
          int64 distance_meters = 4;
          int64 distance_fare_minor = 5;
          int64 duration_seconds = 6;
          int64 time_fare_minor = 7;
          // Borne by the cooperative.
          int64 discount_minor = 8;
          int64 levy_minor = 9;
          repeated TaxAmount taxes = 10;
          int64 tip_minor = 11;
          // Fare less discount, levy, taxes and tip.
          int64 total_minor = 12;
          // The cooperative's part of the fare.
          int64 platform_minor = 13;
          // Number of the receipt in the certified sales-recording system (WEB-SRM).
          string sales_record = 14;
        }

        enum RideCanceller {
          RIDE_CANCELLER_UNSPECIFIED = 0;
          RIDE_CANCELLER_RIDER = 1;
          RIDE_CANCELLER_DRIVER = 2;
          RIDE_CANCELLER_PLATFORM = 3;
        }

        message RideCancelled {
          string ride = 1;
          RideCanceller by = 2;
          // By the policy; all of it is the driver's.
          int64 fee_minor = 3;
          string currency = 4;
          string reason = 5;
        }

        message RidePaid {
          string payment = 1;
          string ride = 2;
          string rider = 3;
          string institution = 4;
          int64 amount_minor = 5;
          string currency = 6;
        }

        // A paid ride's fare, or the fee of a cancelled one, is given back, in part or whole: what its riders are owed again.
        message RideRefunded {
          string refund = 1;
          string ride = 2;
          // Of what the riders were charged for the ride: fare less discount; or of the fee.
          int64 fare_minor = 3;
          int64 tip_minor = 4;
          // Goes back with the whole fare only.
          int64 levy_minor = 5;
          repeated TaxAmount taxes = 6;
          // The cooperative's part that it loses.
          int64 platform_minor = 7;
          int64 total_minor = 8;
          string currency = 9;
          string reason = 10;
          // The rider it is given back to; empty: all of them, in proportion to what is left of each one's part.
          string rider = 11;
        }
        // The allocation of a year's surplus (C-67.2 s.143 to s.147) and the patronage dividends.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        import "grandlivre/v1/cooperative.proto";

        message AllocationResolved {
          uint32 fiscal_year = 1;
          string currency = 2;
          int64 surplus_minor = 3;
          int64 reserve_minor = 4;
          int64 reserve_for_rebates_minor = 5;
          int64 dividends_cash_minor = 6;
          int64 dividends_shares_minor = 7;
          int64 community_minor = 8;
          // ISO 8601 local date of the general meeting, and the number of its resolution.
          string meeting_date = 9;
          string resolution = 10;
          string rules_version = 11;
          // SHA-256 of the meeting's minutes.
          bytes minutes_sha256 = 12;
          // What covers earlier deficits.
          int64 deficit_minor = 13;
        }

        message PatronageDividendDeclared {
          uint32 fiscal_year = 1;
          string member = 2;
          string currency = 3;
          // The member's business with the cooperative in the year, over the groups whose business is money: not hours, not storage.
          int64 base_minor = 4;
          int64 cash_minor = 5;
          int64 shares_minor = 6;
        }

        message PatronageDividendPaid {
          uint32 fiscal_year = 1;
          string member = 2;
          string currency = 3;
          int64 cash_minor = 4;
          int64 shares_minor = 5;
          // Income tax kept back from the cash.
          int64 withheld_minor = 6;
          string institution = 7;
          // Sent in a payment file under this id: payoutSettled says that the institution paid it, payoutReturned that it came back.
          string payout = 8;
        }

        // A year's interest on a member's preferred shares, allocated before the surplus is (C-67.2 s.143).
        message ShareInterestAllocated {
          uint32 fiscal_year = 1;
          string member = 2;
          string currency = 3;
          // Parts per million of the shares held at the year's end, half-up to the cent.
          uint32 rate_ppm = 4;
          int64 amount_minor = 5;
        }

        message ShareInterestPaid {
          uint32 fiscal_year = 1;
          string member = 2;
          string currency = 3;
          int64 amount_minor = 4;
          string institution = 5;
          // Sent in a payment file under this id: payoutSettled says that the institution paid it, payoutReturned that it came back.
          string payout = 6;
        }

        // The board takes a member's shares back; they are a debt until they are paid.
        message RedemptionAccepted {
          string redemption = 1;
          string member = 2;
          ShareClass share_class = 3;
          uint32 shares = 4;
          int64 amount_minor = 5;
          string currency = 6;
        }

        message RedemptionPaid {
          string redemption = 1;
          string institution = 2;
          int64 amount_minor = 3;
          string currency = 4;
          // Sent in a payment file under this id: payoutSettled says that the institution paid it, payoutReturned that it came back.
          string payout = 5;
        }
        // Goods in store: sites, stock, movements. Quantities for whoever owns the goods; value in the owner's book only.
        //
        // The envelope's book owns the goods. A site belongs to the book that opened it; to store there a cooperative has a warehousing agreement with it.
        syntax = "proto3";
        package grandlivre.v1;
        option swift_prefix = "";

        message StorageSiteOpened {
          // Unique in the ledger.
          string site = 1;
          string name = 2;
        }

        message StorageSiteClosed {
          string site = 1;
        }

        message StockReceived {
          string receipt = 1;
          string site = 2;
          string product = 3;
          int64 quantity = 4;
          // Total cost, without recoverable taxes; 0 for a gift and for goods held for a member who owns them.
          int64 cost_minor = 5;
          string currency = 6;
          // Who is owed for the goods: an identity. Absent where they cost nothing.
          string supplier = 7;
          // The member who owns the goods; absent where the cooperative does.
          string owner = 8;
        }

        message StockMoved {
          string movement = 1;
          string from_site = 2;
          string to_site = 3;
          string product = 4;
          int64 quantity = 5;
          // The member who owns the goods; absent where the cooperative does.
          string owner = 6;
        }

        message StockPicked {
          string order = 1;
          // The book that took the order.
          string order_book = 2;
          string site = 3;
          repeated StockQuantity lines = 4;
        }

        message StockQuantity {
          string product = 1;
          int64 quantity = 2;
          // The member who owns the goods; absent where the cooperative does.
          string owner = 3;
        }

        // All that was picked for the order at the site and is not packed yet.
        message StockPacked {
          string order = 1;
          string order_book = 2;
          string site = 3;
          string parcel = 4;
        }

        // Leaves the stock: cost of goods sold at the weighted average.
        message StockShipped {
          string order = 1;
          string order_book = 2;
          string site = 3;
          repeated StockQuantity lines = 4;
        }

        // Comes back from a buyer, at the average cost it left at.
        message StockReturned {
          string return_id = 1;
          string order = 2;
          string order_book = 3;
          string site = 4;
          repeated StockQuantity lines = 5;
        }

        message StockAdjusted {
          string adjustment = 1;
          string site = 2;
          string product = 3;
          // Positive: found; negative: lost, broken, stolen.
          int64 change = 4;
          string reason = 5;
          // The member who owns the goods; absent where the cooperative does.
          string owner = 6;
        }

        // What was counted replaces what the book says for the end of that day; the difference is adjusted.
        message StockCounted {
          string count = 1;
          string site = 2;
          string product = 3;
          int64 counted = 4;
          // The member who owns the goods; absent where the cooperative does.
          string owner = 5;
        }
        """#
}
