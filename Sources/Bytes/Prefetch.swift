// Public, as the compiler inlines across rooms only what comes from a public import.
public import CMemory

/// Asks the processor to fetch the cache line at `place` while other work goes on.
///
/// A table larger than the cache answers in a hundred nanoseconds or more; asked beforehand for several events at once, the waits overlap. It is a hint:
/// any address will do, nothing is read.
@inlinable @inline(__always)
package func prefetch(_ place: UnsafeRawPointer) { memory_prefetch(place) }
