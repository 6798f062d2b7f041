/* Correlated matching: two passes over a shot, of which nothing is left when the next one comes. That the second
 * pass lowers the right weights is for Tests/python to say; here, that its answers keep decant.h's promises. */
#include "rig.h"

#include <stdlib.h>

static decant_config correlated_with(uint64_t work_limit, uint32_t max_reweights) {
  return (decant_config){.struct_size = sizeof(decant_config),
                         .flags = DECANT_CONFIG_CORRELATED,
                         .work_limit = work_limit,
                         .max_reweights = max_reweights};
}

static rig rig_correlated(const rig *r, uint64_t work_limit, uint32_t max_reweights) {
  decant_config config = correlated_with(work_limit, max_reweights);
  return rig_make(r->fixture, &config);
}

/* Decodes and matches r's shot, staged anew in between, and holds the answers against each other and the graph.
 * Returns what the correction weighs by that graph; its own weight was lowered on the way. */
static int64_t assert_sound(rig *r, const graph *g, decant_report *report, void *checkpoint) {
  size_t m = r->needs.observables_size, count = 0;
  if (checkpoint != NULL) memcpy(checkpoint, r->decoder, r->needs.workspace_size);
  *report = (decant_report){.struct_size = sizeof *report};
  decant_report again = *report;
  decant_status status =
      decant_decode(r->decoder, r->detectors, r->needs.detectors_size, r->observables, m, report);
  assert_true(status == DECANT_OK || status == DECANT_TRUNCATED);
  decant_decoder *other = checkpoint != NULL ? checkpoint : r->decoder;
  assert_status(decant_match_edges(other, r->detectors, r->needs.detectors_size, r->edges,
                                   r->needs.max_match_edges, &count, &again),
                status);
  assert_memory_equal(report, &again, sizeof again);
  assert_int_equal(report->flags, status == DECANT_TRUNCATED ? DECANT_REPORT_TRUNCATED : 0);
  assert_true(report->work <= r->needs.worst_case_work);
  int64_t weight;
  uint8_t observables[16] = {0};
  assert_true(graph_explains(g, r->edges, count, r->detectors, &weight, observables));
  assert_memory_equal(observables, r->observables, m);
  return weight;
}

static void needs_an_image_with_correlations(rig *r) {
  decant_config config = correlated_with(0, 0);
  decant_requirements needs;
  poison(&needs, sizeof needs);
  needs.struct_size = sizeof needs;
  decant_status expected = r->fixture->correlated ? DECANT_OK : DECANT_UNSUPPORTED;
  assert_status(decant_decoder_measure(r->fixture->image, r->fixture->image_size, &config, &needs), expected);
  if (expected == DECANT_OK) {
    assert_true(needs.workspace_size > r->needs.workspace_size);
    assert_true(needs.worst_case_work > r->needs.worst_case_work);
    assert_int_equal(needs.max_match_edges, r->needs.max_match_edges);
    return;
  }
  assert_untouched((uint8_t *)&needs + 4, sizeof needs - 4);
  enum { ROOM = 1 << 20 };
  void *workspace = block_new(64, ROOM);
  decant_decoder *decoder = NULL;
  assert_status(
      decant_decoder_init(workspace, ROOM, r->fixture->image, r->fixture->image_size, &config, &decoder),
      DECANT_UNSUPPORTED);
  assert_null(decoder);
  assert_untouched(workspace, ROOM);
}

/* Lowered weights let the answer weigh less than the lightest one on the image's, and cost it nothing else. */
static void corrections_explain_the_syndrome(rig *r) {
  if (!r->fixture->correlated) return;
  rig w = rig_correlated(r, 0, 0);
  bool has_rules = strncmp(r->fixture->name, "repetition", 10) != 0; /* else no errors are decomposed */
  int lighter = 0, elsewhere = 0;
  for (int shot = 0; shot < 1000; shot++) {
    rig_sample(&w);
    memcpy(r->detectors, w.detectors, w.needs.detectors_size);
    decant_report report, plain = rig_decode(r);
    int64_t weight = assert_sound(&w, w.graph, &report, NULL);
    assert_int_equal(report.flags, 0);
    assert_true(weight >= plain.weight);
    assert_true(report.weight <= plain.weight);
    assert_true(report.weight >= 0);
    assert_true(report.work >= plain.work);
    assert_int_equal(report.detection_events, plain.detection_events);
    lighter += report.weight < plain.weight;
    elsewhere += weight > plain.weight;
  }
  assert_int_equal(lighter > 100, has_rules);
  assert_int_equal(elsewhere > 10, has_rules);
}

static void silence_needs_no_correction(rig *r) {
  if (!r->fixture->correlated) return;
  rig w = rig_correlated(r, 0, 0);
  decant_report report;
  memset(w.detectors, 0, w.needs.detectors_size);
  assert_true(assert_sound(&w, w.graph, &report, NULL) == 0);
  assert_true(report.weight == 0);
}

/* A decoder that has seen other shots answers as one that has not. */
static void nothing_is_left_of_a_shot(rig *r) {
  if (!r->fixture->correlated) return;
  rig old = rig_correlated(r, 0, 0);
  for (int shot = 0; shot < 300 / SHARE; shot++) {
    const void *mark = blocks_mark();
    rig fresh = rig_correlated(r, 0, 0);
    rig_sample(&old);
    memcpy(fresh.detectors, old.detectors, old.needs.detectors_size);
    decant_report ours = rig_decode(&old), theirs = rig_decode(&fresh);
    assert_memory_equal(&ours, &theirs, sizeof ours);
    assert_memory_equal(old.observables, fresh.observables, old.needs.observables_size);
    blocks_release(mark);
  }
}

static void repeats_itself(rig *r) {
  if (!r->fixture->correlated) return;
  enum { SHOTS = 300 };
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, done = 0;
  rig a = rig_correlated(r, 0, 0), b = rig_correlated(r, 0, 8), c = rig_correlated(r, 0, 0);
  uint8_t *batch = block_new(1, SHOTS * n), *answers = block_new(1, SHOTS * m);
  for (size_t shot = 0; shot < SHOTS; shot++) {
    rig_sample(&a);
    rig_sample(&b);
    memcpy(batch + shot * n, a.detectors, n);
    decant_report ours = rig_decode(&a), theirs = rig_decode(&b); /* room for reweights changes nothing */
    assert_memory_equal(&ours, &theirs, sizeof ours);
  }
  assert_status(decant_decode_batch(c.decoder, SHOTS, batch, n, answers, m, &done), DECANT_OK);
  assert_memory_equal(answers + (SHOTS - 1) * m, a.observables, m);
  assert_true(digest_of(a.decoder) == digest_of(b.decoder));
  assert_true(digest_of(a.decoder) == digest_of(c.decoder));
}

static void a_copy_is_a_second_decoder(rig *r) {
  if (!r->fixture->correlated) return;
  rig w = rig_correlated(r, 0, 0);
  decant_decoder *original = w.decoder;
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(&w);
    rig_decode(&w);
  }
  decant_decoder *copy = block_copy(64, original, w.needs.workspace_size);
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(&w);
    w.decoder = copy;
    rig_decode(&w);
    w.decoder = original;
    rig_decode(&w);
    assert_true(digest_of(copy) == digest_of(original));
  }
}

/* Every limit from the first unit of work to the last: in the first pass, between them, and in the second. */
static void any_work_limit_leaves_a_correction(rig *r) {
  if (!r->fixture->correlated) return;
  rig w = rig_correlated(r, 0, 0);
  for (int shot = 0; shot < 6; shot++) {
    do rig_sample(&w);
    while (rig_decode(&w).detection_events < 4);
    decant_report exact = rig_decode(&w), report;
    uint64_t truncated = 0, limit, step = 1 + exact.work / 2000;
    for (limit = 1; limit <= exact.work + step; limit += step) {
      const void *mark = blocks_mark();
      rig limited = rig_correlated(r, limit, 0);
      memcpy(limited.detectors, w.detectors, w.needs.detectors_size);
      assert_sound(&limited, w.graph, &report, NULL);
      if (report.flags == 0) assert_memory_equal(&report, &exact, sizeof exact);
      truncated += report.flags != 0;
      blocks_release(mark);
    }
    assert_int_equal(report.flags, 0);
    assert_true(truncated > 0);
  }
}

/* What is cut short leaves nothing behind either. */
static void nothing_is_left_of_a_shot_cut_short(rig *r) {
  if (!r->fixture->correlated) return;
  static const uint64_t limits[] = {1, 10, 40, 100, 200, 400, 800};
  for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
    rig old = rig_correlated(r, limits[k], 0);
    old.random = k;
    for (int shot = 0; shot < 60; shot++) {
      const void *mark = blocks_mark();
      rig fresh = rig_correlated(r, limits[k], 0);
      rig_sample(&old);
      memcpy(fresh.detectors, old.detectors, old.needs.detectors_size);
      decant_report ours, theirs;
      assert_sound(&old, old.graph, &ours, NULL);
      assert_sound(&fresh, old.graph, &theirs, NULL);
      assert_memory_equal(&ours, &theirs, sizeof ours);
      blocks_release(mark);
    }
  }
}

/* Staged weights hold in both passes, and correlations only lower them. */
static void takes_staged_weights(rig *r) {
  if (!r->fixture->correlated) return;
  for (uint64_t limit = 0; limit <= 100; limit += 100) {
    rig w = rig_correlated(r, limit, r->graph->edges);
    graph changed = graph_with_own_edges(r->graph);
    void *checkpoint = block_new(64, w.needs.workspace_size);
    int judged = 0;
    for (int shot = 0; shot < 300; shot++) {
      const void *mark = blocks_mark();
      memcpy(changed.edge, r->graph->edge, changed.edges * sizeof *changed.edge);
      rig_sample(&w);
      rig_reweight(&w, shot % 2 == 0 ? 6 : r->graph->edges, &changed);
      decant_report report, plain;
      int64_t least, weight = assert_sound(&w, &changed, &report, checkpoint);
      if (report.flags == 0) assert_true(report.weight <= weight);
      if (report.flags == 0 && graph_least_weight(&changed, w.detectors, &least)) {
        judged++;
        assert_true(report.weight <= least);
        assert_true(weight >= least);
      }
      rig fresh = rig_correlated(r, limit, 0); /* and the next shot knows nothing of them */
      rig_sample(&w);
      memcpy(fresh.detectors, w.detectors, w.needs.detectors_size);
      assert_sound(&w, r->graph, &report, NULL);
      assert_sound(&fresh, r->graph, &plain, NULL);
      assert_memory_equal(&report, &plain, sizeof report);
      blocks_release(mark);
    }
    assert_true(judged > 0);
    free(changed.edge);
  }
}

/* An edge that was given a negative weight keeps it, whatever others say about it. All other weights are positive:
 * only with that edge can a correction weigh less than nothing. */
static void keeps_negative_weights(rig *r) {
  if (!r->fixture->correlated) return;
  rig w = rig_correlated(r, 0, 1);
  for (int shot = 0; shot < 3000 / SHARE; shot++) {
    const graph_edge *edge = &r->graph->edge[random_next(&w.random) % r->graph->edges];
    decant_reweight entry = {edge->a, edge->b, shot % 2 == 0 ? -HEAVIEST : (int32_t)-edge->weight};
    decant_report report = {.struct_size = sizeof report};
    size_t count = 0;
    rig_sample(&w);
    assert_status(decant_reweight_next(w.decoder, &entry, 1), DECANT_OK);
    assert_status(decant_match_edges(w.decoder, w.detectors, w.needs.detectors_size, w.edges,
                                     w.needs.max_match_edges, &count, &report),
                  DECANT_OK);
    bool used = false;
    for (size_t k = 0; k < count; k++) used = used || (w.edges[k].a == edge->a && w.edges[k].b == edge->b);
    assert_true(used || report.weight >= 0);
  }
}

int run_correlated(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(needs_an_image_with_correlations),
      every_fixture(corrections_explain_the_syndrome),
      every_fixture(silence_needs_no_correction),
      every_fixture(nothing_is_left_of_a_shot),
      every_fixture(repeats_itself),
      every_fixture(a_copy_is_a_second_decoder),
      every_fixture(any_work_limit_leaves_a_correction),
      every_fixture(nothing_is_left_of_a_shot_cut_short),
      every_fixture(takes_staged_weights),
      every_fixture(keeps_negative_weights),
  };
  return cmocka_run_group_tests_name("correlated", tests, NULL, NULL);
}
