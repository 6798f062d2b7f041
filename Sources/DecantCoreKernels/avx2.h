/* What kernels in vectors of 32 bytes share. Included where the compiler has been told that the processor has them. */
#ifndef CORE_KERNELS_AVX2_H
#define CORE_KERNELS_AVX2_H

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i load(const void *at) { return _mm256_loadu_si256((const __m256i *)at); }

/* Four numbers times their multipliers, rounded, shifted and clamped; each in the low half of 8 bytes. */
INLINE __m256i requantised(__m128i sums, const int32_t *multipliers, uint32_t shift, int32_t least, int32_t most) {
  const __m256i factors = _mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)multipliers));
  const __m256i products = _mm256_mul_epi32(_mm256_cvtepi32_epi64(sums), factors);
  /* AVX2 shifts 8 bytes without their sign: the sum is made positive, and what that adds is taken off again. */
  const int64_t lift = 1ll << 62;
  const __m256i raised = _mm256_add_epi64(products, _mm256_set1_epi64x(lift + (1ll << (shift - 1))));
  const __m256i moved = _mm256_srl_epi64(raised, _mm_cvtsi32_si128((int)shift));
  const __m256i shifted = _mm256_sub_epi64(moved, _mm256_set1_epi64x(lift >> shift));
  const __m256i low = _mm256_set1_epi64x(least), high = _mm256_set1_epi64x(most);
  const __m256i above = _mm256_blendv_epi8(shifted, low, _mm256_cmpgt_epi64(low, shifted));
  return _mm256_blendv_epi8(above, high, _mm256_cmpgt_epi64(above, high));
}

/* Eight of them, as int32. */
INLINE __m256i eight_requantised(__m256i sums, const int32_t *multipliers, uint32_t shift, int32_t least,
                                 int32_t most) {
  const __m256i low = requantised(_mm256_castsi256_si128(sums), multipliers, shift, least, most);
  const __m256i high = requantised(_mm256_extracti128_si256(sums, 1), multipliers + 4, shift, least, most);
  const __m256 mixed = _mm256_shuffle_ps(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high), 0x88);
  return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xD8);
}

#endif
