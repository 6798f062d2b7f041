/* A grid network's layers in vectors of 64 bytes. */
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512vnni"))), \
                             apply_to = function)

#include "avx512.h"

/* Sums stay in registers only if no loop is left that counts through them. */
#define UNROLLED _Pragma("clang loop unroll(full)")

/* Neighbours in a row that are worked out side by side, so that weights are loaded once and no sum waits for its last
   addition. */
enum { WIDEST = 8 };

/* 16 sums, requantised and clamped to a table's entries, less 128. */
INLINE __m128i sixteen_bytes(const core_grid_layer *l, __m512i sums, const int32_t *multipliers) {
  const __m512i low = requantised(_mm512_castsi512_si256(sums), multipliers, l->shift, -128, 127);
  const __m512i high = requantised(_mm512_extracti64x4_epi64(sums, 1), multipliers + 8, l->shift, -128, 127);
  return _mm_unpacklo_epi64(_mm512_cvtepi64_epi8(low), _mm512_cvtepi64_epi8(high));
}

INLINE __m128i looked_up(const uint8_t *table, __m128i numbers) {
  const __m512i index = _mm512_castsi128_si512(numbers);
  /* Entries of numbers from 0 on are the upper half of the table. Two vectors hold the 128 entries of a half. */
  __m512i entries[4];
  UNROLLED for (int k = 0; k < 4; k++) entries[k] = _mm512_loadu_si512(table + 64 * k);
  const __m512i upper = _mm512_permutex2var_epi8(entries[2], index, entries[3]);
  const __m512i lower = _mm512_permutex2var_epi8(entries[0], index, entries[1]);
  return _mm512_castsi512_si128(_mm512_mask_blend_epi8(_mm512_movepi8_mask(index), upper, lower));
}

/* `width` voxels of a row, from the one whose first tap is at `values` on, in one block of outputs. */
INLINE void convolve_voxels(const core_grid_layer *l, const uint8_t *values, uint32_t block, uint8_t *output,
                            int32_t *logits, const uint32_t width) {
  const uint64_t stride = l->input_stride;
  const uint64_t row_stride = (l->columns + 2 * l->margin) * stride;
  const uint64_t round_stride = (l->rows + 2 * l->margin) * row_stride;
  const int32_t *multipliers = l->multipliers + 16 * block;
  const int8_t *weights = l->weights + (uint64_t)block * l->extent * l->extent * l->extent * l->groups * 64;
  __m512i sums[WIDEST];
  UNROLLED for (uint32_t v = 0; v < width; v++) sums[v] = _mm512_loadu_si512(l->biases + 16 * block);
  for (uint32_t dt = 0; dt < l->extent; dt++) {
    for (uint32_t dr = 0; dr < l->extent; dr++) {
      const uint8_t *tap = values + dt * round_stride + dr * row_stride;
      for (uint32_t dc = 0; dc < l->extent; dc++, tap += stride) {
        for (uint32_t g = 0; g < l->groups; g++, weights += 64) {
          const __m512i column = _mm512_loadu_si512(weights);
          UNROLLED for (uint32_t v = 0; v < width; v++)
            sums[v] = _mm512_dpbusd_epi32(sums[v], four_inputs(tap + v * stride + 4 * g), column);
        }
      }
    }
  }
  UNROLLED for (uint32_t v = 0; v < width; v++) {
    if (l->table != 0) {
      const __m128i bytes = looked_up(l->table, sixteen_bytes(l, sums[v], multipliers));
      _mm_storeu_si128((__m128i *)(output + (uint64_t)v * l->output_stride), bytes);
    } else {
      const __m512i numbers =
          requantised(_mm512_castsi512_si256(sums[v]), multipliers, l->shift, -(1 << 25), 1 << 25);
      _mm_storeu_si128((__m128i *)(logits + 4 * v), _mm256_castsi256_si128(_mm512_cvtepi64_epi32(numbers)));
    }
  }
}

static void convolve_some(const core_grid_layer *l, const uint8_t *values, uint32_t block, uint8_t *output,
                          int32_t *logits, uint32_t width) {
  switch (width) {
    case 1: convolve_voxels(l, values, block, output, logits, 1); break;
    case 2: convolve_voxels(l, values, block, output, logits, 2); break;
    case 3: convolve_voxels(l, values, block, output, logits, 3); break;
    case 4: convolve_voxels(l, values, block, output, logits, 4); break;
    case 5: convolve_voxels(l, values, block, output, logits, 5); break;
    case 6: convolve_voxels(l, values, block, output, logits, 6); break;
    case 7: convolve_voxels(l, values, block, output, logits, 7); break;
    default: convolve_voxels(l, values, block, output, logits, 8); break;
  }
}

void convolve_avx512(const core_grid_layer *l) {
  convolve_rows(l, (l->columns + WIDEST - 1) / WIDEST, convolve_some);
}

#pragma clang attribute pop
#endif
