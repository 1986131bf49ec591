import Glibc

func processNumber() -> Int32 { getpid() }

/// Removes the files of a throwaway environment.
func removeEnvironment(_ directory: String) {
    for file in ["data.mdb", "lock.mdb"] { unlink(directory + "/" + file) }
    rmdir(directory)
}
