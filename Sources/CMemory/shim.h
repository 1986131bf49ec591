// What Swift has no word for: instructions of the processor.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Asks the processor to fetch the cache line at `place`. Any address will do.
static inline void memory_prefetch(const void *place) { __builtin_prefetch(place); }

// CRC-32C (Castagnoli: iSCSI, ext4), going on from `crc`, bit by bit: for processors without the instruction.
static inline uint32_t memory_crc32c_slowly(uint32_t crc, const unsigned char *at, size_t count) {
    crc = ~crc;
    while (count--) {
        crc ^= *at++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1)));
    }
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static inline uint32_t memory_crc32c_quickly(
    uint32_t crc, const unsigned char *at, size_t count) {
    uint64_t sum = ~crc, word;
    for (; count >= 8; count -= 8, at += 8) {
        memcpy(&word, at, 8);
        sum = __builtin_ia32_crc32di(sum, word);
    }
    while (count--) sum = __builtin_ia32_crc32qi((uint32_t)sum, *at++);
    return ~(uint32_t)sum;
}

static inline uint32_t memory_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return __builtin_cpu_supports("sse4.2") ? memory_crc32c_quickly(crc, (const unsigned char *)bytes, count)
                                            : memory_crc32c_slowly(crc, (const unsigned char *)bytes, count);
}
#elif defined(__aarch64__)
// Every 64-bit ARM server has it; the first that had not were phones of 2013.
__attribute__((target("crc"))) static inline uint32_t memory_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const unsigned char *at = (const unsigned char *)bytes;
    uint64_t word;
    crc = ~crc;
    for (; count >= 8; count -= 8, at += 8) {
        memcpy(&word, at, 8);
        crc = __builtin_arm_crc32cd(crc, word);
    }
    while (count--) crc = __builtin_arm_crc32cb(crc, *at++);
    return ~crc;
}
#else
static inline uint32_t memory_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return memory_crc32c_slowly(crc, (const unsigned char *)bytes, count);
}
#endif
