/* Whole shots: decode, match and decode_batch; what they accept, what they refuse, and that a refusal leaves
 * no trace. Whether the answers are right is matching.c's question. */
#include "rig.h"

#include <stdlib.h>

/* An image without a network decodes the same way in both, so both must pass the same tests. */
typedef decant_status (*shot_call)(decant_decoder *, const uint8_t *, size_t, uint8_t *, size_t,
                                   decant_report *);
static const shot_call shot_calls[] = {decant_decode, decant_match};

static bool same_but_for_impossible(const decant_decoder *decoder, const decant_stats *before) {
  decant_stats after = stats_of(decoder);
  after.impossible = before->impossible;
  return memcmp(&after, before, sizeof after) == 0;
}

/* Calls, and holds that nothing changed. observables: a poisoned block. */
static void assert_refused(rig *r, shot_call call, const uint8_t *detectors, size_t detectors_size,
                           uint8_t *observables, size_t observables_size, decant_status expected) {
  uint64_t digest = digest_of(r->decoder);
  decant_stats stats = stats_of(r->decoder);
  decant_report report;
  poison(&report, sizeof report);
  report.struct_size = sizeof report;
  assert_status(call(r->decoder, detectors, detectors_size, observables, observables_size, &report),
                expected);
  assert_status(call(r->decoder, detectors, detectors_size, observables, observables_size, NULL), expected);
  assert_int_equal(report.struct_size, sizeof report);
  assert_untouched((uint8_t *)&report + 4, sizeof report - 4);
  if (observables != NULL) assert_untouched(r->observables, r->needs.observables_size);
  assert_true(digest_of(r->decoder) == digest);
  assert_true(same_but_for_impossible(r->decoder, &stats));
}

static void refuses_wrong_detectors(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  uint8_t *longer = block_new(1, n + 1);
  memset(longer, 0, n + 1);
  memset(r->detectors, 0, n);
  for (size_t k = 0; k < 2; k++) {
    shot_call call = shot_calls[k];
    if (n > 0) {
      assert_refused(r, call, NULL, n, r->observables, m, DECANT_BAD_ARGUMENT);
      assert_refused(r, call, r->detectors, n - 1, r->observables, m, DECANT_BAD_ARGUMENT);
      assert_refused(r, call, r->detectors, 0, r->observables, m, DECANT_BAD_ARGUMENT);
    }
    assert_refused(r, call, longer, n + 1, r->observables, m, DECANT_BAD_ARGUMENT);
    assert_refused(r, call, longer, SIZE_MAX, r->observables, m, DECANT_BAD_ARGUMENT);
    assert_refused(r, call, longer, SIZE_MAX / 2 + 1 + n, r->observables, m, DECANT_BAD_ARGUMENT);
  }
}

static void refuses_stray_bits(rig *r) {
  for (size_t k = 0; k < 2; k++) {
    for (uint32_t bit = r->fixture->detectors; bit % 8 != 0; bit++) {
      memset(r->detectors, 0, r->needs.detectors_size);
      r->detectors[bit / 8] = (uint8_t)(1 << bit % 8);
      assert_refused(r, shot_calls[k], r->detectors, r->needs.detectors_size, r->observables,
                     r->needs.observables_size, DECANT_BAD_ARGUMENT);
    }
  }
}

static void refuses_wrong_observables(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  if (m == 0) return;
  memset(r->detectors, 0, n);
  for (size_t k = 0; k < 2; k++) {
    assert_refused(r, shot_calls[k], r->detectors, n, NULL, m, DECANT_BAD_ARGUMENT);
    for (size_t size = 0; size < m; size++) {
      assert_refused(r, shot_calls[k], r->detectors, n, r->observables, size, DECANT_BUFFER_TOO_SMALL);
    }
  }
}

static void takes_none_where_there_are_none(rig *r) {
  if (r->needs.observables_size > 0) return;
  memset(r->detectors, 0, r->needs.detectors_size);
  for (size_t k = 0; k < 2; k++) {
    assert_status(shot_calls[k](r->decoder, r->detectors, r->needs.detectors_size, NULL, 0, NULL), DECANT_OK);
  }
}

static void writes_no_more_than_the_observables(rig *r) {
  size_t m = r->needs.observables_size;
  uint8_t *longer = block_new(1, m + 64);
  for (size_t k = 0; k < 2; k++) {
    for (int shot = 0; shot < 50; shot++) {
      rig_sample(r);
      rig_decode(r);
      assert_status(shot_calls[k](r->decoder, r->detectors, r->needs.detectors_size, longer, m + 64, NULL),
                    DECANT_OK);
      assert_memory_equal(longer, r->observables, m);
      assert_untouched(longer + m, 64);
    }
    decant_status status =
        shot_calls[k](r->decoder, r->detectors, r->needs.detectors_size, longer, SIZE_MAX, NULL);
    assert_true(status <= 0); /* no such buffer exists; any answer will do, but no trap */
    assert_untouched(longer + m, 64);
  }
}

static void refuses_short_reports(rig *r) {
  memset(r->detectors, 0, r->needs.detectors_size);
  for (size_t k = 0; k < 2; k++) {
    uint64_t digest = digest_of(r->decoder);
    decant_report report;
    for (uint32_t size = 0; size < sizeof report; size++) {
      poison(&report, sizeof report);
      report.struct_size = size;
      poison(r->observables, r->needs.observables_size);
      assert_status(shot_calls[k](r->decoder, r->detectors, r->needs.detectors_size, r->observables,
                                  r->needs.observables_size, &report),
                    DECANT_BAD_ABI);
      assert_untouched((uint8_t *)&report + 4, sizeof report - 4);
      assert_untouched(r->observables, r->needs.observables_size);
    }
    assert_true(digest_of(r->decoder) == digest);
  }
}

static void fills_in_longer_reports(rig *r) {
  struct {
    decant_report known;
    uint8_t later[24];
  } report = {.known = {.struct_size = sizeof report}};
  rig_sample(r);
  decant_report expected = rig_decode(r);
  assert_status(decant_decode(r->decoder, r->detectors, r->needs.detectors_size, r->observables,
                              r->needs.observables_size, &report.known),
                DECANT_OK);
  assert_int_equal(report.known.struct_size, sizeof report);
  report.known.struct_size = sizeof expected;
  assert_memory_equal(&report.known, &expected, sizeof expected);
  for (size_t k = 0; k < sizeof report.later; k++) assert_int_equal(report.later[k], 0);
}

static void reports_what_it_did(rig *r) {
  for (int shot = 0; shot < 500; shot++) {
    rig_sample(r);
    uint32_t events = 0;
    for (size_t k = 0; k < r->needs.detectors_size; k++) {
      events += (uint32_t)__builtin_popcount(r->detectors[k]);
    }
    decant_report report = rig_decode(r);
    assert_int_equal(report.flags, 0);
    assert_int_equal(report.detection_events, events);
    assert_true(report.grown_events <= report.detection_events + 2 * r->fixture->negative_edges);
    assert_true(report.work <= r->needs.worst_case_work);
    assert_int_equal(report.network_features, 0);
    assert_int_equal(report.changed_weights, 0);
    assert_int_equal(report.accepted_edges, 0);
    assert_int_equal(report.reserved0, 0);
    for (size_t k = 0; k < 2; k++) assert_int_equal(report.reserved[k], 0);
  }
}

/* A shot has one answer, whatever was decoded before, with and without a report, by either call. */
static void repeats_itself(rig *r) {
  decant_decoder *other = rig_another_decoder(r, NULL);
  uint8_t *observables = block_new(1, r->needs.observables_size);
  for (int shot = 0; shot < 500; shot++) {
    rig_sample(r);
    decant_report first = rig_decode(r), again = rig_decode(r);
    assert_memory_equal(&first, &again, sizeof first);
    for (int k = 0; k < 2; k++) {
      assert_status(decant_match(other, r->detectors, r->needs.detectors_size, observables,
                                 r->needs.observables_size, k == 0 ? &again : NULL),
                    DECANT_OK);
      assert_memory_equal(observables, r->observables, r->needs.observables_size);
    }
    assert_memory_equal(&first, &again, sizeof first);
    assert_true(digest_of(r->decoder) == digest_of(other));
  }
}

/* Uniformly random events: impossible exactly where a closed component has an odd number of them. */
static void refuses_the_impossible_and_goes_on(rig *r) {
  size_t n = r->needs.detectors_size;
  if (n == 0) return;
  uint64_t impossible = 0;
  decant_decoder *undisturbed = rig_another_decoder(r, NULL);
  for (int shot = 0; shot < 400; shot++) {
    for (size_t k = 0; k < n; k++) r->detectors[k] = (uint8_t)random_next(&r->random);
    trim(r->detectors, r->fixture->detectors);
    if (graph_possible(r->graph, r->detectors)) {
      rig_decode(r);
      assert_status(
          decant_decode(undisturbed, r->detectors, n, r->observables, r->needs.observables_size, NULL),
          DECANT_OK);
    } else {
      for (size_t k = 0; k < 2; k++) {
        poison(r->observables, r->needs.observables_size);
        assert_refused(r, shot_calls[k], r->detectors, n, r->observables, r->needs.observables_size,
                       DECANT_IMPOSSIBLE);
        impossible += 2; /* each refusal is asked for twice */
      }
    }
    assert_true(digest_of(r->decoder) == digest_of(undisturbed));
  }
  assert_int_equal(stats_of(r->decoder).impossible, impossible);
  assert_true((impossible > 0) == (r->fixture->closed_components > 0));
}

/* ---- batches */

enum { SHOTS = 64 };

/* Random possible shots at this stride, the gaps poisoned. */
static uint8_t *sampled_batch(rig *r, size_t stride) {
  uint8_t *batch = block_new(1, SHOTS * stride);
  for (size_t k = 0; k < SHOTS; k++) {
    rig_sample(r);
    memcpy(batch + k * stride, r->detectors, r->needs.detectors_size);
  }
  return batch;
}

static void batches_are_shots_in_a_row(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  static const size_t gaps[][2] = {{0, 0}, {1, 0}, {0, 1}, {3, 5}, {61, 64}};
  for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
    decant_decoder *one_by_one = rig_another_decoder(r, NULL);
    size_t in_stride = n + gaps[g][0], out_stride = m + gaps[g][1];
    uint8_t *batch = sampled_batch(r, in_stride), *answers = block_new(1, SHOTS * out_stride);
    size_t done = SIZE_MAX;
    assert_status(decant_decoder_reset(r->decoder), DECANT_OK);
    assert_status(decant_decode_batch(r->decoder, SHOTS, batch, in_stride, answers, out_stride, &done),
                  DECANT_OK);
    assert_int_equal(done, SHOTS);
    for (size_t k = 0; k < SHOTS; k++) {
      assert_status(decant_decode(one_by_one, batch + k * in_stride, n, r->observables, m, NULL), DECANT_OK);
      assert_memory_equal(answers + k * out_stride, r->observables, m);
      assert_untouched(answers + k * out_stride + m, gaps[g][1]);
    }
    assert_true(digest_of(r->decoder) == digest_of(one_by_one));
    decant_stats ours = stats_of(r->decoder), theirs = stats_of(one_by_one);
    assert_memory_equal(&ours, &theirs, sizeof ours);
  }
}

/* The last shot's gap need not be there. */
static void batches_end_with_their_last_shot(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, done = 0;
  uint8_t *batch = block_new(1, 2 * n + 10), *answers = block_new(1, 2 * m + 10);
  memset(batch, 0, 2 * n + 10);
  assert_status(decant_decode_batch(r->decoder, 2, batch, n + 10, answers, m + 10, &done), DECANT_OK);
  assert_int_equal(done, 2);
}

static void empty_batches_look_at_nothing(rig *r) {
  uint64_t digest = digest_of(r->decoder);
  size_t done = 77;
  assert_status(decant_decode_batch(r->decoder, 0, NULL, 0, NULL, 0, &done), DECANT_OK);
  assert_int_equal(done, 0);
  done = 77;
  assert_status(decant_decode_batch(r->decoder, 0, r->detectors, SIZE_MAX, r->observables, SIZE_MAX, &done),
                DECANT_OK);
  assert_int_equal(done, 0);
  assert_true(digest_of(r->decoder) == digest);
}

static void batches_refuse_bad_arguments(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, done;
  uint8_t *batch = sampled_batch(r, n), *answers = block_new(1, (SHOTS)*m);
  uint64_t digest = digest_of(r->decoder);
#define assert_batch_refused(expected, ...) \
  do { \
    done = 77; \
    assert_status(decant_decode_batch(r->decoder, __VA_ARGS__, &done), expected); \
    assert_int_equal(done, 0); \
    assert_untouched(answers, (SHOTS) * m); \
    assert_true(digest_of(r->decoder) == digest); \
  } while (0)
  if (n > 0) {
    assert_batch_refused(DECANT_BAD_ARGUMENT, SHOTS, NULL, n, answers, m);
    assert_batch_refused(DECANT_BAD_ARGUMENT, SHOTS, batch, n - 1, answers, m);
    assert_batch_refused(DECANT_BAD_ARGUMENT, SHOTS, batch, 0, answers, m);
  }
  if (m > 0) {
    assert_batch_refused(DECANT_BAD_ARGUMENT, SHOTS, batch, n, NULL, m);
    assert_batch_refused(DECANT_BUFFER_TOO_SMALL, SHOTS, batch, n, answers, m - 1);
    assert_batch_refused(DECANT_BUFFER_TOO_SMALL, SHOTS, batch, n, answers, 0);
  }
  assert_status(decant_decode_batch(r->decoder, SHOTS, batch, n, answers, m, NULL), DECANT_BAD_ARGUMENT);
  assert_untouched(answers, (SHOTS)*m);
  assert_true(digest_of(r->decoder) == digest);
#undef assert_batch_refused
}

/* Shots and strides whose product, or whose last address, no machine has. The first shot is at fault, so that
 * nothing beyond it may be looked at; what matters is that nothing traps. */
static void batches_survive_huge_numbers(rig *r) {
  if (r->fixture->detectors % 8 == 0) return;
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  static const size_t huge[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 2 + 1, (size_t)1 << 62};
  memset(r->detectors, 0xFF, n);
  for (size_t a = 0; a < 4; a++) {
    for (size_t b = 0; b < 4; b++) {
      size_t done = 77;
      const size_t numbers[][3] = {{huge[a], n, m}, {2, huge[a], huge[b]}, {huge[a], huge[b], huge[b]}};
      for (size_t k = 0; k < 3; k++) {
        decant_status status = decant_decode_batch(r->decoder, numbers[k][0], r->detectors, numbers[k][1],
                                                   r->observables, numbers[k][2], &done);
        assert_true(status == DECANT_BAD_ARGUMENT || status == DECANT_BUFFER_TOO_SMALL);
        assert_int_equal(done, 0);
        assert_untouched(r->observables, m);
      }
    }
  }
}

/* Shots before the one at fault are answered, the others untouched; the caller goes on past it. */
static void batches_stop_at_the_shot_at_fault(rig *r) {
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  bool stray = r->fixture->detectors % 8 != 0, closed = r->fixture->closed_components > 0;
  for (int kind = 0; kind < 2; kind++) {
    if (kind == 0 ? !stray : !closed) continue;
    uint8_t *batch = sampled_batch(r, n), *answers = block_new(1, (SHOTS)*m);
    size_t faulty = 20, done = 77;
    uint8_t *shot = batch + faulty * n;
    memset(shot, 0, n);
    if (kind == 0) shot[n - 1] = 0x80;
    else shot[0] = 1; /* detector 0 lies in a closed component of every fixture that has one */
    assert_status(decant_decoder_reset(r->decoder), DECANT_OK);
    decant_decoder *one_by_one = rig_another_decoder(r, NULL);
    assert_status(decant_decode_batch(r->decoder, SHOTS, batch, n, answers, m, &done),
                  kind == 0 ? DECANT_BAD_ARGUMENT : DECANT_IMPOSSIBLE);
    assert_int_equal(done, faulty);
    assert_untouched(answers + faulty * m, (SHOTS - faulty) * m);
    assert_int_equal(stats_of(r->decoder).shots, faulty);
    size_t rest = SHOTS - faulty - 1;
    assert_status(decant_decode_batch(r->decoder, rest, shot + n, n, answers + (faulty + 1) * m, m, &done),
                  DECANT_OK);
    assert_int_equal(done, rest);
    for (size_t k = 0; k < SHOTS; k++) {
      if (k == faulty) continue;
      assert_status(decant_decode(one_by_one, batch + k * n, n, r->observables, m, NULL), DECANT_OK);
      assert_memory_equal(answers + k * m, r->observables, m);
    }
    assert_true(digest_of(r->decoder) == digest_of(one_by_one));
  }
}

int run_shots(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(refuses_wrong_detectors),
      every_fixture(refuses_stray_bits),
      every_fixture(refuses_wrong_observables),
      every_fixture(takes_none_where_there_are_none),
      every_fixture(writes_no_more_than_the_observables),
      every_fixture(refuses_short_reports),
      every_fixture(fills_in_longer_reports),
      every_fixture(reports_what_it_did),
      every_fixture(repeats_itself),
      every_fixture(refuses_the_impossible_and_goes_on),
      every_fixture(batches_are_shots_in_a_row),
      every_fixture(batches_end_with_their_last_shot),
      every_fixture(empty_batches_look_at_nothing),
      every_fixture(batches_refuse_bad_arguments),
      every_fixture(batches_survive_huge_numbers),
      every_fixture(batches_stop_at_the_shot_at_fault),
  };
  return cmocka_run_group_tests_name("shots", tests, NULL, NULL);
}
