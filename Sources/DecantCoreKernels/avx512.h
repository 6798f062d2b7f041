/* What kernels in vectors of 64 bytes share. Included where the compiler has been told that the processor has them. */
#ifndef CORE_KERNELS_AVX512_H
#define CORE_KERNELS_AVX512_H

#define INLINE static inline __attribute__((always_inline))

/* Eight numbers times their multipliers, rounded, shifted and clamped. */
INLINE __m512i requantised(__m256i sums, const int32_t *multipliers, uint32_t shift, int64_t least, int64_t most) {
  const __m512i factors = _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i *)multipliers));
  const __m512i products = _mm512_mul_epi32(_mm512_cvtepi32_epi64(sums), factors);
  const __m512i rounded = _mm512_add_epi64(products, _mm512_set1_epi64(1ll << (shift - 1)));
  const __m512i shifted = _mm512_sra_epi64(rounded, _mm_cvtsi32_si128((int)shift));
  return _mm512_min_epi64(_mm512_max_epi64(shifted, _mm512_set1_epi64(least)), _mm512_set1_epi64(most));
}

INLINE __m512i four_inputs(const uint8_t *activations) {
  int32_t four;
  __builtin_memcpy(&four, activations, 4);
  return _mm512_set1_epi32(four);
}

#endif
