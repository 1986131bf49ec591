import Accounting
import Bytes
import Events
import Interchange
import SwiftProtobuf
import Testing

@Suite struct CompleteJourneyTests {
    /// What an import hands over: entries in order, and where the year ended.
    struct Imported {
        var entries: [[UInt8]] = []
        var entriesAtYearEnd: Int?
        var report = ImportReport()

        var events: [Event] {
            get throws { try entries.map { try Event(serializedBytes: $0) } }
        }
    }

    private func imported(_ folder: ScratchFolder) throws -> Imported {
        var imported = Imported()
        imported.report = try CompleteJourney(folder: folder.path).run(
            sink: { batch in
                for index in 0..<batch.count { imported.entries.append(batch[index].array) }
            },
            onYearEnd: { year in
                #expect(year == 2017)
                #expect(imported.entriesAtYearEnd == nil)
                imported.entriesAtYearEnd = imported.entries.count
            })
        return imported
    }

    @Test func eventsComeInTheOrderOfTheirTime() throws {
        let events = try imported(TinyFolder.make()).events
        #expect(events.map { line($0) } == Self.expected)
    }

    /// Time, key and the essence of the body.
    private func line(_ event: Event) -> String {
        let us = event.effectiveAt.seconds * 1_000_000 + Int64(event.effectiveAt.nanos / 1000)
        return "\(InstantText.format(us: us)) \(event.key)"
    }

    private static let founding = "2017-01-01T05:00:00Z "
    private static let expected: [String] =
        [
            "founding", "policy-calendar", "policy-taxes", "policy-commission", "policy-allocation",
            "policy-withholding", "product-11", "product-12", "campaign-1",
        ].map { founding + $0 } + [
            "2017-01-01T11:53:26Z identity-household-7",
            "2017-01-01T11:53:26Z member-household-7",
            "2017-01-01T11:53:26Z shares-household-7",
            "2017-01-01T11:53:26Z identity-store-30",
            "2017-01-01T11:53:26Z member-store-30",
            "2017-01-01T11:53:26Z shares-store-30",
            "2017-01-01T11:53:26Z basket-101",
            "2017-01-01T11:53:26Z payment-basket-101",
            "2017-01-01T11:53:26Z handover-basket-101",
            "2017-01-01T11:53:26Z redemption-7-5001-1-2017-01-01",
            "2017-01-01T11:53:26Z redemption-7-5002-1-2017-01-01",
            "2017-01-02T04:59:59Z product-99",
            "2017-01-02T04:59:59Z basket-102",
            "2017-01-02T04:59:59Z payment-basket-102",
            "2017-01-02T04:59:59Z handover-basket-102",
            "2017-01-02T12:00:00Z settlement-006-2017-01-01",
            "2017-01-02T12:00:00Z settlement-815-2017-01-01",
            "2017-02-05T16:00:00Z payout-store-30-2017-01",
            "2017-02-05T16:00:00Z payout-settled-store-30-2017-01",
            "2017-03-12T05:00:00Z campaign-2",
            "2017-03-12T20:00:00Z identity-household-8",
            "2017-03-12T20:00:00Z member-household-8",
            "2017-03-12T20:00:00Z shares-household-8",
            "2017-03-12T20:00:00Z identity-store-29",
            "2017-03-12T20:00:00Z member-store-29",
            "2017-03-12T20:00:00Z shares-store-29",
            "2017-03-12T20:00:00Z basket-103",
            "2017-03-12T20:00:00Z handover-basket-103",
            "2017-03-13T12:00:00Z settlement-815-2017-03-12",
            "2018-01-01T04:59:59Z basket-104",
            "2018-01-01T04:59:59Z payment-basket-104",
            "2018-01-01T04:59:59Z handover-basket-104",
            "2018-01-01T12:00:00Z settlement-815-2017-12-31",
            "2018-01-05T16:00:00Z payout-store-30-2017-12",
            "2018-01-05T16:00:00Z payout-settled-store-30-2017-12",
        ]

    private func event(_ key: String, in imported: Imported) throws -> Event {
        try #require(try imported.events.first { $0.key == key })
    }

    @Test func aBasketBecomesAPurchaseWithItsTaxesAndPayment() throws {
        let imported = try imported(TinyFolder.make())
        let purchase = Event.with {
            $0.sequence = 0
            $0.recordedAtUs = 0
            $0.rules = 0
            $0.effectiveAt.seconds = 1_483_271_606
            $0.book = "grand-io"
            $0.source = "complete-journey"
            $0.key = "basket-101"
            $0.actor = "import"
            $0.purchasePlaced = .with {
                $0.order = "basket-101"
                $0.buyer = "household-7"
                $0.buyerStatus = .member
                $0.currency = "CAD"
                $0.lines = [
                    .with {
                        $0.product = "product-11"
                        $0.seller = "store-30"
                        $0.quantity = 2
                        $0.amountMinor = 1010
                        $0.discounts = [
                            .with {
                                $0.funder = .seller; $0.amountMinor = 50
                            },
                            .with {
                                $0.funder = .manufacturer; $0.amountMinor = 100
                            },
                            .with {
                                $0.funder = .seller; $0.amountMinor = 25
                            },
                        ]
                        $0.taxClass = .zeroRated
                    },
                    .with {
                        $0.product = "product-12"
                        $0.seller = "store-30"
                        $0.quantity = 9000
                        $0.amountMinor = 1010
                        $0.taxClass = .standard
                    },
                ]
                // 10.10 taxable: 0.505 and 1.007475, each half-up.
                $0.taxes = [
                    .with {
                        $0.tax = "gst"; $0.amountMinor = 51
                    },
                    .with {
                        $0.tax = "qst"; $0.amountMinor = 101
                    },
                ]
                $0.totalMinor = 2172
                $0.deliveryMode = .inStore
            }
        }
        #expect(try event("basket-101", in: imported) == purchase)
        #expect(
            try event("payment-basket-101", in: imported).paymentCaptured
                == .with {
                    $0.payment = "payment-basket-101"
                    $0.order = "basket-101"
                    $0.institution = "006"
                    $0.amountMinor = 2172
                    $0.currency = "CAD"
                })
        #expect(try event("handover-basket-101", in: imported).orderHandedOver.order == "basket-101")
        #expect(try event("payment-basket-104", in: imported).paymentCaptured.institution == "815")
        // A tax of zero is left out: 0.01 bears none after rounding.
        #expect(try event("basket-102", in: imported).purchasePlaced.taxes.isEmpty)
        #expect(
            try event("redemption-7-5002-1-2017-01-01", in: imported).purchaseAttributed
                == .with {
                    $0.order = "basket-101"
                    $0.campaign = "campaign-1"
                    $0.coupon = "coupon-5002"
                    $0.redeemedDate = "2017-01-01"
                })
    }

    @Test func membersEnterWithOneShare() throws {
        let imported = try imported(TinyFolder.make())
        #expect(
            try event("member-store-30", in: imported).memberAdmitted
                == .with {
                    $0.member = "store-30"
                    $0.category = .user
                    $0.groups = [.seller]
                })
        #expect(
            try event("shares-household-7", in: imported).sharesSubscribed
                == .with {
                    $0.member = "household-7"
                    $0.shareClass = .common
                    $0.shares = 1
                    $0.amountMinor = 1000
                    $0.currency = "CAD"
                    $0.institution = "006"
                })
        #expect(try event("shares-store-29", in: imported).sharesSubscribed.institution == "815")
        #expect(try event("member-household-8", in: imported).memberAdmitted.groups == [.consumer])
    }

    @Test func settlementsHoldCapturesAndSharesOfTheLocalDay() throws {
        let imported = try imported(TinyFolder.make())
        // Both baskets are of local 1 January; the household's share goes through the same institution.
        #expect(
            try event("settlement-006-2017-01-01", in: imported).fundsSettled
                == .with {
                    $0.institution = "006"
                    $0.captureDate = "2017-01-01"
                    $0.grossMinor = 2172 + 1 + 1000
                    $0.valueDate = "2017-01-02"
                    $0.currency = "CAD"
                })
        #expect(try event("settlement-815-2017-01-01", in: imported).fundsSettled.grossMinor == 1000)
        #expect(try event("settlement-815-2017-12-31", in: imported).fundsSettled.grossMinor == 100_000)
    }

    @Test func storesArePaidTheirMonthLessCommission() throws {
        let imported = try imported(TinyFolder.make())
        #expect(
            try event("payout-store-30-2017-01", in: imported).payoutInstructed
                == .with {
                    $0.payout = "payout-store-30-2017-01"
                    $0.payee = "store-30"
                    $0.institution = "815"
                    // 20.20 less 0.808, and 0.01 less nothing.
                    $0.amountMinor = 2020 - 81 + 1
                    $0.currency = "CAD"
                })
        #expect(
            try event("payout-settled-store-30-2017-12", in: imported).payoutSettled.payout
                == "payout-store-30-2017-12")
        #expect(try event("payout-store-30-2017-12", in: imported).payoutInstructed.amountMinor == 96_000)
    }

    @Test func theFoundingCarriesClockAndPolicies() throws {
        let imported = try imported(TinyFolder.make())
        let founded = try event("founding", in: imported).cooperativeFounded
        #expect(founded.clock == .data)
        #expect(founded.legalForm == .solidarity)
        #expect(founded.commonSharePriceMinor == 1000)
        let offsets = try event("policy-calendar", in: imported).policyAdopted.calendar.offsets
        #expect(offsets.contains { $0.from.seconds == 1_489_302_000 && $0.offsetSeconds == -14_400 })
        #expect(offsets.contains { $0.from.seconds == 1_509_861_600 && $0.offsetSeconds == -18_000 })
        let taxes = try event("policy-taxes", in: imported).policyAdopted.taxes
        #expect(taxes.basis == .order)
        #expect(
            taxes.rates.map { "\($0.tax) \($0.taxClass) \($0.ratePpm)" }
                == ["gst standard 50000", "gst printedBook 50000", "qst standard 99750"])
        #expect(try event("policy-commission", in: imported).policyAdopted.commission.ratePpm == 40_000)
        #expect(
            try event("product-99", in: imported).productListed
                == .with {
                    $0.product = "product-99"
                    $0.taxClass = .standard
                    $0.department = "UNKNOWN"
                })
    }

    @Test func theYearEndsBetweenTheLastEventOfTheYearAndTheFirstOfTheNext() throws {
        let imported = try imported(TinyFolder.make())
        let end = try #require(imported.entriesAtYearEnd)
        let keys = try imported.events.map(\.key)
        #expect(keys[end - 1] == "handover-basket-104")
        #expect(keys[end] == "settlement-815-2017-12-31")
    }

    @Test func everyLineIsCounted() throws {
        let report = try imported(TinyFolder.make()).report
        #expect(report.lines == 5)
        #expect(report.orders == 4)
        #expect(report.zeroValueLines == 1)
        #expect(report.zeroQuantityLines == 1)
        #expect(report.zeroTotalOrders == 1)
        #expect(report.unlistedProducts == [99])
        #expect(report.households == 2)
        #expect(report.stores == 2)
        #expect(report.redemptionsAttributed == 2)
        #expect(
            report.redemptionsListed.map { "\($0.line) \($0.reason.rawValue)" } == [
                "4 repeated", "5 before-campaign", "6 unknown-campaign", "7 no-order-that-day",
            ])
        #expect(report.merchandiseMinor == 102_021)
        #expect(report.totalMinor == 102_021 + 152)
        #expect(report.events[.paymentCaptured] == 3)
        #expect(report.eventCount == Self.expected.count)
    }

    @Test func entriesAreCanonical() throws {
        for entry in try imported(TinyFolder.make()).entries {
            let again: [UInt8] = try Event(serializedBytes: entry).serializedBytes()
            #expect(again == entry)
        }
    }
}
