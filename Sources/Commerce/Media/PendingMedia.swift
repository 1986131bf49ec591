import Events

enum Touches {
    static func decide(touched body: CampaignTouchedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(touched body: CampaignTouchedView, _ fact: Fact, _ views: Views) {}
}

enum MediaCredits {
    static func decide(credited body: MediaCreditedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(credited body: MediaCreditedView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(media policy: MediaPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        throw .pending
    }
}
