import Commerce
import EventLog
import Transparency

extension Verification {
    /// What came of the signatures under the kept checkpoints.
    private struct Signatures {
        private let policy: WitnessPolicy?
        private let keys: [(id: UInt32, key: NoteVerifier)]
        private(set) var checked: UInt64 = 0
        private(set) var unnamed: UInt64 = 0
        /// How many events the largest checkpoint covers that is signed as the policy asks.
        private(set) var covered: UInt64?

        init(_ policy: WitnessPolicy?) {
            self.policy = policy
            keys = policy.map { ($0.logs + $0.witnesses).map { ($0.id, $0) } } ?? []
        }

        /// Takes a note, and returns the names of those whose signature does not hold.
        mutating func take(_ note: SignedNote) -> [String] {
            var broken: [String] = []
            for signature in note.signatures {
                let named = keys.filter { $0.id == signature.keyId && $0.key.name == signature.name }
                guard !named.isEmpty else {
                    unnamed += 1
                    continue
                }
                checked += 1
                if !named.contains(where: { $0.key.isValid(signature.bytes, over: note.text) }) {
                    broken.append(signature.name)
                }
            }
            return broken
        }

        /// Takes a checkpoint of this log, whose root holds.
        mutating func cover(_ size: UInt64, _ note: [UInt8]) {
            guard let answer = try? policy?.judge(note), answer.isMet else { return }
            covered = max(covered ?? 0, size)
        }
    }

    /// A kept checkpoint is one of this log, under its own size, with the root that the log had then; its signatures hold, as far as somebody brought the keys:
    /// those to believe are not in the ledger.
    mutating func checkCheckpoints(_ audit: LogAudit, _ store: LedgerStore, _ policy: WitnessPolicy?) {
        count(.checkpoints, UInt64(audit.checkpoints.count))
        var signatures = Signatures(policy)
        for (size, stored) in audit.checkpoints {
            let note = try? SignedNote(stored)
            for name in note.map({ signatures.take($0) }) ?? [] {
                find(
                    .signatures, database: "format",
                    Text(
                        "point de contrôle \(size) : la signature de \(name) ne tient pas",
                        "checkpoint \(size): the signature of \(name) does not hold"))
            }
            guard let note, let checkpoint = try? Checkpoint(text: note.text),
                checkpoint.origin == store.log.format.origin, checkpoint.size == size, size <= audit.entries
            else {
                find(
                    .checkpoints, database: "format",
                    Text(
                        "le point de contrôle \(size) est d’un autre journal ou d’une autre taille",
                        "checkpoint \(size) is of another log or of another size"))
                continue
            }
            guard (try? store.root(atSize: size)) == checkpoint.root else {
                find(
                    .checkpoints, database: "format",
                    Text(
                        "le point de contrôle \(size) a une autre racine que le journal",
                        "checkpoint \(size) has another root than the log"))
                continue
            }
            signatures.cover(size, stored)
        }
        take(signatures, isAsked: policy != nil && !audit.checkpoints.isEmpty)
    }

    private mutating func take(_ signatures: Signatures, isAsked: Bool) {
        count(.signatures, signatures.checked)
        let unnamed = signatures.unnamed
        guard isAsked else {
            guard unnamed > 0 else { return }
            return omit(
                [.signatures],
                Text(
                    "\(unnamed) sans clé nommée (--log-key ou --policy)",
                    "\(unnamed) without a key named (--log-key or --policy)"))
        }
        let others = Text("\(unnamed) sans clé nommée", "\(unnamed) without a key named")
        guard let covered = signatures.covered else {
            remark(.signatures, others)
            return find(
                .signatures, database: "format",
                Text(
                    "aucun point de contrôle gardé n’est signé comme demandé",
                    "no kept checkpoint is signed as asked"))
        }
        remark(
            .signatures,
            Text(
                "\(others.french); signé comme demandé jusqu’à \(covered) événements",
                "\(others.english); signed as asked up to \(covered) events"))
    }
}
