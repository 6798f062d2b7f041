/* Matching: corrections explain the syndrome, weigh and flip what they say, and are the lightest there are.
 * The judge is graph.c, which shares no code with the library. */
#include "rig.h"

#include <stdlib.h>

static decant_status edges_of(rig *r, size_t *count, decant_report *report) {
  return decant_match_edges(r->decoder, r->detectors, r->needs.detectors_size, r->edges,
                            r->needs.max_match_edges, count, report);
}

/* Decodes r->detectors in every way, and holds the answers against each other and against the graph. */
static int64_t assert_sound(rig *r, decant_status expected) {
  size_t m = r->needs.observables_size, count = 0;
  decant_report report = {.struct_size = sizeof report}, edge_report = report;
  assert_status(decant_decode(r->decoder, r->detectors, r->needs.detectors_size, r->observables, m, &report),
                expected);
  assert_status(edges_of(r, &count, &edge_report), expected);
  assert_true(count <= r->needs.max_match_edges);
  int64_t weight;
  uint8_t observables[16] = {0};
  assert_true(m <= sizeof observables);
  assert_true(graph_explains(r->graph, r->edges, count, r->detectors, &weight, observables));
  assert_memory_equal(observables, r->observables, m);
  assert_true(report.weight == weight);
  assert_true(edge_report.weight == weight);
  assert_int_equal(edge_report.detection_events, report.detection_events);
  assert_int_equal(edge_report.flags, report.flags);
  return weight;
}

static void corrections_explain_the_syndrome(rig *r) {
  for (int shot = 0; shot < 1000; shot++) {
    rig_sample(r);
    assert_sound(r, DECANT_OK);
  }
}

/* Nothing fired: nothing is corrected, except where doing so is likelier right than wrong. */
static void silence_needs_no_correction(rig *r) {
  memset(r->detectors, 0, r->needs.detectors_size);
  int64_t weight = assert_sound(r, DECANT_OK);
  if (r->fixture->negative_edges == 0) assert_true(weight == 0);
  else assert_true(weight <= 0);
}

/* One edge's events never cost more than that edge. */
static void single_errors_cost_at_most_themselves(rig *r) {
  for (uint32_t e = 0; e < r->graph->edges; e++) {
    const graph_edge *edge = &r->graph->edge[e];
    memset(r->detectors, 0, r->needs.detectors_size);
    r->detectors[edge->a / 8] ^= (uint8_t)(1 << edge->a % 8);
    if (edge->b != DECANT_BOUNDARY) r->detectors[edge->b / 8] ^= (uint8_t)(1 << edge->b % 8);
    assert_true(assert_sound(r, DECANT_OK) <= edge->weight);
  }
}

/* Every syndrome of the small graphs (or every so-many-th): the weight is the least there is. */
static void corrections_are_the_lightest(rig *r) {
  uint32_t detectors = r->fixture->detectors;
  if (detectors > 20) return;
  int64_t *least = graph_least_weights(r->graph);
  size_t syndromes = (size_t)1 << detectors, step = syndromes > 8192 ? syndromes / 8192 | 1 : 1;
  for (size_t syndrome = 0; syndrome < syndromes; syndrome += step) {
    for (size_t k = 0; k < r->needs.detectors_size; k++) r->detectors[k] = (uint8_t)(syndrome >> 8 * k);
    if (least[syndrome] == INT64_MAX) {
      size_t count = 77;
      assert_status(edges_of(r, &count, NULL), DECANT_IMPOSSIBLE);
      assert_int_equal(count, 77);
    } else {
      assert_true(assert_sound(r, DECANT_OK) == least[syndrome]);
    }
  }
  free(least);
}

/* Whatever the limit, a correction is valid, not lighter than the exact one, and says if it was cut short. */
static void a_work_limit_cuts_short_but_never_wrong(rig *r) {
  static const uint64_t limits[] = {1, 2, 10, 50, 200, 1000, 10000, UINT64_MAX};
  for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
    decant_config config = {.struct_size = sizeof config, .work_limit = limits[k]};
    rig limited = rig_make(r->fixture, &config);
    uint64_t truncated = 0;
    limited.random = k;
    enum { SHOTS = 150 };
    for (int shot = 0; shot < SHOTS; shot++) {
      rig_sample(&limited);
      memcpy(r->detectors, limited.detectors, r->needs.detectors_size);
      decant_report exact = rig_decode(r), report = {.struct_size = sizeof report};
      decant_status status = decant_decode(limited.decoder, limited.detectors, limited.needs.detectors_size,
                                           limited.observables, limited.needs.observables_size, &report);
      assert_true(status == DECANT_OK || status == DECANT_TRUNCATED);
      assert_int_equal(report.flags, status == DECANT_TRUNCATED ? DECANT_REPORT_TRUNCATED : 0);
      assert_true(report.work <= limited.needs.worst_case_work);
      assert_true(assert_sound(&limited, status) == report.weight);
      assert_true(report.weight >= exact.weight);
      if (status == DECANT_OK) {
        assert_true(report.weight == exact.weight);
        assert_true(report.work == exact.work);
        assert_memory_equal(limited.observables, r->observables, r->needs.observables_size);
      }
      truncated += status == DECANT_TRUNCATED;
    }
    /* assert_sound decodes and matches once more each; all three are shots. */
    assert_int_equal(stats_of(limited.decoder).truncated, 3 * truncated);
    if (limits[k] == UINT64_MAX) assert_int_equal(truncated, 0);
    if (limits[k] == 1 && r->fixture->edges > 200) assert_true(truncated > 0);
  }
}

static void batches_say_that_one_was_cut_short(rig *r) {
  decant_config config = {.struct_size = sizeof config, .work_limit = 1};
  rig limited = rig_make(r->fixture, &config);
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, done = 0;
  enum { SHOTS = 40 };
  uint8_t *batch = block_new(1, SHOTS * n), *answers = block_new(1, SHOTS * m);
  decant_status expected = DECANT_OK;
  for (size_t k = 0; k < SHOTS; k++) {
    rig_sample(&limited);
    memcpy(batch + k * n, limited.detectors, n);
    decant_status status = decant_decode(limited.decoder, limited.detectors, n, limited.observables, m, NULL);
    if (status == DECANT_TRUNCATED) expected = status;
  }
  assert_status(decant_decode_batch(limited.decoder, SHOTS, batch, n, answers, m, &done), expected);
  assert_int_equal(done, SHOTS);
}

/* ---- match_edges: its own arguments */

static void edges_refuse_bad_arguments(rig *r) {
  size_t n = r->needs.detectors_size, capacity = r->needs.max_match_edges, count = 77;
  uint64_t digest = digest_of(r->decoder);
  uint8_t *longer = block_new(1, n + 1);
  memset(longer, 0, n + 1);
  memset(r->detectors, 0, n);
  decant_report report;
  poison(&report, sizeof report);
  report.struct_size = sizeof report;
#define assert_edges_refused(expected, ...) \
  do { \
    assert_status(decant_match_edges(r->decoder, __VA_ARGS__), expected); \
    assert_untouched(r->edges, r->needs.max_match_edges * sizeof(decant_edge)); \
    assert_untouched((uint8_t *)&report + 4, sizeof report - 4); \
    assert_int_equal(count, 77); \
    assert_true(digest_of(r->decoder) == digest); \
  } while (0)
  if (n > 0) {
    assert_edges_refused(DECANT_BAD_ARGUMENT, NULL, n, r->edges, capacity, &count, &report);
    assert_edges_refused(DECANT_BAD_ARGUMENT, r->detectors, n - 1, r->edges, capacity, &count, &report);
  }
  assert_edges_refused(DECANT_BAD_ARGUMENT, longer, n + 1, r->edges, capacity, &count, &report);
  assert_edges_refused(DECANT_BAD_ARGUMENT, longer, SIZE_MAX, r->edges, capacity, &count, &report);
  assert_edges_refused(DECANT_BAD_ARGUMENT, r->detectors, n, r->edges, capacity, NULL, &report);
  if (capacity > 0) {
    assert_edges_refused(DECANT_BAD_ARGUMENT, r->detectors, n, NULL, capacity, &count, &report);
  }
  for (uint32_t bit = r->fixture->detectors; bit % 8 != 0; bit++) {
    r->detectors[bit / 8] = (uint8_t)(1 << bit % 8);
    assert_edges_refused(DECANT_BAD_ARGUMENT, r->detectors, n, r->edges, capacity, &count, &report);
    r->detectors[bit / 8] = 0;
  }
  for (uint32_t size = 0; size < sizeof report; size++) {
    report.struct_size = size;
    assert_edges_refused(DECANT_BAD_ABI, r->detectors, n, r->edges, capacity, &count, &report);
  }
#undef assert_edges_refused
}

static void edges_need_room_for_all(rig *r) {
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r);
    size_t count = 0;
    assert_status(edges_of(r, &count, NULL), DECANT_OK);
    if (count == 0) continue;
    uint64_t digest = digest_of(r->decoder);
    decant_edge *exact = block_new(4, count * sizeof *exact),
                *short_by_one = block_new(4, (count - 1) * sizeof *exact);
    size_t again = 77;
    assert_status(decant_match_edges(r->decoder, r->detectors, r->needs.detectors_size, short_by_one,
                                     count - 1, &again, NULL),
                  DECANT_BUFFER_TOO_SMALL);
    assert_int_equal(again, 77);
    assert_untouched(short_by_one, (count - 1) * sizeof *exact);
    assert_true(digest_of(r->decoder) == digest);
    assert_status(
        decant_match_edges(r->decoder, r->detectors, r->needs.detectors_size, exact, count, &again, NULL),
        DECANT_OK);
    assert_int_equal(again, count);
    assert_memory_equal(exact, r->edges, count * sizeof *exact);
    decant_status status =
        decant_match_edges(r->decoder, r->detectors, r->needs.detectors_size, exact, SIZE_MAX, &again, NULL);
    assert_true(status <= 0); /* no such buffer exists; any answer will do, but no trap */
  }
}

int run_matching(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(corrections_explain_the_syndrome),
      every_fixture(silence_needs_no_correction),
      every_fixture(single_errors_cost_at_most_themselves),
      every_fixture(corrections_are_the_lightest),
      every_fixture(a_work_limit_cuts_short_but_never_wrong),
      every_fixture(batches_say_that_one_was_cut_short),
      every_fixture(edges_refuse_bad_arguments),
      every_fixture(edges_need_room_for_all),
  };
  return cmocka_run_group_tests_name("matching", tests, NULL, NULL);
}
