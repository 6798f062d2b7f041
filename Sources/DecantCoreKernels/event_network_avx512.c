/* The event network in vectors of 64 bytes. */
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma clang attribute push(                                                                            \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx512vnni,bmi,bmi2,popcnt"))), apply_to = function)

#include "avx512.h"

/* Eight rounds of a window, their rows put together from the last to the first. */
INLINE __m512i eight_rounds(const core_event_network *n, const core_event *event, uint32_t first) {
  const __m512i even_mask = _mm512_set1_epi64(n->even_mask), odd_mask = _mm512_set1_epi64(n->odd_mask);
  const __m128i even_shift = _mm_cvtsi32_si128((int)event->even_shift);
  const __m128i odd_shift = _mm_cvtsi32_si128((int)event->odd_shift);
  const __m128i width = _mm_cvtsi32_si128((int)n->row_width);
  const uint64_t *row = event->window + (uint64_t)(n->window_rows - 1) * n->board_rounds + first;
  /* There is an odd number of rows: the first and the last are even ones. */
  __m512i rounds = _mm512_and_si512(_mm512_srl_epi64(_mm512_loadu_si512(row), even_shift), even_mask);
  for (uint32_t left = n->window_rows - 1; left != 0; left -= 2) {
    row -= n->board_rounds;
    __m512i odd = _mm512_srl_epi64(_mm512_loadu_si512(row), odd_shift);
    rounds = _mm512_sll_epi64(rounds, width);
    rounds = _mm512_ternarylogic_epi64(rounds, odd, odd_mask, 0xF8); /* rounds | odd & mask */
    row -= n->board_rounds;
    __m512i even = _mm512_srl_epi64(_mm512_loadu_si512(row), even_shift);
    rounds = _mm512_sll_epi64(rounds, width);
    rounds = _mm512_ternarylogic_epi64(rounds, even, even_mask, 0xF8);
  }
  return rounds;
}

/* The first 16 bytes, widened and added to where their round begins. */
INLINE void store_numbers(uint16_t *list, __m512i bits, __m256i base) {
  const __m256i numbers = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(bits));
  _mm256_storeu_si256((__m256i *)list, _mm256_add_epi16(numbers, base));
}

/* The numbers of the features that are set. list: room for them and 16 more. Hardly ever with a branch: how many
   events a round holds, no processor can guess. */
INLINE uint32_t list_features(const core_event_network *n, const core_event *event, uint16_t *list) {
  uint64_t rounds[16];
  _mm512_storeu_si512(rounds, eight_rounds(n, event, 0));
  if (n->window_rounds > 8) _mm512_storeu_si512(rounds + 8, eight_rounds(n, event, 8));
  const __m512i low = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45,
                                      44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26,
                                      25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6,
                                      5, 4, 3, 2, 1, 0);
  const __m256i step = _mm256_set1_epi16((short)(n->window_rows * n->row_width));
  __m256i base = _mm256_setzero_si256();
  uint32_t count = 0;
  for (uint32_t dt = 0; dt < n->window_rounds; dt++) {
    const uint32_t here = (uint32_t)_mm_popcnt_u64(rounds[dt]);
    __m512i bits = _mm512_maskz_compress_epi8(rounds[dt], low);
    store_numbers(list + count, bits, base);
    for (uint32_t more = 16; __builtin_expect(more < here, 0); more += 16) {
      bits = _mm512_shuffle_i64x2(bits, bits, 0x39); /* the next 16 to the front */
      store_numbers(list + count + more, bits, base);
    }
    count += here;
    base = _mm256_add_epi16(base, step);
  }
  return count;
}

/* `vectors` times 32 of the sums, from the one at `first` on; then as bytes. */
INLINE void sum_rows(const core_event_network *n, const uint16_t *list, uint32_t count, const int16_t *bias,
                     uint8_t *activations, uint32_t first, const uint32_t vectors) {
  __m512i sums[4];
  for (uint32_t v = 0; v < vectors; v++) sums[v] = _mm512_loadu_si512(bias + first + 32 * v);
  const int16_t *rows = n->rows + first;
  for (uint32_t k = 0; k < count; k++) {
    const int16_t *row = rows + (uint64_t)list[k] * n->hidden;
    for (uint32_t v = 0; v < vectors; v++) sums[v] = _mm512_add_epi16(sums[v], _mm512_loadu_si512(row + 32 * v));
  }
  const __m128i shift = _mm_cvtsi32_si128((int)n->first_shift);
  for (uint32_t v = 0; v < vectors; v++) {
    const __m512i positive = _mm512_max_epi16(_mm512_sra_epi16(sums[v], shift), _mm512_setzero_si512());
    const __m512i small = _mm512_min_epi16(positive, _mm512_set1_epi16(127));
    _mm256_storeu_si256((__m256i *)(activations + first + 32 * v), _mm512_cvtepi16_epi8(small));
  }
}

/* Events whose layers are worked out side by side, so that weights are loaded once and no sum waits for its last
   addition. */
enum { ABREAST = 4 };

/* `vectors` times 16 outputs of a layer, from the one at `first` on. The events' inputs are `stride` bytes apart. */
INLINE void weigh(const uint8_t *activations, uint32_t stride, uint32_t inputs, const int8_t *weights,
                  uint32_t outputs, uint32_t first, const int32_t *biases, const uint32_t vectors,
                  __m512i sums[ABREAST][2]) {
  for (uint32_t v = 0; v < vectors; v++) {
    for (uint32_t e = 0; e < ABREAST; e++) sums[e][v] = _mm512_loadu_si512(biases + first + 16 * v);
  }
  const int8_t *here = weights + 4 * first;
  for (uint32_t k = 0; k < inputs; k += 4) {
    __m512i columns[2];
    for (uint32_t v = 0; v < vectors; v++) columns[v] = _mm512_loadu_si512(here + 64 * v);
    for (uint32_t e = 0; e < ABREAST; e++) {
      const __m512i inputs_here = four_inputs(activations + e * stride + k);
      for (uint32_t v = 0; v < vectors; v++) sums[e][v] = _mm512_dpbusd_epi32(sums[e][v], inputs_here, columns[v]);
    }
    here += 4 * (uint64_t)outputs;
  }
}

/* 16 units of the second layer, as bytes. */
INLINE __m128i second_bytes(const core_event_network *n, __m512i sums, uint32_t first) {
  const int32_t *multipliers = n->second_multipliers + first;
  const __m512i low = requantised(_mm512_castsi512_si256(sums), multipliers, n->second_shift, 0, 127);
  const __m512i high = requantised(_mm512_extracti64x4_epi64(sums, 1), multipliers + 8, n->second_shift, 0, 127);
  return _mm_unpacklo_epi64(_mm512_cvtepi64_epi8(low), _mm512_cvtepi64_epi8(high));
}

INLINE void second_layer(const core_event_network *n, const uint8_t *first, uint8_t *second, uint32_t unit,
                         const uint32_t vectors) {
  __m512i sums[ABREAST][2];
  weigh(first, MAX_HIDDEN, n->hidden, n->second_weights, n->units, unit, n->second_biases, vectors, sums);
  for (uint32_t e = 0; e < ABREAST; e++) {
    for (uint32_t v = 0; v < vectors; v++) {
      const uint32_t at = unit + 16 * v;
      _mm_storeu_si128((__m128i *)(second + e * MAX_UNITS + at), second_bytes(n, sums[e][v], at));
    }
  }
}

uint32_t halves_avx512(const core_event_network *n, const core_event *events, uint32_t count) {
  uint8_t first[CORE_EVENTS * MAX_HIDDEN];
  uint32_t features = 0;
  for (uint32_t e = 0; e < count; e++) {
    uint16_t list[MAX_FEATURES + 64];
    uint8_t *activations = first + e * MAX_HIDDEN;
    const uint32_t found = list_features(n, &events[e], list);
    const int16_t *bias = events[e].bias;
    uint32_t h = 0;
    for (; h + 128 <= n->hidden; h += 128) sum_rows(n, list, found, bias, activations, h, 4);
    if (h + 64 <= n->hidden) sum_rows(n, list, found, bias, activations, h, 2), h += 64;
    if (h < n->hidden) sum_rows(n, list, found, bias, activations, h, 1);
    features += found;
  }
  for (uint32_t e = count; e % ABREAST != 0; e++) __builtin_memset(first + e * MAX_HIDDEN, 0, MAX_HIDDEN);

  for (uint32_t e = 0; e < count; e += ABREAST) {
    uint8_t second[ABREAST * MAX_UNITS];
    const uint8_t *activations = first + e * MAX_HIDDEN;
    uint32_t m = 0;
    for (; m + 32 <= n->units; m += 32) second_layer(n, activations, second, m, 2);
    if (m < n->units) second_layer(n, activations, second, m, 1);

    __m512i sums[ABREAST][2];
    weigh(second, MAX_UNITS, n->units, n->third_weights, 16, 0, n->third_biases, 1, sums);
    const int64_t most = 1ll << 26;
    for (uint32_t k = 0; k < ABREAST && e + k < count; k++) {
      const __m512i low =
          requantised(_mm512_castsi512_si256(sums[k][0]), n->third_multipliers, n->third_shift, -most, most);
      const __m512i high = requantised(_mm512_extracti64x4_epi64(sums[k][0], 1), n->third_multipliers + 8,
                                       n->third_shift, -most, most);
      int32_t *halves = events[e + k].halves;
      _mm256_storeu_si256((__m256i *)halves, _mm512_cvtepi64_epi32(low));
      _mm256_storeu_si256((__m256i *)(halves + 8), _mm512_cvtepi64_epi32(high));
    }
  }
  return features;
}

#pragma clang attribute pop
#endif
