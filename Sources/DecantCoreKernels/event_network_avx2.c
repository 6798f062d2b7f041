/* The event network in vectors of 32 bytes. */
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)

#include "avx2.h"

/* Four rounds of a window, their rows put together from the last to the first. */
INLINE __m256i four_rounds(const core_event_network *n, const core_event *event, uint32_t first) {
  const __m256i even_mask = _mm256_set1_epi64x(n->even_mask), odd_mask = _mm256_set1_epi64x(n->odd_mask);
  const __m128i even_shift = _mm_cvtsi32_si128((int)event->even_shift);
  const __m128i odd_shift = _mm_cvtsi32_si128((int)event->odd_shift);
  const __m128i width = _mm_cvtsi32_si128((int)n->row_width);
  const uint64_t *row = event->window + (uint64_t)(n->window_rows - 1) * n->board_rounds + first;
  /* There is an odd number of rows: the first and the last are even ones. */
  __m256i rounds = _mm256_and_si256(_mm256_srl_epi64(load(row), even_shift), even_mask);
  for (uint32_t left = n->window_rows - 1; left != 0; left -= 2) {
    row -= n->board_rounds;
    const __m256i odd = _mm256_and_si256(_mm256_srl_epi64(load(row), odd_shift), odd_mask);
    rounds = _mm256_or_si256(_mm256_sll_epi64(rounds, width), odd);
    row -= n->board_rounds;
    const __m256i even = _mm256_and_si256(_mm256_srl_epi64(load(row), even_shift), even_mask);
    rounds = _mm256_or_si256(_mm256_sll_epi64(rounds, width), even);
  }
  return rounds;
}

/* The numbers of the features that are set. */
INLINE uint32_t list_features(const core_event_network *n, const core_event *event, uint16_t *list) {
  uint64_t rounds[16];
  for (uint32_t dt = 0; dt < n->window_rounds; dt += 4)
    _mm256_storeu_si256((__m256i *)(rounds + dt), four_rounds(n, event, dt));
  uint32_t count = 0, base = 0;
  for (uint32_t dt = 0; dt < n->window_rounds; dt++) {
    for (uint64_t word = rounds[dt]; word != 0; word &= word - 1)
      list[count++] = (uint16_t)(base + (uint32_t)__builtin_ctzll(word));
    base += n->window_rows * n->row_width;
  }
  return count;
}

/* `vectors` times 16 of the sums, from the one at `first` on; then as bytes. */
INLINE void sum_rows(const core_event_network *n, const uint16_t *list, uint32_t count, const int16_t *bias,
                     uint8_t *activations, uint32_t first, const uint32_t vectors) {
  __m256i sums[8];
  for (uint32_t v = 0; v < vectors; v++) sums[v] = load(bias + first + 16 * v);
  const int16_t *rows = n->rows + first;
  for (uint32_t k = 0; k < count; k++) {
    const int16_t *row = rows + (uint64_t)list[k] * n->hidden;
    for (uint32_t v = 0; v < vectors; v++) sums[v] = _mm256_add_epi16(sums[v], load(row + 16 * v));
  }
  const __m128i shift = _mm_cvtsi32_si128((int)n->first_shift);
  const __m256i most = _mm256_set1_epi16(127);
  for (uint32_t v = 0; v < vectors; v += 2) {
    const __m256i low = _mm256_min_epi16(_mm256_sra_epi16(sums[v], shift), most);
    const __m256i high = _mm256_min_epi16(_mm256_sra_epi16(sums[v + 1], shift), most);
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xD8); /* below 0 is 0 */
    _mm256_storeu_si256((__m256i *)(activations + first + 16 * v), bytes);
  }
}

/* Events whose layers are worked out side by side, so that weights are loaded once and no sum waits for its last
   addition. */
enum { ABREAST = 4 };

/* Eight outputs of a layer, from the one at `first` on. The events' inputs are `stride` bytes apart. Two products of
   0...127 and -127...127 fit 16 bits. */
INLINE void weigh(const uint8_t *activations, uint32_t stride, uint32_t inputs, const int8_t *weights,
                  uint32_t outputs, uint32_t first, const int32_t *biases, __m256i sums[ABREAST]) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (uint32_t e = 0; e < ABREAST; e++) sums[e] = load(biases + first);
  const int8_t *here = weights + 4 * first;
  for (uint32_t k = 0; k < inputs; k += 4) {
    const __m256i column = load(here);
    for (uint32_t e = 0; e < ABREAST; e++) {
      int32_t four;
      __builtin_memcpy(&four, activations + e * stride + k, 4);
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi32(four), column);
      sums[e] = _mm256_add_epi32(sums[e], _mm256_madd_epi16(pairs, ones));
    }
    here += 4 * (uint64_t)outputs;
  }
}

uint32_t halves_avx2(const core_event_network *n, const core_event *events, uint32_t count) {
  uint8_t first[CORE_EVENTS * MAX_HIDDEN];
  uint32_t features = 0;
  for (uint32_t e = 0; e < count; e++) {
    uint16_t list[MAX_FEATURES];
    uint8_t *activations = first + e * MAX_HIDDEN;
    const uint32_t found = list_features(n, &events[e], list);
    const int16_t *bias = events[e].bias;
    uint32_t h = 0;
    for (; h + 128 <= n->hidden; h += 128) sum_rows(n, list, found, bias, activations, h, 8);
    if (h + 64 <= n->hidden) sum_rows(n, list, found, bias, activations, h, 4), h += 64;
    if (h < n->hidden) sum_rows(n, list, found, bias, activations, h, 2);
    features += found;
  }
  for (uint32_t e = count; e % ABREAST != 0; e++) __builtin_memset(first + e * MAX_HIDDEN, 0, MAX_HIDDEN);

  for (uint32_t e = 0; e < count; e += ABREAST) {
    uint8_t second[ABREAST * MAX_UNITS];
    __m256i sums[ABREAST];
    for (uint32_t m = 0; m < n->units; m += 8) {
      weigh(first + e * MAX_HIDDEN, MAX_HIDDEN, n->hidden, n->second_weights, n->units, m, n->second_biases, sums);
      for (uint32_t k = 0; k < ABREAST; k++) {
        const __m256i next = eight_requantised(sums[k], n->second_multipliers + m, n->second_shift, 0, 127);
        const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(next), _mm256_extracti128_si256(next, 1));
        _mm_storel_epi64((__m128i *)(second + k * MAX_UNITS + m), _mm_packus_epi16(words, words));
      }
    }
    for (uint32_t m = 0; m < 16; m += 8) {
      weigh(second, MAX_UNITS, n->units, n->third_weights, 16, m, n->third_biases, sums);
      const int32_t *multipliers = n->third_multipliers + m;
      for (uint32_t k = 0; k < ABREAST && e + k < count; k++) {
        const __m256i half = eight_requantised(sums[k], multipliers, n->third_shift, -(1 << 26), 1 << 26);
        _mm256_storeu_si256((__m256i *)(events[e + k].halves + m), half);
      }
    }
  }
  return features;
}

#pragma clang attribute pop
#endif
