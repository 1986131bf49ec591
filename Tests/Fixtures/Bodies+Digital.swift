package import Events
import SwiftProtobuf

extension Body {
    /// A tax policy that knows digital goods: both taxes; a printed book bears GST alone.
    package static func digitalTaxes() -> Body {
        taxes(
            .order,
            [
                ("gst", .standard, 50_000), ("gst", .printedBook, 50_000), ("gst", .digital, 50_000),
                ("qst", .standard, 99_750), ("qst", .digital, 99_750),
            ])
    }

    package static func work(
        _ product: String, _ kind: WorkKind = .music, isbn: String = "", isrc: String = "", title: String = "T",
        _ creators: [(String, String)] = [("eve", "author")], downloadsMax: UInt32 = 0
    ) -> Body {
        .workPublished(
            .with {
                $0.product = product
                $0.kind = kind
                $0.isbn = isbn
                $0.isrc = isrc
                $0.title = title
                $0.creators = creators.map { creator in
                    Creator.with {
                        $0.creator = creator.0
                        $0.role = creator.1
                    }
                }
                $0.downloadsMax = downloadsMax
            })
    }

    /// - Parameter parts: creator, role, parts per million.
    package static func split(_ product: String, _ parts: [(String, String, UInt32)]) -> Body {
        .royaltiesSplit(
            .with {
                $0.product = product
                $0.parts = parts.map { part in
                    RoyaltyPart.with {
                        $0.creator = part.0
                        $0.role = part.1
                        $0.sharePpm = part.2
                    }
                }
            })
    }

    package static func licence(_ licence: String, _ order: String, line: UInt32 = 0) -> Body {
        .licenceGranted(
            .with {
                $0.licence = licence
                $0.order = order
                $0.line = line
            })
    }

    package static func revocation(_ licence: String, reason: String = "returned") -> Body {
        .licenceRevoked(
            .with {
                $0.licence = licence
                $0.reason = reason
            })
    }

    package static func download(_ licence: String, _ download: String) -> Body {
        .workDownloaded(
            .with {
                $0.licence = licence
                $0.download = download
            })
    }

    package static func streaming(
        first: Int64 = 2_000, plays: UInt32 = 9, price: Int64 = 1_000, creatorsPpm: UInt32 = 700_000
    ) -> Body {
        .policyAdopted(
            .with {
                $0.streaming.firstPlayMicrocredits = first
                $0.streaming.playsToOwn = plays
                $0.streaming.creditPriceMinor = price
                $0.streaming.creatorsPpm = creatorsPpm
            })
    }

    package static func credits(
        _ purchase: String, _ listener: String, _ credits: Int64, amount: Int64, taxes: [(String, Int64)] = [],
        total: Int64? = nil, currency: String = "CAD", institution: String = "815"
    ) -> Body {
        .creditsBought(
            .with {
                $0.purchase = purchase
                $0.listener = listener
                $0.institution = institution
                $0.credits = credits
                $0.amountMinor = amount
                $0.taxes = amounts(taxes)
                $0.totalMinor = total ?? taxes.reduce(amount) { $0 + $1.1 }
                $0.currency = currency
            })
    }

    package static func play(_ play: String, _ product: String, _ listener: String) -> Body {
        .workPlayed(
            .with {
                $0.play = play
                $0.product = product
                $0.listener = listener
            })
    }

    package static func playsSettled(
        _ settlement: String, _ product: String, microcredits: Int64, amount: Int64, currency: String = "CAD"
    ) -> Body {
        .playsSettled(
            .with {
                $0.settlement = settlement
                $0.product = product
                $0.currency = currency
                $0.microcredits = microcredits
                $0.amountMinor = amount
            })
    }
}
