#include <lmdb.h>
// The kind of file system a ledger lies on; Glibc's module leaves it out.
#include <sys/statfs.h>
// Linux's own call, which GNU's headers show only on request: it makes a file longer and never shorter.
extern int fallocate(int file, int mode, off_t offset, off_t length);
