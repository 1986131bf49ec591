#!/usr/bin/env python3
"""Roots and proofs by pymerkle, a Merkle tree that the ledger's authors did not write (PyPI pymerkle 7, SHA-256 as RFC 6962).

    Tests/Independent/pymerkle_proofs.py TILES PROOF...

The entries of the published folder TILES make a tree; it must have the checkpoint's root at the checkpoint's size. An inclusion proof ("grandlivre prove N") must be
the path that the tree gives, and must hold; of a consistency proof ("prove --from A --to B") both roots must be the tree's, and the tree's own proof must lead
from one to the other. Then each is altered, and must not hold. Signatures are checked elsewhere (sumdb).
"""
import base64
import json
import os
import sys

from pymerkle import InmemoryTree
from pymerkle.proof import InvalidProof, InclusionProof


def checkpoint(text):
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def place(number):
    digits = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        digits.append("x%03d" % (number % 1000))
    return "/".join(reversed(digits))


def entries(folder, size):
    for number in range((size + 255) // 256):
        width = min(256, size - 256 * number)
        path = os.path.join(folder, "tile/entries", place(number) + (".p/%d" % width if width < 256 else ""))
        data = open(path, "rb").read()
        count = 0
        while data:
            length = int.from_bytes(data[:2], "big")
            assert len(data) >= 2 + length, path + " is too short"
            yield data[2 : 2 + length]
            data = data[2 + length :]
            count += 1
        assert count == width, "%s has %d entries" % (path, count)


def holds(check):
    try:
        check()
        return True
    except InvalidProof:
        return False


def flipped(digest):
    return bytes([digest[0] ^ 1]) + digest[1:]


def inclusion(tree, proof):
    index = proof["sequence"] + 1
    _, size, root = checkpoint(proof["checkpoint"])
    leaf = tree.hash_buff(base64.b64decode(proof["entry"]))
    path = [base64.b64decode(text) for text in proof["path"]]
    theirs = tree.prove_inclusion(index, size)
    assert theirs.path == [leaf] + path, "pymerkle gives another path"

    def verify(index, leaf, path):
        InclusionProof("sha256", True, size, index, theirs.rule, [leaf] + path).verify(leaf, root, index, size)

    assert holds(lambda: verify(index, leaf, path)), "inclusion"
    assert not holds(lambda: verify(index, flipped(leaf), path)), "an altered entry passes"
    for at in range(len(path)):
        altered = path[:at] + [flipped(path[at])] + path[at + 1 :]
        assert not holds(lambda: verify(index, leaf, altered)), "an altered path passes"
    return "inclusion of %d in %d" % (index - 1, size)


def consistency(tree, proof):
    first, second = proof["from"], proof["to"]
    old, new = base64.b64decode(proof["fromRoot"]), base64.b64decode(proof["toRoot"])
    assert checkpoint(proof["checkpoint"])[1:] == (second, new), "the proof is of another checkpoint"
    assert tree.get_root(first) == old and tree.get_root(second) == new, "pymerkle has other roots"
    theirs = tree.prove_consistency(first, second)
    assert holds(lambda: theirs.verify(old, new, first, second)), "consistency"
    assert not holds(lambda: theirs.verify(flipped(old), new, first, second)), "an altered root passes"
    return "roots of %d and %d" % (first, second)


def main(folder, files):
    with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
        _, size, root = checkpoint(file.read())
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries(folder, size):
        tree.append_entry(entry)
    assert tree.get_size() == size and tree.get_root() == root, "pymerkle has another root"
    print("pymerkle: root of %d: equal" % size)
    for path in files:
        with open(path, encoding="utf-8") as file:
            proof = json.load(file)
        kinds = {"grandlivre/inclusion/v1": inclusion, "grandlivre/consistency/v1": consistency}
        print("pymerkle: %s: holds" % kinds[proof["proof"]](tree, proof))


if len(sys.argv) < 2:
    sys.exit(__doc__)
main(sys.argv[1], sys.argv[2:])
