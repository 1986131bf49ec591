import Commerce
import Index

extension Desk {
    /// What every index holds, by its name: equal where two desks know the same.
    package var rowDigests: [String] {
        views.index.digests().map { "\(IndexByte(rawValue: $0.index).map { "\($0)" } ?? "?") \($0.rows) \($0.digest)" }
    }
}
