/* The processor's level. Registers must be kept by the operating system as well, or the first wide instruction is an
   illegal one: that is what XCR0 tells. */
#include "core_kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t enabled_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

int32_t core_kernels_level(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return CORE_KERNELS_PORTABLE;
  const uint32_t basic = bit_OSXSAVE | bit_AVX | bit_POPCNT;
  if ((c & basic) != basic) return CORE_KERNELS_PORTABLE;
  const uint64_t state = enabled_state();
  const uint64_t avx_state = 0x06, avx512_state = 0xE6;
  if ((state & avx_state) != avx_state) return CORE_KERNELS_PORTABLE;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return CORE_KERNELS_PORTABLE;
  const uint32_t avx2 = bit_AVX2 | bit_BMI | bit_BMI2;
  if ((b & avx2) != avx2) return CORE_KERNELS_PORTABLE;
  const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
  const uint32_t bytes = bit_AVX512VBMI | bit_AVX512VBMI2 | bit_AVX512VNNI;
  if ((state & avx512_state) == avx512_state && (b & avx512) == avx512 && (c & bytes) == bytes)
    return CORE_KERNELS_AVX512;
  return CORE_KERNELS_AVX2;
}

#else

int32_t core_kernels_level(void) { return CORE_KERNELS_PORTABLE; }

#endif
