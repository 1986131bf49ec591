// Asks the processor to fetch the cache line at `place`; Swift has no word for it. Any address will do.
static inline void memory_prefetch(const void *place) { __builtin_prefetch(place); }
