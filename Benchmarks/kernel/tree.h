// The Merkle tree of RFC 6962 §2.1, as far as a writer keeps it in memory.

// SHA256_Init and its kin, deprecated since OpenSSL 3, are the fastest way into libcrypto: 0.21 µs for 256 bytes where
// a prepared EVP_MD_CTX takes 0.24 µs and SHA256() 0.46 µs.
#define OPENSSL_API_COMPAT 0x10100000L

#include <endian.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH = 32, LEVELS = 64, HEAD_BYTES_MAX = 16 + LEVELS * HASH };

static void check_hash(bool succeeded) {
    if (succeeded) return;
    fputs("kernel: libcrypto: SHA-256 failed\n", stderr);
    exit(1);
}

/// The right edge of the growing tree: roots[k] covers 2^k entries where bit k of size is set.
struct frontier {
    uint64_t size;
    uint64_t entry_bytes;
    uint8_t roots[LEVELS][HASH];
};

static void leaf_hash(const void *entry, size_t size, uint8_t out[HASH]) {
    SHA256_CTX context;
    check_hash(SHA256_Init(&context));
    check_hash(SHA256_Update(&context, "\x00", 1));
    check_hash(SHA256_Update(&context, entry, size));
    check_hash(SHA256_Final(out, &context));
}

/// `out` may be `right`.
static void node_hash(const uint8_t left[HASH], const uint8_t right[HASH], uint8_t out[HASH]) {
    SHA256_CTX context;
    check_hash(SHA256_Init(&context));
    check_hash(SHA256_Update(&context, "\x01", 1));
    check_hash(SHA256_Update(&context, left, HASH));
    check_hash(SHA256_Update(&context, right, HASH));
    check_hash(SHA256_Final(out, &context));
}

/// Folds equal subtrees, as adding 1 carries. Leaves the roots of the subtrees that `entry` completes in `path`, by
/// level, and returns the highest level.
static int frontier_append(struct frontier *tree, const void *entry, size_t size, uint8_t path[LEVELS][HASH]) {
    int level = 0;
    leaf_hash(entry, size, path[0]);
    for (; tree->size >> level & 1; level++) {
        node_hash(tree->roots[level], path[level], path[level + 1]);
    }
    memcpy(tree->roots[level], path[level], HASH);
    tree->size++;
    return level;
}

/// Complete subtrees, from the smallest up.
static void frontier_root(const struct frontier *tree, uint8_t root[HASH]) {
    bool is_first = true;
    check_hash(SHA256(NULL, 0, root) != NULL);
    for (int level = 0; level < LEVELS; level++) {
        if (!(tree->size >> level & 1)) continue;
        if (is_first) memcpy(root, tree->roots[level], HASH);
        else node_hash(tree->roots[level], root, root);
        is_first = false;
    }
}

/// Size (8) ‖ bytes of all entries (8) ‖ the frontier's hashes, lowest first, where there is a tree.
static size_t head_encode(const struct frontier *tree, bool has_tree, uint8_t out[HEAD_BYTES_MAX]) {
    const uint64_t counts[2] = {htole64(tree->size), htole64(tree->entry_bytes)};
    size_t length = sizeof counts;
    memcpy(out, counts, length);
    for (int level = 0; has_tree && level < LEVELS; level++) {
        if (!(tree->size >> level & 1)) continue;
        memcpy(out + length, tree->roots[level], HASH);
        length += HASH;
    }
    return length;
}

/// False where `bytes` are no head with a tree.
static bool head_decode(const uint8_t *bytes, size_t length, struct frontier *tree) {
    uint64_t counts[2];
    size_t at = sizeof counts;
    if (length < at) return false;
    memcpy(counts, bytes, at);
    tree->size = le64toh(counts[0]);
    tree->entry_bytes = le64toh(counts[1]);
    if (length != at + (size_t)__builtin_popcountll(tree->size) * HASH) return false;
    for (int level = 0; level < LEVELS; level++) {
        if (!(tree->size >> level & 1)) continue;
        memcpy(tree->roots[level], bytes + at, HASH);
        at += HASH;
    }
    return true;
}
