import Events

enum PersonalRecords {
    static func decide(provided body: PersonalDataProvidedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(provided body: PersonalDataProvidedView, _ fact: Fact, _ views: Views) {}
}

enum Consents {
    static func decide(granted body: ConsentGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(granted body: ConsentGrantedView, _ fact: Fact, _ views: Views) {}
    static func decide(withdrawn body: ConsentWithdrawnView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(withdrawn body: ConsentWithdrawnView, _ fact: Fact, _ views: Views) {}
}

enum Erasures {
    static func decide(erased body: IdentityErasedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(erased body: IdentityErasedView, _ fact: Fact, _ views: Views) {}
}
