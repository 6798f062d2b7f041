/* The processor's level. On x86-64, registers must be kept by the operating system as well, or the first wide
   instruction is an illegal one: that is what XCR0 tells. NEON's registers are those of floats, which an AArch64
   program has, and an ARMv7 one that was compiled for them. */
#include "levels.h"

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

#elif defined(CORE_KERNELS_ARM) && (defined(__ARM_FEATURE_DOTPROD) || defined(__APPLE__) && defined(__aarch64__))

int32_t core_kernels_level(void) { return CORE_KERNELS_DOTPROD; }

#elif defined(CORE_KERNELS_ARM) && defined(__aarch64__)

/* Linux's word on the processor. Where no C library has it, as without an operating system, its address is 0. */
__attribute__((weak)) unsigned long getauxval(unsigned long type);

int32_t core_kernels_level(void) {
  const unsigned long at_hwcap = 16, hwcap_asimddp = 1ul << 20;
  if (getauxval == 0 || (getauxval(at_hwcap) & hwcap_asimddp) == 0) return CORE_KERNELS_NEON;
  return CORE_KERNELS_DOTPROD;
}

#elif defined(CORE_KERNELS_ARM)

int32_t core_kernels_level(void) { return CORE_KERNELS_NEON; }

#else

int32_t core_kernels_level(void) { return CORE_KERNELS_PORTABLE; }

#endif
