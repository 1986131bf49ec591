/// Why a note, a checkpoint, a key, a policy or a proof file is not taken.
package enum NoteError: Error, Equatable, Sendable {
    /// The text is not as C2SP signed-note, tlog-checkpoint or tlog-proof say.
    case malformed(NoteFault)
    /// A signature by a key that is known does not hold; whose.
    case badSignature(String)
    /// None of the signatures is by the key asked for; whose it is.
    case unsigned(String)
    /// The key that signed is not of the log that the checkpoint names.
    case otherLog(origin: String, key: String)
    /// A line of a policy, from 1, is not as C2SP tlog-policy says; 0 for what no line says.
    case policy(line: Int, PolicyFault)
}

/// What is wrong with the form of a note, a key, a checkpoint or a proof file.
package enum NoteFault: Equatable, Sendable {
    case keyName
    case publicKey
    case secretKey
    case verifierKey
    /// The key id is not the one named here, which the key has.
    case keyId(String)
    case tooLarge
    case notText
    case shape
    case signatureCount(Int)
    case signatureLine(String)
    case checkpoint
    case checkpointSize(String)
    case checkpointRoot(String)
    case proofHeader
    case proofExtra
    case proofIndex
    case proofPath
    case proofEnd
}

/// What is wrong with a line of a policy.
package enum PolicyFault: Error, Equatable, Sendable {
    case notText
    case line
    case key
    /// A log signs with algorithm 01, a witness with 04.
    case algorithm
    case duplicateKey
    case duplicateName(String)
    case unknownName(String)
    case repeatedMember(String)
    case threshold(String)
    case quorum
    /// A policy may be without logs; none of its checkpoints is believed then.
    case noLog
}
