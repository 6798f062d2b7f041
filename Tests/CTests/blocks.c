/* Blocks: windows of two layers, and the seams between them. What windows answer is held against an independent decoder in
 * Tests/python/test_correlated_windows.py; here, what decant.h promises about calls and seams, and that nothing depends on
 * who decodes which window, or when. */
#include "stream_rig.h"

enum { MOST_WINDOWS = 64, ROOM = 4096 };

typedef struct blocks {
  const stream_model *model;
  decant_config config;
  decant_requirements needs;
  decant_decoder *decoder;
  uint64_t rounds;
  size_t count;
  decant_window windows[MOST_WINDOWS];
} blocks;

/* What decoding an experiment leaves: seam k is that between windows k - 1 and k. */
typedef struct outcome {
  uint8_t seams[MOST_WINDOWS + 1][ROOM], observables[MOST_WINDOWS][8];
  decant_report reports[MOST_WINDOWS];
} outcome;

static decant_decoder *another(const blocks *b) {
  decant_requirements needs;
  return decoder_new(b->model->image, b->model->image_size, b->config, &needs);
}

static blocks blocks_make(const stream_model *m, decant_config config, uint64_t rounds) {
  config.struct_size = sizeof config;
  config.flags |= DECANT_CONFIG_BLOCKS;
  blocks b = {.model = m, .config = config, .needs = {.struct_size = sizeof b.needs}, .rounds = rounds};
  assert_status(decant_decoder_measure(m->image, m->image_size, &config, &b.needs), DECANT_OK);
  b.decoder = another(&b);
  assert_true(b.needs.seam_size <= ROOM);
  for (;; b.count++) {
    decant_window window = {.struct_size = sizeof window};
    decant_status status = decant_window_plan(b.decoder, rounds, b.count, &window);
    if (status == DECANT_EMPTY) break;
    assert_status(status, DECANT_OK);
    assert_true(b.count < MOST_WINDOWS && window.detectors <= 8 * b.needs.window_size);
    b.windows[b.count] = window;
  }
  return b;
}

static uint32_t detectors_of(const blocks *b, uint64_t round) {
  const stream_model *m = b->model;
  return round == 0 ? m->first : round + 1 == b->rounds ? m->last : m->usual;
}

/* The detectors of all rounds, one byte each; what nothing flips stays silent. */
static uint8_t *sampled(const blocks *b, uint64_t *random) {
  static const double rates[] = {0.0, 0.01, 0.05, 0.1, 0.3};
  double rate = rates[random_next(random) % 5];
  uint8_t *shot = block_new(1, (size_t)(b->rounds * b->model->usual));
  size_t at = 0;
  for (uint64_t round = 0; round < b->rounds; round++) {
    bool usual = round > 0 && round + 1 < b->rounds;
    for (uint32_t k = 0; k < detectors_of(b, round); k++) {
      bool fires = (double)(random_next(random) >> 11) < rate * 0x1p53;
      shot[at++] = fires && !(usual && b->model->idle != 0 && k == b->model->idle);
    }
  }
  return shot;
}

static uint8_t *bits_of(const decant_window *window, const uint8_t *shot) {
  uint8_t *bits = block_new(1, (size_t)(window->detectors + 7) / 8);
  memset(bits, 0, (size_t)(window->detectors + 7) / 8);
  for (uint64_t k = 0; k < window->detectors; k++) {
    bits[k / 8] |= (uint8_t)(shot[window->first_detector + k] << k % 8);
  }
  return bits;
}

static bool is_final(const blocks *b, size_t index) { return b->windows[index].flags & DECANT_WINDOW_FINAL; }

/* Seams are exactly as long as they must be, and end where memory does. */
static decant_status decode_window(const blocks *b, decant_decoder *decoder, const uint8_t *shot, size_t index,
                                   outcome *into) {
  const void *mark = blocks_mark();
  const decant_window *window = &b->windows[index];
  size_t seam = (size_t)b->needs.seam_size, o = (size_t)b->needs.observables_size;
  bool reads = window->flags & DECANT_WINDOW_SECOND;
  uint8_t *bits = bits_of(window, shot), *observables = block_new(1, o), *seams[2];
  for (size_t side = 0; side < 2; side++) {
    bool none = side == 0 ? index == 0 : is_final(b, index);
    seams[side] = none ? NULL : block_new(1, seam);
    if (!none && reads) {
      memcpy(seams[side], into->seams[index + side], seam);
      block_forbid_writing(seams[side], seam);
    }
  }
  decant_report report = {.struct_size = sizeof report};
  decant_status status =
      decant_window_decode(decoder, b->rounds, index, bits, (size_t)(window->detectors + 7) / 8, seams[0], seams[1], seam,
                           observables, o, &report);
  if (status >= 0) {
    memcpy(into->observables[index], observables, o);
    into->reports[index] = report;
    assert_true(report.work <= b->needs.worst_case_work);
    for (size_t side = 0; side < 2; side++) {
      if (seams[side] != NULL && !reads) memcpy(into->seams[index + side], seams[side], seam);
    }
  } else {
    assert_untouched(observables, o);
  }
  blocks_release(mark);
  return status;
}

static void decode(const blocks *b, decant_decoder *decoder, const uint8_t *shot, outcome *into) {
  memset(into, 0, sizeof *into);
  for (size_t layer = 0; layer < 2; layer++) {
    for (size_t index = layer; index < b->count; index += 2) {
      decant_status status = decode_window(b, decoder, shot, index, into);
      assert_true(status == DECANT_OK || (status == DECANT_TRUNCATED && b->config.work_limit != 0));
    }
  }
}

static void measures_seams(const stream_model *m) {
  blocks plain = blocks_make(m, (decant_config){0}, 60);
  assert_int_equal(plain.needs.seam_size, (m->reach * m->usual + 7) / 8);
  assert_int_equal(plain.needs.carried_size != 0, true);
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_config config = {.struct_size = sizeof config, .flags = DECANT_CONFIG_CORRELATED};
  if (m->correlated) {
    assert_status(decant_decoder_measure(m->image, m->image_size, &config, &needs), DECANT_OK);
    assert_int_equal(needs.seam_size, 0);
    blocks correlated = blocks_make(m, config, 60);
    assert_true(correlated.needs.seam_size > plain.needs.seam_size);
    assert_int_equal(correlated.count, plain.count);
  }
  config.flags = DECANT_CONFIG_BLOCKS | DECANT_CONFIG_ERASURES;
  assert_status(decant_decoder_measure(m->image, m->image_size, &config, &needs), DECANT_UNSUPPORTED);
}

/* By one decoder in order; by many in another, one of them copied elsewhere: the same answers and the same seams. */
static void who_decodes_what_is_all_the_same(const stream_model *m) {
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    blocks b = blocks_make(m, stream_config(m, k), 70);
    assert_true(b.count > 4);
    decant_decoder *others[3] = {another(&b), another(&b), NULL};
    outcome *first = block_new(8, sizeof *first), *second = block_new(8, sizeof *second);
    uint64_t random = (uint64_t)k + 1;
    uint64_t truncated = 0;
    for (int n = 0; n < 30; n++) {
      const void *mark = blocks_mark();
      uint8_t *shot = sampled(&b, &random);
      decode(&b, b.decoder, shot, first);
      memset(second, 0, sizeof *second);
      others[2] = block_copy(64, b.decoder, b.needs.workspace_size);
      for (size_t layer = 0; layer < 2; layer++) {
        size_t in_layer = (b.count - layer + 1) / 2, begin = (size_t)random_next(&random) % in_layer;
        for (size_t step = 0; step < in_layer; step++) {
          size_t index = layer + 2 * ((begin + step) % in_layer);
          decant_status status = decode_window(&b, others[random_next(&random) % 3], shot, index, second);
          assert_true(status >= 0);
          truncated += status == DECANT_TRUNCATED;
        }
      }
      assert_memory_equal(first, second, sizeof *first);
      blocks_release(mark);
    }
    assert_int_equal(b.config.work_limit != 0, truncated != 0);
    blocks_release(NULL);
  }
}

/* On the ladder, each edge to the boundary flips one of the two observables, and other edges both or none. */
static void corrections_explain_all_events(const stream_model *m) {
  if (m->observables != 2) return;
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    blocks b = blocks_make(m, stream_config(m, k), 35);
    outcome *all = block_new(8, sizeof *all);
    uint64_t random = 5;
    for (int n = 0; n < 100; n++) {
      const void *mark = blocks_mark();
      uint8_t *shot = sampled(&b, &random), flips = 0;
      size_t events = 0;
      for (size_t d = 0; d < m->first + 33u * m->usual + m->last; d++) events += shot[d];
      decode(&b, b.decoder, shot, all);
      for (size_t index = 0; index < b.count; index++) flips ^= all->observables[index][0];
      assert_int_equal(__builtin_parity(flips), events % 2);
      blocks_release(mark);
    }
    blocks_release(NULL);
  }
}

/* One window that sees all is a decoder of whole shots, and has no seams. */
static void one_window_is_a_whole_shot(const stream_model *m) {
  const uint32_t rounds = whole_rounds(m);
  for (int k = 0; k < 4; k++) {
    decant_config config = stream_config(m, k);
    config.commit_rounds = config.buffer_rounds = 0;
    decant_requirements needs;
    decant_decoder *whole = decoder_new(m->whole, m->whole_size, config, &needs);
    config.commit_rounds = config.buffer_rounds = rounds;
    blocks b = blocks_make(m, config, rounds);
    assert_int_equal(b.count, 1);
    outcome *all = block_new(8, sizeof *all);
    uint64_t random = 9;
    for (int n = 0; n < 200; n++) {
      const void *mark = blocks_mark();
      uint8_t *shot = sampled(&b, &random), observables[8];
      uint8_t *bits = bits_of(&b.windows[0], shot);
      decode(&b, b.decoder, shot, all);
      decant_report report = {.struct_size = sizeof report};
      assert_status(
          decant_decode(whole, bits, needs.detectors_size, observables, needs.observables_size, &report), DECANT_OK);
      assert_memory_equal(all->observables[0], observables, needs.observables_size);
      assert_true(all->reports[0].work == report.work);
      blocks_release(mark);
    }
    blocks_release(NULL);
  }
}

/* A seam with one bit turned, or of noise. Correlated decoders see through detectors that the edges do not flip; and
 * whatever is believed gives an answer that explains the events. */
static void damaged_seams_are_a_status(const stream_model *m) {
  for (int k = 0; k < 4; k++) {
    blocks b = blocks_make(m, stream_config(m, k), 40);
    bool correlated = b.config.flags & DECANT_CONFIG_CORRELATED;
    size_t seam = (size_t)b.needs.seam_size, detectors = (m->reach * m->usual + 7) / 8, refused = 0, taken = 0;
    outcome *all = block_new(8, sizeof *all);
    uint64_t random = 3;
    for (int n = 0; n < 6; n++) {
      const void *mark = blocks_mark();
      uint8_t *shot = sampled(&b, &random);
      decode(&b, b.decoder, shot, all);
      for (size_t index = 1; index < b.count; index += 2) {
        uint8_t *told = all->seams[index + (random_next(&random) & 1 && !is_final(&b, index) ? 1 : 0)];
        for (size_t bit = 0; bit < 8 * seam + 8; bit++) {
          uint8_t before[ROOM];
          memcpy(before, told, seam);
          if (bit < 8 * seam) told[bit / 8] ^= (uint8_t)(1 << bit % 8);
          else for (size_t byte = 0; byte < seam; byte++) told[byte] = (uint8_t)random_next(&random);
          decant_stats stats = stats_of(b.decoder);
          decant_status status = decode_window(&b, b.decoder, shot, index, all);
          memcpy(told, before, seam);
          if (status == DECANT_BAD_ARGUMENT) {
            decant_stats after = stats_of(b.decoder);
            assert_memory_equal(&after, &stats, sizeof stats);
            refused++;
          } else {
            assert_status(status, DECANT_OK);
            taken++;
          }
          bool stray = bit < 8 * detectors && bit >= m->reach * m->usual;
          if (stray || (correlated && bit < 8 * detectors)) assert_status(status, DECANT_BAD_ARGUMENT);
          else if (!correlated && bit < 8 * seam) assert_status(status, DECANT_OK);
        }
      }
      blocks_release(mark);
    }
    assert_true(taken > 0 && (refused > 0 || (!correlated && m->reach * m->usual % 8 == 0)));
    blocks_release(NULL);
  }
}

static void refuses(const stream_model *m) {
  blocks b = blocks_make(m, (decant_config){.flags = m->correlated ? DECANT_CONFIG_CORRELATED : 0}, 60);
  size_t seam = (size_t)b.needs.seam_size, o = (size_t)b.needs.observables_size;
  uint8_t *out = block_new(1, o + 2), *before = block_new(1, seam), *after = block_new(1, seam);
  uint8_t *untold = block_new(1, seam);
  memset(untold, 0, seam);
  void *was = block_copy(64, b.decoder, b.needs.workspace_size);
  for (size_t index = 0; index < 3; index++) {
    bool reads = index == 1;
    size_t n = (size_t)(b.windows[index].detectors + 7) / 8;
    uint8_t *bits = block_new(1, n + 1), *low = reads ? untold : before, *high = reads ? untold : after;
    memset(bits, 0, n + 1);
    decant_report report = {.struct_size = sizeof report};
    decant_report torn = {.struct_size = sizeof torn - 1};
#define call(rounds, index, bits, n, low, high, seam, out, o, report) \
  decant_window_decode(b.decoder, rounds, index, bits, n, low, high, seam, out, o, report)
    assert_status(call(b.rounds, b.count, bits, n, low, high, seam, out, o, NULL), DECANT_EMPTY);
    assert_status(call(b.rounds, UINT64_MAX, bits, n, low, high, seam, out, o, NULL), DECANT_EMPTY);
    assert_status(call(0, index, bits, n, low, high, seam, out, o, NULL), DECANT_UNSUPPORTED);
    assert_status(call(b.rounds, index, NULL, n, low, high, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(b.rounds, index, bits, n + 1, low, high, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(b.rounds, index, bits, n - 1, low, high, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(b.rounds, index, bits, n, low, NULL, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    if (index > 0) assert_status(call(b.rounds, index, bits, n, NULL, high, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(b.rounds, index, bits, n, low, high, seam - 1, out, o, NULL), DECANT_BUFFER_TOO_SMALL);
    assert_status(call(b.rounds, index, bits, n, low, high, seam, out, o - 1, NULL), DECANT_BUFFER_TOO_SMALL);
    assert_status(call(b.rounds, index, bits, n, low, high, seam, NULL, o, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(b.rounds, index, bits, n, low, high, seam, out, o, &torn), DECANT_BAD_ABI);
    if (b.windows[index].detectors % 8 != 0) {
      bits[n - 1] = 0x80;
      assert_status(call(b.rounds, index, bits, n, low, high, seam, out, o, NULL), DECANT_BAD_ARGUMENT);
    }
#undef call
  }
  assert_untouched(out, o + 2);
  assert_untouched(before, seam);
  assert_untouched(after, seam);
#ifndef DECANT_TESTS_KEEP_MALLOC
  assert_memory_equal(was, b.decoder, b.needs.workspace_size);
#else
  (void)was;
#endif
  stream s = stream_make(m, (decant_config){0});
  decant_window window = {.struct_size = sizeof window};
  assert_status(decant_window_plan(s.decoder, 60, 0, &window), DECANT_UNSUPPORTED);
  assert_status(decant_window_plan(b.decoder, UINT64_MAX, 1 << 20, &window), DECANT_OK);
}

int run_blocks(void) {
  const struct CMUnitTest tests[] = {
      every_model(measures_seams),
      every_model(refuses),
      every_model(who_decodes_what_is_all_the_same),
      every_model(corrections_explain_all_events),
      every_model(one_window_is_a_whole_shot),
      every_model(damaged_seams_are_a_status),
  };
  return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
