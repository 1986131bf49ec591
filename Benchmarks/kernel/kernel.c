// The kernel that the ledger's speed is judged against: the same bytes over LMDB, no rules. README.md tells its modes.

#define _DEFAULT_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// MARK: errors

static _Noreturn void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("kernel: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void check(int status, const char *operation) {
    if (status != MDB_SUCCESS) fail("%s: %s", operation, mdb_strerror(status));
}

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) fail("out of memory");
    return memory;
}

// MARK: the store

/// What a mode writes besides the entries.
enum parts { HASHES = 1, HEAD_APART = 2, INDEX = 4 };

struct store {
    MDB_env *environment;
    MDB_dbi entries, tree, head, index;
};

static MDB_txn *begin(const struct store *store, unsigned flags) {
    MDB_txn *transaction;
    check(mdb_txn_begin(store->environment, NULL, flags, &transaction), "mdb_txn_begin");
    return transaction;
}

static void put(MDB_txn *transaction, MDB_dbi database, MDB_val key, MDB_val value, unsigned flags) {
    check(mdb_put(transaction, database, &key, &value, flags), "mdb_put");
}

static MDB_val val(const void *bytes, size_t count) {
    return (MDB_val){.mv_size = count, .mv_data = (void *)bytes};
}

static void open_environment(struct store *store, const char *directory, unsigned flags) {
    check(mdb_env_create(&store->environment), "mdb_env_create");
    check(mdb_env_set_mapsize(store->environment, (size_t)64 << 30), "mdb_env_set_mapsize");
    check(mdb_env_set_maxdbs(store->environment, 4), "mdb_env_set_maxdbs");
    check(mdb_env_open(store->environment, directory, MDB_NOTLS | flags, 0644), directory);
}

/// The main database is rewritten by every commit anyway, so a head kept there costs no further page.
static void create_store(struct store *store, const char *directory, int parts) {
    if (mkdir(directory, 0755) != 0 && errno != EEXIST) fail("%s: %s", directory, strerror(errno));
    open_environment(store, directory, 0);
    MDB_txn *transaction = begin(store, 0);
    check(mdb_dbi_open(transaction, NULL, 0, &store->head), "main database");
    MDB_stat present;
    check(mdb_stat(transaction, store->head, &present), "mdb_stat");
    if (present.ms_entries) fail("%s is not empty; name a new directory", directory);
    check(mdb_dbi_open(transaction, "entries", MDB_CREATE, &store->entries), "entries");
    if (parts & HASHES) check(mdb_dbi_open(transaction, "tree", MDB_CREATE, &store->tree), "tree");
    if (parts & HEAD_APART) check(mdb_dbi_open(transaction, "format", MDB_CREATE, &store->head), "format");
    if (parts & INDEX) check(mdb_dbi_open(transaction, "index", MDB_CREATE, &store->index), "index");
    check(mdb_txn_commit(transaction), "mdb_txn_commit");
}

/// Opens what any mode wrote, the head wherever that mode put it. The caller ends the transaction.
static MDB_txn *open_store(struct store *store, const char *directory, unsigned flags) {
    open_environment(store, directory, flags);
    MDB_txn *transaction = begin(store, flags);
    check(mdb_dbi_open(transaction, "entries", 0, &store->entries), "entries");
    int status = mdb_dbi_open(transaction, "format", 0, &store->head);
    if (status == MDB_NOTFOUND) status = mdb_dbi_open(transaction, NULL, 0, &store->head);
    check(status, "format");
    return transaction;
}

// MARK: the workload

/// A mapped file: length (4, little-endian) ‖ entry, over and over.
struct workload {
    const uint8_t *bytes;
    size_t size, at;
    uint64_t count;
};

static MDB_val next_entry(struct workload *workload) {
    uint32_t length = 0;
    if (workload->size - workload->at < sizeof length) fail("the workload ends inside a length");
    memcpy(&length, workload->bytes + workload->at, sizeof length);
    length = le32toh(length);
    workload->at += sizeof length;
    if (workload->size - workload->at < length) fail("the workload ends inside an entry");
    const MDB_val entry = val(workload->bytes + workload->at, length);
    workload->at += length;
    return entry;
}

/// Maps the file and touches every page of it, so that no read of the disk is on the clock.
static struct workload open_workload(const char *path) {
    struct workload workload = {0};
    struct stat status;
    const int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0) fail("%s: %s", path, strerror(errno));
    if (status.st_size == 0) fail("%s is empty", path);
    workload.size = (size_t)status.st_size;
    workload.bytes = mmap(NULL, workload.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (workload.bytes == MAP_FAILED) fail("%s: %s", path, strerror(errno));
    close(file);
    volatile uint8_t touched = 0;
    for (size_t at = 0; at < workload.size; at += 4096) touched ^= workload.bytes[at];
    for (; workload.at < workload.size; workload.count++) next_entry(&workload);
    workload.at = 0;
    return workload;
}

// MARK: appending

struct writer {
    struct store store;
    struct workload workload;
    struct frontier tree;
    int parts;
};

/// Level (1) ‖ index (8, big-endian) → root, for the subtrees of 256, 65 536, … leaves that the last entry completed.
static void put_subtrees(struct writer *writer, MDB_txn *transaction, int top, uint8_t path[LEVELS][HASH]) {
    for (int level = 8; level <= top; level += 8) {
        const uint64_t index = htobe64((writer->tree.size - 1) >> level);
        uint8_t key[9] = {(uint8_t)level};
        memcpy(key + 1, &index, sizeof index);
        put(transaction, writer->store.tree, val(key, sizeof key), val(path[level], HASH), 0);
    }
}

/// A key at a random place: a hash of what tells entries apart ‖ sequence. Not SHA-256, so that its B-tree is the cost.
static void put_index_key(struct writer *writer, MDB_txn *transaction, const MDB_val *entry, uint64_t sequence) {
    uint64_t words[8] = {0}, hash = 0;
    memcpy(words, entry->mv_data, entry->mv_size < sizeof words ? entry->mv_size : sizeof words);
    for (int word = 0; word < 8; word++) {
        hash = (hash ^ words[word]) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 32;
    }
    const uint64_t key[2] = {hash, htobe64(sequence)};
    put(transaction, writer->store.index, val(key, sizeof key), val("", 0), 0);
}

static void append_entry(struct writer *writer, MDB_txn *transaction) {
    uint8_t path[LEVELS][HASH];
    const MDB_val entry = next_entry(&writer->workload);
    const uint64_t sequence = writer->tree.size, key = htobe64(sequence);
    put(transaction, writer->store.entries, val(&key, sizeof key), entry, MDB_APPEND);
    writer->tree.entry_bytes += entry.mv_size;
    if (writer->parts & HASHES) {
        put_subtrees(writer, transaction, frontier_append(&writer->tree, entry.mv_data, entry.mv_size, path), path);
    } else {
        writer->tree.size++;
    }
    if (writer->parts & INDEX) put_index_key(writer, transaction, &entry, sequence);
}

static void commit_entries(struct writer *writer, uint64_t count) {
    uint8_t head[HEAD_BYTES_MAX];
    MDB_txn *transaction = begin(&writer->store, 0);
    while (count--) append_entry(writer, transaction);
    const size_t length = head_encode(&writer->tree, writer->parts & HASHES, head);
    put(transaction, writer->store.head, val("head", 4), val(head, length), 0);
    check(mdb_txn_commit(transaction), "mdb_txn_commit");
}

// MARK: measuring

static uint64_t now_ns(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) fail("clock_gettime: %s", strerror(errno));
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/// Bytes this process wrote so far, as Linux accounts for them.
struct written {
    /// Of page cache made dirty: whole folios, so that a page in a large folio counts for many.
    uint64_t dirtied;
    /// Given to write calls.
    uint64_t given;
};

static struct written bytes_written(void) {
    char line[128];
    int found = 0;
    struct written bytes = {0};
    FILE *file = fopen("/proc/self/io", "r");
    if (!file) fail("/proc/self/io: %s", strerror(errno));
    while (fgets(line, sizeof line, file)) {
        found += sscanf(line, "write_bytes: %" SCNu64, &bytes.dirtied) == 1;
        found += sscanf(line, "wchar: %" SCNu64, &bytes.given) == 1;
    }
    fclose(file);
    if (found != 2) fail("/proc/self/io has no write_bytes and wchar");
    return bytes;
}

struct report {
    const char *mode;
    uint64_t per_commit, events, entry_bytes, elapsed_ns;
    struct written written;
    /// One for each commit: from the begin of its transaction to its sync.
    uint64_t *latencies_ns;
    size_t commits;
};

static int ascending(const void *a, const void *b) {
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/// The smallest latency that `percent` of the commits do not exceed.
static double percentile_us(const struct report *report, size_t percent) {
    if (report->commits == 0) return 0;
    return (double)report->latencies_ns[(report->commits * percent + 99) / 100 - 1] / 1e3;
}

static void print_report(struct report *report) {
    const double seconds = (double)report->elapsed_ns / 1e9, events = (double)report->events;
    if (report->commits) qsort(report->latencies_ns, report->commits, sizeof *report->latencies_ns, ascending);
    printf("%s commit=%" PRIu64 " events=%" PRIu64 " seconds=%.3f events_per_second=%.0f bytes_written_per_event=%.1f "
           "p50_us=%.1f p99_us=%.1f max_us=%.1f wchar_per_event=%.1f entry_bytes=%" PRIu64 "\n",
           report->mode, report->per_commit, report->events, seconds, seconds > 0 ? events / seconds : 0,
           report->events ? (double)report->written.dirtied / events : 0, percentile_us(report, 50),
           percentile_us(report, 99), percentile_us(report, 100),
           report->events ? (double)report->written.given / events : 0, report->entry_bytes);
    if (fflush(stdout) != 0) fail("output: %s", strerror(errno));
}

// MARK: modes

struct options {
    uint64_t per_commit, events, before;
};

/// Appends `events` entries; the latency of each commit goes to `latencies_ns`. Returns the number of commits.
static size_t commit_all(struct writer *writer, uint64_t events, uint64_t per_commit, uint64_t *latencies_ns) {
    size_t commits = 0;
    for (uint64_t left = events; left > 0; commits++) {
        const uint64_t count = left < per_commit ? left : per_commit, start = now_ns();
        commit_entries(writer, count);
        latencies_ns[commits] = now_ns() - start;
        left -= count;
    }
    return commits;
}

/// The first `before` entries are in place when the clock starts: a commit's cost depends on the depth of its B-tree.
static void run_append(const char *mode, int parts, const char *path, const char *directory, struct options options) {
    struct writer writer = {.workload = open_workload(path), .parts = parts};
    const uint64_t rest = writer.workload.count - options.before, events = options.events ? options.events : rest;
    if (options.before >= writer.workload.count || events > rest) fail("%s has too few entries", path);
    struct report report = {.mode = mode, .per_commit = options.per_commit, .events = events};
    report.latencies_ns = allocate(writer.workload.count + 1, sizeof *report.latencies_ns);
    create_store(&writer.store, directory, parts);
    commit_all(&writer, options.before, 4096, report.latencies_ns);

    const struct written before = bytes_written();
    const uint64_t start = now_ns();
    report.commits = commit_all(&writer, events, options.per_commit, report.latencies_ns);
    report.elapsed_ns = now_ns() - start;
    const struct written after = bytes_written();
    report.written = (struct written){after.dirtied - before.dirtied, after.given - before.given};
    report.entry_bytes = writer.tree.entry_bytes;
    print_report(&report);
    free(report.latencies_ns);
    mdb_env_close(writer.store.environment);
}

static void read_entries(const struct store *store, MDB_txn *transaction, struct frontier *tree, bool with_hashes) {
    MDB_cursor *cursor;
    MDB_val key, entry;
    uint8_t path[LEVELS][HASH];
    check(mdb_cursor_open(transaction, store->entries, &cursor), "mdb_cursor_open");
    int status = mdb_cursor_get(cursor, &key, &entry, MDB_FIRST);
    for (; status == MDB_SUCCESS; status = mdb_cursor_get(cursor, &key, &entry, MDB_NEXT)) {
        tree->entry_bytes += entry.mv_size;
        if (with_hashes) frontier_append(tree, entry.mv_data, entry.mv_size, path);
        else tree->size++;
    }
    if (status != MDB_NOTFOUND) check(status, "mdb_cursor_get");
    mdb_cursor_close(cursor);
}

static void compare_with_head(const struct store *store, MDB_txn *transaction, const struct frontier *read) {
    MDB_val key = val("head", 4), value;
    struct frontier head = {0};
    uint8_t stored[HASH], computed[HASH];
    check(mdb_get(transaction, store->head, &key, &value), "head");
    if (!head_decode(value.mv_data, value.mv_size, &head)) fail("the head record has no tree");
    frontier_root(&head, stored);
    frontier_root(read, computed);
    if (head.size != read->size) fail("the head tells %" PRIu64 " entries, there are %" PRIu64, head.size, read->size);
    if (memcmp(stored, computed, HASH) != 0) fail("the entries do not have the root of the head");
}

static void run_read(const char *mode, const char *directory, bool is_verify) {
    struct store store = {0};
    struct frontier tree = {0};
    MDB_txn *transaction = open_store(&store, directory, MDB_RDONLY);
    const uint64_t start = now_ns();
    read_entries(&store, transaction, &tree, is_verify);
    if (is_verify) compare_with_head(&store, transaction, &tree);
    struct report report = {.mode = mode, .events = tree.size, .entry_bytes = tree.entry_bytes};
    report.elapsed_ns = now_ns() - start;
    mdb_txn_abort(transaction);
    print_report(&report);
    mdb_env_close(store.environment);
}

/// Rewrites entry `sequence` with its last bit turned, so that a test sees `verify` fail.
static void run_flip(const char *directory, uint64_t sequence) {
    struct store store = {0};
    MDB_txn *transaction = open_store(&store, directory, 0);
    const uint64_t big_endian = htobe64(sequence);
    MDB_val key = val(&big_endian, sizeof big_endian), entry;
    check(mdb_get(transaction, store.entries, &key, &entry), "entry");
    if (entry.mv_size == 0) fail("the entry is empty");
    uint8_t *copy = allocate(entry.mv_size, 1);
    memcpy(copy, entry.mv_data, entry.mv_size);
    copy[entry.mv_size - 1] ^= 1;
    put(transaction, store.entries, key, val(copy, entry.mv_size), 0);
    check(mdb_txn_commit(transaction), "mdb_txn_commit");
    free(copy);
    mdb_env_close(store.environment);
}

// MARK: the command line

static const char usage[] = "usage: kernel append|hashed|trees|index WORKLOAD DIRECTORY --commit N [--events M] "
                            "[--before K] | scan|verify DIRECTORY | flip SEQUENCE DIRECTORY";

static uint64_t number(const char *text) {
    char *end;
    errno = 0;
    const uint64_t value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-') fail("%s is not a number", text);
    return value;
}

static struct options parse_options(int count, char **arguments) {
    struct options options = {0};
    if (count % 2) fail("%s", usage);
    for (int at = 0; at < count; at += 2) {
        const char *name = arguments[at];
        const uint64_t value = number(arguments[at + 1]);
        if (!strcmp(name, "--commit")) options.per_commit = value;
        else if (!strcmp(name, "--events")) options.events = value;
        else if (!strcmp(name, "--before")) options.before = value;
        else fail("%s", usage);
    }
    if (options.per_commit == 0) fail("--commit N is expected, 1 or more");
    return options;
}

int main(int count, char **arguments) {
    static const struct { const char *name; int parts; } modes[] = {
        {"append", 0}, {"hashed", HASHES}, {"trees", HASHES | HEAD_APART}, {"index", HASHES | INDEX}};
    if (count < 3) fail("%s", usage);
    const char *mode = arguments[1];
    const bool is_verify = !strcmp(mode, "verify");
    if (count == 3 && (is_verify || !strcmp(mode, "scan"))) {
        run_read(mode, arguments[2], is_verify);
        return 0;
    }
    if (count == 4 && !strcmp(mode, "flip")) {
        run_flip(arguments[3], number(arguments[2]));
        return 0;
    }
    for (size_t at = 0; count > 3 && at < sizeof modes / sizeof *modes; at++) {
        if (strcmp(mode, modes[at].name) != 0) continue;
        run_append(mode, modes[at].parts, arguments[2], arguments[3], parse_options(count - 4, arguments + 4));
        return 0;
    }
    fail("%s", usage);
}
