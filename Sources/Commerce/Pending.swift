extension Refusal {
    static let pending = Refusal(.notAllowed, "body", "", Text("pas encore", "not yet"), accepted: Text("", ""))
}
