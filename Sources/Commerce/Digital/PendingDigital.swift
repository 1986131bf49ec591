import Events

enum Works {
    static func decide(published body: WorkPublishedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(published body: WorkPublishedView, _ fact: Fact, _ views: Views) {}
}

enum Royalties {
    static func decide(split body: RoyaltiesSplitView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(split body: RoyaltiesSplitView, _ fact: Fact, _ views: Views) {}
}

enum Licences {
    static func decide(granted body: LicenceGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(granted body: LicenceGrantedView, _ fact: Fact, _ views: Views) {}
    static func decide(revoked body: LicenceRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(revoked body: LicenceRevokedView, _ fact: Fact, _ views: Views) {}
    static func decide(downloaded body: WorkDownloadedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(downloaded body: WorkDownloadedView, _ fact: Fact, _ views: Views) {}
}

enum Streaming {
    static func decide(bought body: CreditsBoughtView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(bought body: CreditsBoughtView, _ fact: Fact, _ views: Views) {}
    static func decide(played body: WorkPlayedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(played body: WorkPlayedView, _ fact: Fact, _ views: Views) {}
    static func decide(settled body: PlaysSettledView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(settled body: PlaysSettledView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(streaming policy: StreamingPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        throw .pending
    }
}
