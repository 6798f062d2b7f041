/* Union-find: corrections that explain the syndrome, in few and bounded steps, with every other option of a decoder.
 * They need not be the lightest, so what they weigh is held against their own edges; how far off they are is for
 * Tests/python and the benchmarks to say. */
#include "rig.h"

#include <stdlib.h>

static const uint32_t both_passes = DECANT_CONFIG_UNION_FIND | DECANT_CONFIG_CORRELATED;

static rig rig_union_find(const rig *r, uint32_t flags, uint64_t work_limit, uint32_t max_reweights) {
  decant_config config = {.struct_size = sizeof config,
                          .flags = flags,
                          .work_limit = work_limit,
                          .max_reweights = max_reweights};
  return rig_make(r->fixture, &config);
}

/* The flags to try on a fixture: union-find alone, and in two passes where the image can. */
static int flag_sets(const rig *r) { return r->fixture->correlated ? 2 : 1; }
static uint32_t flag_set(int k) { return k == 0 ? DECANT_CONFIG_UNION_FIND : both_passes; }

/* Decodes r's shot in a copy of its decoder and matches it in r's own, and holds the answers against each other and
 * the graph. Returns what the correction weighs by that graph. */
static int64_t assert_sound(rig *r, const graph *g, decant_report *report) {
  size_t m = r->needs.observables_size, count = 0;
  const void *mark = blocks_mark();
  decant_decoder *copy = block_copy(64, r->decoder, r->needs.workspace_size);
  *report = (decant_report){.struct_size = sizeof *report};
  decant_report again = *report;
  decant_status status =
      decant_decode(r->decoder, r->detectors, r->needs.detectors_size, r->observables, m, report);
  assert_true(status == DECANT_OK || status == DECANT_TRUNCATED);
  assert_status(decant_match_edges(copy, r->detectors, r->needs.detectors_size, r->edges,
                                   r->needs.max_match_edges, &count, &again),
                status);
  assert_memory_equal(report, &again, sizeof again);
  assert_true(digest_of(copy) == digest_of(r->decoder));
  assert_int_equal(report->flags, status == DECANT_TRUNCATED ? DECANT_REPORT_TRUNCATED : 0);
  assert_true(report->work <= r->needs.worst_case_work);
  int64_t weight;
  uint8_t observables[16] = {0};
  assert_true(graph_explains(g, r->edges, count, r->detectors, &weight, observables));
  assert_memory_equal(observables, r->observables, m);
  blocks_release(mark);
  return weight;
}

static void needs_less_than_matching(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    decant_config config = {.struct_size = sizeof config, .flags = flag_set(k) & DECANT_CONFIG_CORRELATED};
    rig matching = rig_make(r->fixture, &config), w = rig_union_find(r, flag_set(k), 0, 0);
    assert_true(w.needs.workspace_size <= matching.needs.workspace_size);
    if (r->fixture->detectors > 40) assert_true(w.needs.worst_case_work < matching.needs.worst_case_work / 10);
    assert_int_equal(w.needs.max_match_edges, matching.needs.max_match_edges);
  }
  if (r->fixture->correlated) return;
  decant_config config = {.struct_size = sizeof config, .flags = both_passes};
  decant_requirements needs = {.struct_size = sizeof needs};
  assert_status(decant_decoder_measure(r->fixture->image, r->fixture->image_size, &config, &needs),
                DECANT_UNSUPPORTED);
}

/* Also where the first of two passes has lowered weights: then the answer weighs less than its edges do. */
static void corrections_explain_the_syndrome(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    rig w = rig_union_find(r, flag_set(k), 0, 0);
    int heavier = 0;
    for (int shot = 0; shot < 1000; shot++) {
      rig_sample(&w);
      memcpy(r->detectors, w.detectors, w.needs.detectors_size);
      decant_report report, exact = rig_decode(r);
      int64_t weight = assert_sound(&w, w.graph, &report);
      assert_int_equal(report.flags, 0);
      assert_true(weight >= exact.weight);
      assert_true(flag_set(k) == both_passes ? report.weight <= weight : report.weight == weight);
      assert_int_equal(report.detection_events, exact.detection_events);
      assert_int_equal(report.grown_events, exact.grown_events); /* the warm start is the same */
      if (exact.grown_events == 0 && flag_set(k) == DECANT_CONFIG_UNION_FIND) {
        assert_true(report.weight == exact.weight);
        assert_memory_equal(w.observables, r->observables, w.needs.observables_size);
      }
      heavier += weight > exact.weight;
    }
    if (r->fixture->edges > 200 && r->fixture->closed_components == 0) assert_true(heavier > 0);
    assert_int_equal(stats_of(w.decoder).blossoms, 0);
  }
}

static void silence_needs_no_correction(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    rig w = rig_union_find(r, flag_set(k), 0, 0);
    decant_report report;
    memset(w.detectors, 0, w.needs.detectors_size);
    int64_t weight = assert_sound(&w, w.graph, &report);
    assert_true(report.weight == weight);
    assert_true(r->fixture->negative_edges == 0 ? weight == 0 : weight <= 0);
  }
}

/* Every syndrome of the small graphs (or every so-many-th): explained, or refused and nothing written. */
static void every_syndrome_is_explained_or_refused(rig *r) {
  uint32_t detectors = r->fixture->detectors;
  if (detectors > 20) return;
  rig w = rig_union_find(r, DECANT_CONFIG_UNION_FIND, 0, 0);
  int64_t *least = graph_least_weights(r->graph);
  size_t syndromes = (size_t)1 << detectors, step = syndromes > 4096 ? syndromes / 4096 | 1 : 1, refused = 0;
  for (size_t syndrome = 0; syndrome < syndromes; syndrome += step) {
    for (size_t k = 0; k < w.needs.detectors_size; k++) w.detectors[k] = (uint8_t)(syndrome >> 8 * k);
    decant_report report;
    if (least[syndrome] == INT64_MAX) {
      size_t count = 77;
      uint64_t digest = digest_of(w.decoder);
      assert_status(decant_match_edges(w.decoder, w.detectors, w.needs.detectors_size, w.edges,
                                       w.needs.max_match_edges, &count, NULL),
                    DECANT_IMPOSSIBLE);
      assert_int_equal(count, 77);
      assert_true(digest_of(w.decoder) == digest);
      refused++;
    } else {
      assert_true(assert_sound(&w, w.graph, &report) >= least[syndrome]);
    }
  }
  assert_int_equal(stats_of(w.decoder).impossible, refused);
  free(least);
}

/* Changed weights are what the clusters grow on, and what the answer weighs; the next shot knows nothing of them. */
static void takes_staged_weights(rig *r) {
  if (r->fixture->edges == 0) return;
  for (int k = 0; k < flag_sets(r); k++) {
    rig w = rig_union_find(r, flag_set(k), 0, r->graph->edges), plain = rig_union_find(r, flag_set(k), 0, 0);
    graph changed = graph_with_own_edges(r->graph);
    for (int shot = 0; shot < 300 / SHARE; shot++) {
      memcpy(changed.edge, r->graph->edge, changed.edges * sizeof *changed.edge);
      rig_sample(&w);
      rig_reweight(&w, shot % 2 == 0 ? 6 : r->graph->edges, &changed);
      decant_report report, without;
      int64_t least, weight = assert_sound(&w, &changed, &report);
      assert_true(flag_set(k) == both_passes ? report.weight <= weight : report.weight == weight);
      if (graph_least_weight(&changed, w.detectors, &least)) assert_true(weight >= least);
      rig_sample(&w);
      memcpy(plain.detectors, w.detectors, w.needs.detectors_size);
      assert_sound(&w, r->graph, &report);
      assert_sound(&plain, r->graph, &without);
      assert_memory_equal(&report, &without, sizeof report);
    }
    free(changed.edge);
  }
}

/* What a weight of nothing and the heaviest weight make of growth: whole clusters at once, and waits without end. */
static void takes_extreme_weights(rig *r) {
  if (r->fixture->edges == 0) return;
  rig w = rig_union_find(r, DECANT_CONFIG_UNION_FIND, 0, r->graph->edges);
  graph changed = graph_with_own_edges(r->graph);
  decant_reweight *entries = block_new(4, changed.edges * sizeof *entries);
  for (int shot = 0; shot < 200; shot++) {
    for (uint32_t e = 0; e < changed.edges; e++) {
      bool heavy = shot % 4 == 1 || (shot % 4 > 1 && random_next(&w.random) % 2 == 0);
      changed.edge[e].weight = heavy ? HEAVIEST : shot % 4 == 3 ? 2 : 0;
      entries[e] = (decant_reweight){changed.edge[e].a, changed.edge[e].b, (int32_t)changed.edge[e].weight};
    }
    rig_sample(&w);
    assert_status(decant_reweight_next(w.decoder, entries, changed.edges), DECANT_OK);
    decant_report report;
    assert_true(assert_sound(&w, &changed, &report) == report.weight);
  }
  free(changed.edge);
}

/* Every limit from the first unit of work to the last leaves a correction. */
static void any_work_limit_leaves_a_correction(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    rig w = rig_union_find(r, flag_set(k), 0, 0);
    uint64_t truncated = 0;
    for (int shot = 0; shot < 12; shot++) {
      rig_sample(&w);
      decant_report exact = rig_decode(&w), report = {.flags = 1};
      uint64_t step = 1 + exact.work / 500;
      for (uint64_t limit = 1; limit <= exact.work + step; limit += step) {
        const void *mark = blocks_mark();
        rig limited = rig_union_find(r, flag_set(k), limit, 0);
        memcpy(limited.detectors, w.detectors, w.needs.detectors_size);
        int64_t weight = assert_sound(&limited, w.graph, &report);
        if (report.flags == 0) assert_memory_equal(&report, &exact, sizeof exact);
        if (report.flags != 0 && k == 0) assert_true(weight == report.weight);
        truncated += report.flags != 0;
        blocks_release(mark);
      }
      assert_int_equal(report.flags, 0);
    }
    if (r->fixture->edges > 200) assert_true(truncated > 0);
  }
}

/* A decoder that has seen other shots, whole and cut short, answers as one that has not. */
static void nothing_is_left_of_a_shot(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    for (uint64_t limit = 0; limit <= 60; limit += 20) {
      rig old = rig_union_find(r, flag_set(k), limit, 0);
      for (int shot = 0; shot < 100; shot++) {
        const void *mark = blocks_mark();
        rig fresh = rig_union_find(r, flag_set(k), limit, 0);
        rig_sample(&old);
        memcpy(fresh.detectors, old.detectors, old.needs.detectors_size);
        decant_report ours, theirs;
        assert_sound(&old, old.graph, &ours);
        assert_sound(&fresh, old.graph, &theirs);
        assert_memory_equal(&ours, &theirs, sizeof ours);
        assert_memory_equal(old.observables, fresh.observables, old.needs.observables_size);
        blocks_release(mark);
      }
    }
  }
}

static void batches_and_copies_go_the_same_way(rig *r) {
  for (int k = 0; k < flag_sets(r); k++) {
    enum { SHOTS = 200 };
    size_t n = r->needs.detectors_size, m = r->needs.observables_size, done = 0;
    rig a = rig_union_find(r, flag_set(k), 0, 0), b = rig_union_find(r, flag_set(k), 0, 0);
    uint8_t *batch = block_new(1, SHOTS * n), *answers = block_new(1, SHOTS * m);
    for (size_t shot = 0; shot < SHOTS; shot++) {
      rig_sample(&a);
      memcpy(batch + shot * n, a.detectors, n);
      if (shot % 50 == 0) a.decoder = block_copy(64, a.decoder, a.needs.workspace_size);
      rig_decode(&a);
    }
    assert_status(decant_decode_batch(b.decoder, SHOTS, batch, n, answers, m, &done), DECANT_OK);
    assert_memory_equal(answers + (SHOTS - 1) * m, a.observables, m);
    assert_true(digest_of(a.decoder) == digest_of(b.decoder));
  }
}

int run_union_find(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(needs_less_than_matching),
      every_fixture(corrections_explain_the_syndrome),
      every_fixture(silence_needs_no_correction),
      every_fixture(every_syndrome_is_explained_or_refused),
      every_fixture(takes_staged_weights),
      every_fixture(takes_extreme_weights),
      every_fixture(any_work_limit_leaves_a_correction),
      every_fixture(nothing_is_left_of_a_shot),
      every_fixture(batches_and_copies_go_the_same_way),
  };
  return cmocka_run_group_tests_name("union_find", tests, NULL, NULL);
}
