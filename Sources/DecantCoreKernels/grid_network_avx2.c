/* A grid network's layers in vectors of 32 bytes. */
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)

#include "avx2.h"

/* Sums stay in registers only if no loop is left that counts through them. */
#define UNROLLED _Pragma("clang loop unroll(full)")

/* Neighbours in a row that are worked out side by side: for the sums of more, there are no registers. */
enum { WIDEST = 2 };

/* The sums of eight outputs, of which each is in two parts side by side. */
INLINE __m256i eight_sums(const __m256i halves[2], const int32_t *biases) {
  const __m256i mixed = _mm256_permute4x64_epi64(_mm256_hadd_epi32(halves[0], halves[1]), 0xD8);
  return _mm256_add_epi32(mixed, load(biases));
}

/* `width` voxels of a row, from the one whose first tap is at `values` on, in one block of outputs. Products of 0...255
   and -128...127 do not fit 16 bits when two are added, so both are widened to 16 first. */
INLINE void convolve_voxels(const core_grid_layer *l, const uint8_t *values, uint32_t block, uint8_t *output,
                            int32_t *logits, const uint32_t width) {
  const uint64_t stride = l->input_stride;
  const uint64_t row_stride = (l->columns + 2 * l->margin) * stride;
  const uint64_t round_stride = (l->rows + 2 * l->margin) * row_stride;
  const int32_t *multipliers = l->multipliers + 16 * block, *biases = l->biases + 16 * block;
  const int8_t *weights = l->weights + (uint64_t)block * l->extent * l->extent * l->extent * l->groups * 64;
  __m256i halves[WIDEST][4];
  UNROLLED for (uint32_t v = 0; v < width; v++) {
    UNROLLED for (uint32_t q = 0; q < 4; q++) halves[v][q] = _mm256_setzero_si256();
  }
  for (uint32_t dt = 0; dt < l->extent; dt++) {
    for (uint32_t dr = 0; dr < l->extent; dr++) {
      const uint8_t *tap = values + dt * round_stride + dr * row_stride;
      for (uint32_t dc = 0; dc < l->extent; dc++, tap += stride) {
        for (uint32_t g = 0; g < l->groups; g++, weights += 64) {
          __m256i inputs[WIDEST];
          UNROLLED for (uint32_t v = 0; v < width; v++) {
            int32_t four;
            __builtin_memcpy(&four, tap + v * stride + 4 * g, 4);
            inputs[v] = _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(_mm_cvtsi32_si128(four)));
          }
          UNROLLED for (uint32_t q = 0; q < 4; q++) {
            const __m256i column = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + 16 * q)));
            UNROLLED for (uint32_t v = 0; v < width; v++)
              halves[v][q] = _mm256_add_epi32(halves[v][q], _mm256_madd_epi16(inputs[v], column));
          }
        }
      }
    }
  }
  UNROLLED for (uint32_t v = 0; v < width; v++) {
    const __m256i low = eight_sums(halves[v], biases);
    if (l->table != 0) {
      const __m256i high = eight_sums(halves[v] + 2, biases + 8);
      int32_t numbers[16];
      _mm256_storeu_si256((__m256i *)numbers, eight_requantised(low, multipliers, l->shift, -128, 127));
      _mm256_storeu_si256((__m256i *)(numbers + 8), eight_requantised(high, multipliers + 8, l->shift, -128, 127));
      for (uint32_t m = 0; m < 16; m++) output[v * (uint64_t)l->output_stride + m] = l->table[numbers[m] + 128];
    } else {
      const __m256i numbers = eight_requantised(low, multipliers, l->shift, -(1 << 25), 1 << 25);
      _mm_storeu_si128((__m128i *)(logits + 4 * v), _mm256_castsi256_si128(numbers));
    }
  }
}

static void convolve_some(const core_grid_layer *l, const uint8_t *values, uint32_t block, uint8_t *output,
                          int32_t *logits, uint32_t width) {
  switch (width) {
    case 1: convolve_voxels(l, values, block, output, logits, 1); break;
    default: convolve_voxels(l, values, block, output, logits, 2); break;
  }
}

void convolve_avx2(const core_grid_layer *l) {
  convolve_rows(l, (l->columns + WIDEST - 1) / WIDEST, convolve_some);
}

#pragma clang attribute pop
#endif
