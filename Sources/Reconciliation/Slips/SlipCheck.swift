import Commerce

/// What a file of slips must be before it is written.
enum SlipCheck {
    /// The one action of slips of one form: the authorities take originals, amendments and cancellations in files
    /// apart.
    static func action(
        of slips: [DividendSlip], _ form: SlipForm, _ place: String
    ) throws(StatementError) -> SlipAction {
        guard let first = slips.first else {
            throw .payment(
                .value, file: place, "slips", "0", Text("il n’y a aucun feuillet", "there are no slips"),
                accepted: Text("au moins un feuillet", "at least one slip"))
        }
        guard let other = slips.first(where: { $0.action != first.action || $0.form != form }) else {
            return first.action
        }
        throw .payment(
            .value, file: place, "slips", "\(other.form.rawValue) \(other.action.rawValue)",
            Text("ces feuillets ne vont pas dans un même fichier", "these slips do not go in one file"),
            accepted: Text(
                "un fichier par formulaire et par nature : originaux, modifiés, annulés",
                "a file per form and kind: originals, amended, cancelled"))
    }
}
