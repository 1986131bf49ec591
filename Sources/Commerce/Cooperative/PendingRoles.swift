extension Roles {
    /// Called for every event, before its own rule: the actor's role and the approvals that the kind and its amount need.
    static func decide(_ fact: Fact, _ views: Views) throws(Refusal) {}
}
