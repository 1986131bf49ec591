import Accounting
import Commerce

extension CivilDate {
    private static let months = [
        Text("janvier", "January"), Text("février", "February"), Text("mars", "March"), Text("avril", "April"),
        Text("mai", "May"), Text("juin", "June"), Text("juillet", "July"), Text("août", "August"),
        Text("septembre", "September"), Text("octobre", "October"), Text("novembre", "November"),
        Text("décembre", "December"),
    ]

    /// "31 décembre 2025", "December 31, 2025".
    func long(_ language: Language) -> String {
        let name = Self.months[month - 1](language)
        return language == .french ? "\(day == 1 ? "1er" : "\(day)") \(name) \(year)" : "\(name) \(day), \(year)"
    }
}
