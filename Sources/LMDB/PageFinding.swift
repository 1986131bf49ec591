/// Something that a walk over the pages of `data.mdb` found wrong.
package struct PageFinding: Equatable, Sendable {
    /// What is wrong. `found` and `expected` say more where two numbers do.
    package enum Code: String, Sendable {
        /// A page is behind the end of the file. `found`: the file's bytes.
        case missing
        /// A field of a meta page; `key` names it.
        case meta
        /// The page says that it is another one.
        case pageNumber
        /// The page is of another kind than its place in the tree asks for.
        case pageKind
        /// What the page says of its own room, or what its nodes take, is not possible.
        case room
        /// A node whose sizes or flags are not possible.
        case node
        /// A key that is not above the one before, or not between the keys of the page above.
        case order
        /// A key in a page above is not the first key below it.
        case separator
        /// A pointer outside the file.
        case pointer
        /// A page that two places claim, or that is also in the list of free pages. `found`: the page.
        case claimedTwice
        /// Pages of a large value.
        case overflow
        /// A counter of a tree; `key` names it.
        case counter
        /// The list of free pages.
        case freeList
        /// Pages that are neither reached nor free. `found`: how many.
        case lost
    }

    package let code: Code
    package let page: UInt64
    /// The name of the tree: `free`, `main`, or that of a database.
    package let database: String
    /// The key concerned, as it stands in the file, or the name of a field.
    package let key: [UInt8]
    /// Which entry of its tree, counted from 0 in key order.
    package let ordinal: UInt64?
    package let found: UInt64
    package let expected: UInt64

    init(
        _ code: Code, page: UInt64, database: String = "", key: [UInt8] = [], ordinal: UInt64? = nil, found: UInt64 = 0,
        expected: UInt64 = 0
    ) {
        self.code = code
        self.page = page
        self.database = database
        self.key = key
        self.ordinal = ordinal
        self.found = found
        self.expected = expected
    }
}

/// Bytes of the file that mean something: a change of any bit of them must be found.
package struct UsedBytes: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case meta, page, node, key, value
        /// A key in a page above, where it is a copy of the first key below.
        case separator
        /// Bytes of which some changes are harmless: a key that divides as well as before, the transaction of a list of free pages.
        case loose
    }

    package let offset: UInt64
    package let length: Int
    package let kind: Kind
    package let database: String
    package let ordinal: UInt64?
}

/// What a walk over the pages found.
package struct PageReport: Sendable {
    /// The transaction whose state was walked.
    package internal(set) var transaction: UInt64 = 0
    /// Pages up to the last one, those of the two metas too.
    package internal(set) var pages: UInt64 = 0
    package internal(set) var reached: UInt64 = 0
    package internal(set) var free: UInt64 = 0
    /// Keys of all trees.
    package internal(set) var keys: UInt64 = 0
    /// Counters that were compared.
    package internal(set) var counters: UInt64 = 0
    /// The databases, in key order, and their entries.
    package internal(set) var databases: [(name: String, entries: UInt64)] = []
    package internal(set) var findings: [PageFinding] = []
    /// What means something, where that was asked for.
    package internal(set) var used: [UsedBytes] = []
    /// Whether the file still holds the state that was walked as its newest: else a writer went on, and what was found may be of its making.
    package internal(set) var isNewest = true
}
