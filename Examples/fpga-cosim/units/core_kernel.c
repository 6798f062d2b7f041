/* The core's own requantisation, which is in C for processors with AVX2, as units.cpp may call it. */
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#pragma GCC target("avx2")
#include <immintrin.h>

#include "avx2.h"

int core_requantise(const int32_t *sums, size_t count, int32_t multiplier, uint32_t shift, int32_t low, int32_t high,
                    int32_t *values) {
  if (!__builtin_cpu_supports("avx2")) return 0;
  int32_t multipliers[8];
  for (int k = 0; k < 8; k++) multipliers[k] = multiplier;
  for (size_t k = 0; k + 8 <= count; k += 8)
    _mm256_storeu_si256((__m256i *)(values + k), eight_requantised(load(sums + k), multipliers, shift, low, high));
  return 1;
}
#else
int core_requantise(const int32_t *sums, size_t count, int32_t multiplier, uint32_t shift, int32_t low, int32_t high,
                    int32_t *values) {
  (void)sums, (void)count, (void)multiplier, (void)shift, (void)low, (void)high, (void)values;
  return 0;
}
#endif
