#include <lmdb.h>
// The kind of file system a ledger lies on; Glibc's module leaves it out.
#include <sys/statfs.h>
