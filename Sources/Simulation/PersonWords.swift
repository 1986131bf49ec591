/// Words that simulated people are made of. Addresses and numbers are of nobody: example.org (RFC 2606) and 555-01xx.
enum PersonWords {
    static let firstNames = [
        "Camille", "Félix", "Rosalie", "Théo", "Maïka", "Étienne", "Noémie", "Samuel", "Anaïs", "Olivier", "Béatrice",
        "Youssef", "Amina", "Mathis", "Fatou", "Léonie", "Wei", "Gabriel", "Priya", "Hugo", "Maude", "Ibrahim",
        "Chloé", "Nathan", "Esi", "Rafael", "Simone", "Émile", "Tahani", "Zachary",
    ]
    static let familyNames = [
        "Tremblay", "Gagnon", "Roy", "Côté", "Bouchard", "Gauthier", "Morin", "Lavoie", "Fortin", "Gagné", "Ouellet",
        "Pelletier", "Bélanger", "Lévesque", "Bergeron", "Nguyen", "Diallo", "Haddad", "Patel", "Singh", "Benali",
        "Fernandez", "Awashish", "Petiquay", "Dubé", "Poirier", "Cloutier", "Hébert", "Traoré", "Chen",
    ]
    static let streets = [
        "rue des Érables", "rue Saint-Hubert", "avenue du Parc", "chemin du Roy", "rue de l’Église",
        "boulevard Laurier",
        "rue Principale", "avenue des Pins", "rue Ontario Est", "rang Saint-Joseph",
    ]
    /// Cities and the first three of their postal codes.
    static let cities = [
        ("Montréal", "H2L"), ("Québec", "G1R"), ("Laval", "H7N"), ("Gatineau", "J8X"), ("Longueuil", "J4K"),
        ("Sherbrooke", "J1H"), ("Saguenay", "G7H"), ("Trois-Rivières", "G9A"), ("Rimouski", "G5L"),
        ("Rouyn-Noranda", "J9X"),
    ]
    /// The letters of a postal code's second half.
    static let postalLetters = Array("ABCEGHJKLMNPRSTVWXYZ")
}
