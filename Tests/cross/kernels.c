/* kernels - the networks' kernels of this processor against the formulas of NetworkRecords.swift and GridRecords.swift,
 * written down once more without vectors: random shapes and numbers, and those at the ends of their ranges. Images that
 * are decoded elsewhere reach few of either. */
#include "core_kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

static uint64_t drawn(void) { /* SplitMix64 */
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

static uint32_t below(uint32_t limit) { return (uint32_t)(drawn() % limit); }

static int32_t extreme(void) {
  static const int32_t numbers[] = {INT32_MIN, INT32_MAX, 0, -1, 1, 1 << 30};
  return below(3) == 0 ? numbers[below(6)] : (int32_t)drawn();
}

static int64_t requantised(int32_t sum, int32_t multiplier, uint32_t shift, int64_t least, int64_t most) {
  const int64_t number = ((int64_t)sum * multiplier + (1ll << (shift - 1))) >> shift;
  return number < least ? least : number > most ? most : number;
}

static void same(int equal, const char *what, int32_t level) {
  if (equal) return;
  printf("FAIL  %s: level %d differs from the formulas\n", what, level);
  exit(1);
}

/* ------------------------------------------------------------------------------------------------ the event network */

static int16_t rows[960 * 256], biases[CORE_EVENTS][256];
static int8_t second_weights[256 * 64], third_weights[64 * 16];
static int32_t second_biases[64], second_multipliers[64], third_biases[16], third_multipliers[16];
static uint64_t board[64 * 24 + CORE_BOARD_SLACK];

static uint32_t by_formula(const core_event_network *n, const core_event *event, int32_t *halves) {
  uint8_t first[256], next[64];
  uint16_t sums[256];
  uint32_t features = 0;
  for (uint32_t h = 0; h < n->hidden; h++) sums[h] = (uint16_t)event->bias[h];
  for (uint32_t dt = 0; dt < n->window_rounds; dt++) {
    for (uint32_t di = 0; di < n->window_rows; di++) {
      const uint64_t word = event->window[di * n->board_rounds + dt] >> (di & 1 ? event->odd_shift : event->even_shift);
      for (uint32_t b = 0; b < n->row_width; b++) {
        if ((word & (di & 1 ? n->odd_mask : n->even_mask) & 1ull << b) == 0) continue;
        const int16_t *row = n->rows + ((dt * n->window_rows + di) * n->row_width + b) * n->hidden;
        for (uint32_t h = 0; h < n->hidden; h++) sums[h] = (uint16_t)(sums[h] + (uint16_t)row[h]);
        features++;
      }
    }
  }
  for (uint32_t h = 0; h < n->hidden; h++) {
    const int32_t moved = (int16_t)sums[h] >> n->first_shift;
    first[h] = (uint8_t)(moved < 0 ? 0 : moved > 127 ? 127 : moved);
  }
  for (uint32_t m = 0; m < n->units; m++) {
    int32_t sum = n->second_biases[m];
    for (uint32_t h = 0; h < n->hidden; h++) sum += first[h] * n->second_weights[(h / 4 * n->units + m) * 4 + h % 4];
    next[m] = (uint8_t)requantised(sum, n->second_multipliers[m], n->second_shift, 0, 127);
  }
  for (uint32_t k = 0; k < 16; k++) {
    int32_t sum = n->third_biases[k];
    for (uint32_t m = 0; m < n->units; m++) sum += next[m] * n->third_weights[(m / 4 * 16 + k) * 4 + m % 4];
    halves[k] = (int32_t)requantised(sum, n->third_multipliers[k], n->third_shift, -(1 << 26), 1 << 26);
  }
  return features;
}

static void try_events(int32_t best) {
  const uint32_t density = below(6), widest = below(2);
  core_event_network n = {rows, second_biases, second_multipliers, second_weights, third_biases, third_multipliers,
                          third_weights};
  n.hidden = 32 * (1 + below(8)), n.units = 16 * (1 + below(4));
  n.window_rounds = 1 + 2 * below(8), n.row_width = 1 + below(16);
  do n.window_rows = 1 + 2 * below(32);
  while (n.window_rows * n.row_width > 64);
  n.board_rounds = n.window_rounds + below(9);
  n.even_mask = (uint32_t)((1ull << n.row_width) - 1), n.odd_mask = n.even_mask & (uint32_t)drawn();
  n.first_shift = below(9), n.second_shift = 1 + below(40), n.third_shift = 1 + below(40);
  const uint32_t reach = below(2) ? 65536 : 512;
  for (uint32_t k = 0; k < 960 * n.hidden; k++) rows[k] = (int16_t)((int32_t)below(reach) - (int32_t)reach / 2);
  for (uint32_t k = 0; k < sizeof second_weights; k++)
    second_weights[k] = widest ? (drawn() & 1 ? 127 : -127) : (int8_t)((int32_t)below(255) - 127);
  for (uint32_t k = 0; k < sizeof third_weights; k++)
    third_weights[k] = widest ? 127 : (int8_t)((int32_t)below(255) - 127);
  for (uint32_t k = 0; k < 64; k++) {
    second_biases[k] = (int32_t)below(1 << 25) - (1 << 24), second_multipliers[k] = extreme();
    third_biases[k % 16] = (int32_t)below(1 << 25) - (1 << 24), third_multipliers[k % 16] = extreme();
  }
  for (uint32_t k = 0; k < sizeof board / 8; k++) {
    board[k] = ~0ull;
    for (uint32_t d = 0; d < density; d++) board[k] &= drawn();
  }
  for (uint32_t e = 0; e < CORE_EVENTS; e++) {
    for (uint32_t h = 0; h < n.hidden; h++) biases[e][h] = (int16_t)drawn();
  }

  core_event events[CORE_EVENTS];
  int32_t expected[CORE_EVENTS][16], found[CORE_EVENTS + 1][16];
  uint32_t features = 0;
  const uint32_t count = 1 + below(CORE_EVENTS);
  for (uint32_t e = 0; e < count; e++) {
    events[e] = (core_event){board, biases[e], found[e], below(64), below(64)};
    features += by_formula(&n, &events[e], expected[e]);
  }
  for (int32_t level = 1; level <= best; level++) {
    memset(found, 0x5A, sizeof found);
    same(core_event_halves(level, &n, events, count) == features, "features of events", level);
    same(memcmp(found, expected, count * sizeof *found) == 0, "an event network", level);
    for (uint32_t k = 0; k < 16; k++) same(found[count][k] == 0x5A5A5A5A, "events that nobody asked about", level);
  }
}

/* ------------------------------------------------------------------------------------------------ the grid network */

enum { MOST_VALUES = 16 * 16 * 18 * 32 };
static uint8_t values[MOST_VALUES], expected_values[MOST_VALUES], found_values[MOST_VALUES], table[256];
static int8_t grid_weights[3 * 125 * 8 * 64];
static int32_t grid_biases[48], grid_multipliers[48], expected_logits[4 * 16 * 16 * 18], found_logits[4 * 16 * 16 * 18];

static void convolve_by_formula(const core_grid_layer *l) {
  const uint32_t row_count = l->rows + 2 * l->margin, column_count = l->columns + 2 * l->margin;
  const uint32_t reach = l->margin - l->extent / 2;
  int32_t *logits = l->logits;
  for (uint32_t v = 0; v < l->rounds * l->rows * l->columns; v++, logits += 4) {
    const uint32_t t = v / l->columns / l->rows, r = v / l->columns % l->rows, c = v % l->columns;
    for (uint32_t m = 0; m < 16 * l->blocks; m++) {
      const int8_t *weight = l->weights + m / 16 * l->extent * l->extent * l->extent * l->groups * 64 + m % 16 * 4;
      int32_t sum = l->biases[m];
      for (uint32_t tap = 0; tap < l->extent * l->extent * l->extent; tap++) {
        const uint32_t dt = tap / l->extent / l->extent, dr = tap / l->extent % l->extent, dc = tap % l->extent;
        const uint32_t place = ((t + reach + dt) * row_count + r + reach + dr) * column_count + c + reach + dc;
        for (uint32_t k = 0; k < 4 * l->groups; k++)
          sum += l->input[place * l->input_stride + k] * weight[(tap * l->groups + k / 4) * 64 + k % 4];
      }
      const uint32_t place = ((t + l->margin) * row_count + r + l->margin) * column_count + c + l->margin;
      if (l->table != NULL) {
        l->output[place * l->output_stride + m] =
            l->table[requantised(sum, l->multipliers[m], l->shift, -128, 127) + 128];
      } else if (m < 4) {
        logits[m] = (int32_t)requantised(sum, l->multipliers[m], l->shift, -(1 << 25), 1 << 25);
      }
    }
  }
}

static void try_grid(int32_t best) {
  const int last = below(4) == 0, widest = below(4) == 0;
  core_grid_layer l = {values, grid_weights, grid_biases, grid_multipliers};
  l.extent = 1 + 2 * below(3), l.margin = l.extent / 2 + below(2);
  l.rounds = 1 + below(4), l.rows = 1 + below(4), l.columns = 1 + below(12);
  l.groups = below(2) ? 1 : 4 * (1 + below(2)), l.input_stride = 4 * l.groups;
  l.blocks = last ? 1 : 1 + below(2), l.output_stride = 16 * l.blocks, l.shift = 1 + below(40);
  l.table = last ? NULL : table;
  for (uint32_t k = 0; k < MOST_VALUES; k++) values[k] = widest ? (drawn() & 1 ? 255 : 0) : (uint8_t)drawn();
  for (uint32_t k = 0; k < sizeof grid_weights; k++) grid_weights[k] = widest ? -128 : (int8_t)drawn();
  for (uint32_t k = 0; k < 48; k++) grid_biases[k] = (int32_t)drawn() / 2, grid_multipliers[k] = extreme() / 2;
  for (uint32_t k = 0; k < 256; k++) table[k] = (uint8_t)drawn();
  memset(expected_values, 0x5A, sizeof expected_values);
  l.output = expected_values, l.logits = expected_logits;
  convolve_by_formula(&l);
  for (int32_t level = 1; level <= best; level++) {
    memset(found_values, 0x5A, sizeof found_values);
    memset(found_logits, 0x5A, sizeof found_logits);
    l.output = found_values, l.logits = found_logits;
    core_grid_convolve(level, &l);
    same(memcmp(found_values, expected_values, sizeof found_values) == 0, "a grid network", level);
    const uint32_t voxels = l.rounds * l.rows * l.columns;
    same(!last || memcmp(found_logits, expected_logits, 16 * voxels) == 0, "a grid network's logits", level);
    same(found_logits[4 * voxels] == 0x5A5A5A5A, "what is behind a grid network's logits", level);
  }
}

int main(void) {
  const int32_t best = core_kernels_level();
  for (int k = 0; k < 200; k++) try_events(best), try_grid(best);
  printf("levels 1 to %d\n", best);
  return 0;
}
