import Events

enum Roles {
    static func decide(granted body: RoleGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(granted body: RoleGrantedView, _ fact: Fact, _ views: Views) {}
    static func decide(revoked body: RoleRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(revoked body: RoleRevokedView, _ fact: Fact, _ views: Views) {}
}

enum Contributions {
    static func decide(recorded body: ContributionRecordedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(recorded body: ContributionRecordedView, _ fact: Fact, _ views: Views) {}
}

enum Sharing {
    static func decide(shared body: RevenueSharedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(shared body: RevenueSharedView, _ fact: Fact, _ views: Views) {}
}

enum Expenses {
    static func decide(claimed body: ExpenseClaimedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(claimed body: ExpenseClaimedView, _ fact: Fact, _ views: Views) {}
    static func decide(approved body: ExpenseApprovedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(approved body: ExpenseApprovedView, _ fact: Fact, _ views: Views) {}
    static func decide(rejected body: ExpenseRejectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(rejected body: ExpenseRejectedView, _ fact: Fact, _ views: Views) {}
    static func decide(reimbursed body: ExpenseReimbursedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(reimbursed body: ExpenseReimbursedView, _ fact: Fact, _ views: Views) {}
}

enum Districts {
    static func decide(formed body: DistrictFormedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(formed body: DistrictFormedView, _ fact: Fact, _ views: Views) {}
    static func decide(joined body: DistrictJoinedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(joined body: DistrictJoinedView, _ fact: Fact, _ views: Views) {}
    static func decide(left body: DistrictLeftView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(left body: DistrictLeftView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(approvals policy: ApprovalPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
    {
        throw .pending
    }
}

extension Policies {
    static func decide(sharing policy: SharingPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        throw .pending
    }
}
