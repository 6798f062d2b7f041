/* Reweighting: a shot is decoded on the weights that were staged for it, exactly; the next one is not. The judge
 * is graph.c with the same weights changed. */
#include "rig.h"

#include <stdlib.h>

static rig rig_with_room(const rig *r, uint32_t max_reweights) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = max_reweights};
  return rig_make(r->fixture, &config);
}

static decant_reweight entry_of(const graph_edge *edge, int32_t weight) {
  return (decant_reweight){edge->a, edge->b, weight};
}

/* A weight that nobody misses: the edge is almost certain to have flipped. */
static void stage_loud(rig *r) {
  decant_reweight entry = entry_of(&r->graph->edge[r->graph->edges / 2], -HEAVIEST);
  assert_status(decant_reweight_next(r->decoder, &entry, 1), DECANT_OK);
}

/* Decodes another shot with both, and holds that they do the same: w has nothing staged. */
static void assert_plain(rig *w, rig *plain) {
  bool level = digest_of(w->decoder) == digest_of(plain->decoder);
  rig_sample(w);
  memcpy(plain->detectors, w->detectors, w->needs.detectors_size);
  decant_report ours = rig_decode(w), theirs = rig_decode(plain);
  assert_memory_equal(&ours, &theirs, sizeof ours);
  assert_memory_equal(w->observables, plain->observables, w->needs.observables_size);
  assert_true((digest_of(w->decoder) == digest_of(plain->decoder)) == level);
}

static void fire(rig *r, const graph_edge *edge) {
  memset(r->detectors, 0, r->needs.detectors_size);
  r->detectors[edge->a / 8] ^= (uint8_t)(1 << edge->a % 8);
  if (edge->b != DECANT_BOUNDARY) r->detectors[edge->b / 8] ^= (uint8_t)(1 << edge->b % 8);
}

/* Decodes that edge's own events with both, and holds that w has the loud weight staged. */
static void assert_loud(rig *w, rig *plain) {
  fire(w, &w->graph->edge[w->graph->edges / 2]);
  memcpy(plain->detectors, w->detectors, w->needs.detectors_size);
  decant_report ours = rig_decode(w), theirs = rig_decode(plain);
  assert_true(ours.weight < theirs.weight);
}

/* ---- what is staged */

/* Refused, and nothing is staged any more. */
static void assert_refused(rig *w, rig *plain, const decant_reweight *entries, size_t count,
                           decant_status expected) {
  if (w->graph->edges > 0) stage_loud(w);
  assert_status(decant_reweight_next(w->decoder, entries, count), expected);
  assert_plain(w, plain);
}

/* Refused wherever it stands among two good ones. */
static void assert_entry_refused(rig *w, rig *plain, decant_reweight bad) {
  const void *mark = blocks_mark();
  decant_reweight *entries = block_new(4, 3 * sizeof *entries);
  assert_refused(w, plain, &bad, 1, DECANT_BAD_ARGUMENT);
  for (size_t at = 0; at < 3 && w->graph->edges > 2; at++) {
    for (size_t k = 0; k < 3; k++) entries[k] = entry_of(&w->graph->edge[k == 0 ? 0 : 1], 2);
    if (at == 0) entries[1] = entry_of(&w->graph->edge[0], 2);
    entries[at] = bad;
    assert_refused(w, plain, entries, 3, DECANT_BAD_ARGUMENT);
  }
  blocks_release(mark);
}

static void refuses_missing_entries(rig *r) {
  rig w = rig_with_room(r, 4);
  if (r->graph->edges == 0) return;
  assert_refused(&w, r, NULL, 1, DECANT_BAD_ARGUMENT);
  assert_refused(&w, r, NULL, 4, DECANT_BAD_ARGUMENT);
  assert_true(decant_reweight_next(w.decoder, NULL, SIZE_MAX) < 0);
  assert_plain(&w, r);
}

static void refuses_edges_that_are_not_there(rig *r) {
  rig w = rig_with_room(r, 4);
  uint32_t n = r->fixture->detectors;
  const uint32_t beyond[] = {n, n + 1, n + 64, 1u << 31, DECANT_BOUNDARY - 1, DECANT_BOUNDARY};
  for (size_t k = 0; k < sizeof beyond / sizeof beyond[0]; k++) {
    assert_entry_refused(&w, r, (decant_reweight){beyond[k], DECANT_BOUNDARY, 2});
    assert_entry_refused(&w, r, (decant_reweight){beyond[k], beyond[k], 2});
    for (uint32_t d = 0; d < n; d += 5) {
      assert_entry_refused(&w, r, (decant_reweight){beyond[k], d, 2});
      if (beyond[k] != DECANT_BOUNDARY) assert_entry_refused(&w, r, (decant_reweight){d, beyond[k], 2});
    }
  }
  for (uint32_t a = 0; a < n; a++) {
    if (graph_edge_between(r->graph, a, DECANT_BOUNDARY) == NULL) {
      assert_entry_refused(&w, r, (decant_reweight){a, DECANT_BOUNDARY, 2});
    }
    for (uint32_t b = 0; b < n; b += 1 + n / 40) {
      if (graph_edge_between(r->graph, a, b) == NULL) {
        assert_entry_refused(&w, r, (decant_reweight){a, b, 2});
      }
    }
  }
}

static void refuses_an_edge_twice(rig *r) {
  rig w = rig_with_room(r, 4);
  for (uint32_t e = 2; e < r->graph->edges; e++) {
    const graph_edge *edge = &r->graph->edge[e];
    decant_reweight twice[4] = {entry_of(edge, 4), entry_of(&r->graph->edge[0], 4), entry_of(edge, 4),
                                entry_of(&r->graph->edge[1], 4)};
    for (int32_t weight = -4; weight <= 4; weight += 8) {
      twice[2].weight = weight;
      assert_refused(&w, r, twice, 4, DECANT_BAD_ARGUMENT);
      if (edge->b == DECANT_BOUNDARY) continue;
      twice[2] = (decant_reweight){edge->b, edge->a, weight};
      assert_refused(&w, r, twice, 4, DECANT_BAD_ARGUMENT);
      twice[2] = entry_of(edge, weight);
    }
  }
}

static void refuses_weights_that_are_none(rig *r) {
  rig w = rig_with_room(r, 4);
  static const int32_t bad[] = {
      1,        -1,        3,         HEAVIEST + 1,  -HEAVIEST - 1, HEAVIEST + 2,
      1 << 26,  1 << 30,   INT32_MAX, -HEAVIEST - 2, -(1 << 26),    INT32_MAX - 1,
      -1 - 256, INT32_MIN, INT32_MIN + 1, INT32_MIN + 2};
  for (uint32_t e = 0; e < r->graph->edges; e += 1 + r->graph->edges / 20) {
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
      assert_entry_refused(&w, r, entry_of(&r->graph->edge[e], bad[k]));
    }
  }
}

static void refuses_more_than_there_is_room_for(rig *r) {
  for (uint32_t most = 1; most < r->graph->edges; most = most * 2 + 1) {
    rig w = rig_with_room(r, most);
    decant_reweight *entries = block_new(4, (most + 1) * sizeof *entries);
    for (uint32_t k = 0; k <= most; k++) entries[k] = entry_of(&r->graph->edge[k], 2);
    assert_refused(&w, r, entries, most + 1, DECANT_BUFFER_TOO_SMALL);
    assert_refused(&w, r, entries, SIZE_MAX / 2, DECANT_BUFFER_TOO_SMALL);
    assert_true(decant_reweight_next(w.decoder, entries, SIZE_MAX) < 0); /* no such buffer exists */
    assert_status(decant_reweight_next(w.decoder, entries, most), DECANT_OK);
    rig_sample(&w);
    rig_decode(&w);
    assert_plain(&w, r);
  }
}

static void changes_nothing_without_room(rig *r) {
  rig w = rig_with_room(r, 0);
  decant_reweight entry = {0, 1, 2};
  if (r->graph->edges > 0) entry = entry_of(&r->graph->edge[0], 2);
  assert_status(decant_reweight_next(w.decoder, &entry, 1), DECANT_UNSUPPORTED);
  assert_status(decant_reweight_next(w.decoder, &entry, 1000), DECANT_UNSUPPORTED);
  assert_plain(&w, r);
}

static void takes_back_and_replaces(rig *r) {
  if (r->graph->edges < 2) return;
  rig w = rig_with_room(r, 4);
  for (int way = 0; way < 3; way++) {
    decant_reweight entry = {0};
    stage_loud(&w);
    assert_status(decant_reweight_next(w.decoder, way == 0 ? NULL : &entry, 0), DECANT_OK);
    assert_plain(&w, r);
    stage_loud(&w);
    const graph_edge *first = &r->graph->edge[0];
    entry = entry_of(first, (int32_t)first->weight); /* an edge's own weight, in place of the loud one */
    assert_status(decant_reweight_next(w.decoder, &entry, 1), DECANT_OK);
    rig_sample(&w);
    memcpy(r->detectors, w.detectors, w.needs.detectors_size);
    assert_true(rig_decode(&w).weight == rig_decode(r).weight);
    assert_status(decant_decoder_reset(w.decoder), DECANT_OK);
    assert_status(decant_decoder_reset(r->decoder), DECANT_OK);
  }
}

/* ---- edges by their numbers */

/* Edges are counted as decant_match_edges writes them, and each finds its number and its ends. */
static void numbers_name_edges(rig *r) {
  uint32_t edges = r->graph->edges;
  decant_edge before = {0}, ends, *all = block_new(4, edges * sizeof *all);
  assert_status(decant_edge_ends(r->decoder, 0, edges, all), DECANT_OK);
  assert_status(decant_edge_ends(r->decoder, edges, 0, NULL), DECANT_OK);
  for (uint32_t e = 0; e < edges; e++) {
    assert_status(decant_edge_ends(r->decoder, e, 1, &ends), DECANT_OK);
    assert_memory_equal(&ends, &all[e], sizeof ends);
    assert_non_null(graph_edge_between(r->graph, ends.a, ends.b));
    assert_true(ends.a < ends.b);
    bool follows = ends.a > before.a || (ends.a == before.a && (before.b == DECANT_BOUNDARY || ends.b > before.b));
    assert_true(e == 0 || (follows && !(ends.a == before.a && ends.b == DECANT_BOUNDARY)));
    before = ends;
    for (int turned = 0; turned < (ends.b == DECANT_BOUNDARY ? 1 : 2); turned++) {
      uint32_t number = edges;
      assert_status(decant_edge_number(r->decoder, turned ? ends.b : ends.a, turned ? ends.a : ends.b, &number),
                    DECANT_OK);
      assert_int_equal(number, e);
    }
  }
  uint32_t number, n = r->fixture->detectors;
  poison(&number, sizeof number);
  poison(&ends, sizeof ends);
  for (uint32_t a = 0; a < n + 2; a++) {
    for (uint32_t b = 0; b < n + 2; b++) {
      uint32_t other = b < n + 1 ? b : DECANT_BOUNDARY;
      if (graph_edge_between(r->graph, a, other) != NULL) continue;
      assert_status(decant_edge_number(r->decoder, a, other, &number), DECANT_BAD_ARGUMENT);
    }
  }
  const uint32_t beyond[] = {edges, edges + 1, 1u << 31, UINT32_MAX};
  for (size_t k = 0; k < sizeof beyond / sizeof beyond[0]; k++) {
    assert_status(decant_edge_ends(r->decoder, beyond[k], 1, &ends), DECANT_BAD_ARGUMENT);
  }
  const size_t many[] = {edges + 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX};
  for (size_t k = 0; k < sizeof many / sizeof many[0]; k++) {
    assert_status(decant_edge_ends(r->decoder, 0, many[k], &ends), DECANT_BAD_ARGUMENT);
    assert_status(decant_edge_ends(r->decoder, edges, many[k], &ends), DECANT_BAD_ARGUMENT);
  }
  assert_untouched(&number, sizeof number);
  assert_untouched(&ends, sizeof ends);
  if (edges == 0) return;
  assert_status(decant_edge_ends(r->decoder, 0, 1, NULL), DECANT_BAD_ARGUMENT);
  assert_status(decant_edge_number(r->decoder, r->graph->edge[0].a, r->graph->edge[0].b, NULL), DECANT_BAD_ARGUMENT);
}

/* Refused, and nothing is staged any more: neither what came before nor what stood before the bad entry. */
static void assert_numbers_refused(rig *w, rig *plain, const decant_edge_reweight *entries, size_t count,
                                   decant_status expected) {
  stage_loud(w);
  assert_status(decant_reweight_edges_next(w->decoder, entries, count), expected);
  assert_plain(w, plain);
}

static void refuses_bad_numbers(rig *r) {
  uint32_t edges = r->graph->edges;
  if (edges < 3) return;
  rig w = rig_with_room(r, 3);
  const decant_edge_reweight bad[] = {{edges, 2},     {UINT32_MAX, 2},  {1u << 31, 2},     {1, 1},
                                      {1, -3},        {1, HEAVIEST + 2}, {1, -HEAVIEST - 2}, {1, INT32_MIN},
                                      {1, INT32_MAX}, {DECANT_BOUNDARY - 1, 2}};
  enum { BAD = sizeof bad / sizeof bad[0] };
  for (size_t k = 0; k <= BAD; k++) {
    for (size_t at = 0; at < 3; at++) {
      decant_edge_reweight entries[3] = {{0, -HEAVIEST}, {1, -HEAVIEST}, {2, -HEAVIEST}};
      entries[at] = k < BAD ? bad[k] : entries[(at + 1) % 3]; /* or an edge twice */
      assert_numbers_refused(&w, r, entries, 3, DECANT_BAD_ARGUMENT);
    }
  }
  const decant_edge_reweight good[4] = {{0, 2}, {1, -2}, {2, 0}, {edges - 1, 4}};
  assert_numbers_refused(&w, r, good, 4, DECANT_BUFFER_TOO_SMALL);
  assert_numbers_refused(&w, r, good, SIZE_MAX / 2, DECANT_BUFFER_TOO_SMALL);
  assert_numbers_refused(&w, r, NULL, 1, DECANT_BAD_ARGUMENT);
  assert_numbers_refused(&w, r, NULL, 0, DECANT_OK); /* takes them back */
  rig none = rig_with_room(r, 0);
  assert_status(decant_reweight_edges_next(none.decoder, good, 1), DECANT_UNSUPPORTED);
  assert_plain(&none, r);
}

/* ---- answers under changed weights */

/* Stages the same weights for two decoders; on one the shot is decoded, on the other matched for its edges. */
typedef struct twins {
  rig shot, edges;
  graph changed;
  uint64_t judged;
} twins;

static twins twins_make(const rig *r, const decant_config *config) {
  return (twins){.shot = rig_make(r->fixture, config),
                 .edges = rig_make(r->fixture, config),
                 .changed = graph_with_own_edges(r->graph)};
}

static void twins_reweight(twins *t, size_t most) {
  memcpy(t->changed.edge, t->shot.graph->edge, t->changed.edges * sizeof *t->changed.edge);
  t->edges.random = t->shot.random;
  rig_reweight(&t->shot, most, &t->changed);
  rig_reweight(&t->edges, most, &t->changed);
}

/* Decodes t->shot's shot, and holds the answers against the graph under the staged weights. */
static void twins_judge(twins *t, bool limited) {
  rig *s = &t->shot, *e = &t->edges;
  decant_report report = {.struct_size = sizeof report}, edge_report = report;
  size_t count = 0;
  int64_t weight, least;
  uint8_t observables[16] = {0};
  decant_status status = decant_decode(s->decoder, s->detectors, s->needs.detectors_size, s->observables,
                                       s->needs.observables_size, &report);
  assert_true(status == DECANT_OK || (limited && status == DECANT_TRUNCATED));
  assert_status(decant_match_edges(e->decoder, s->detectors, s->needs.detectors_size, e->edges,
                                   e->needs.max_match_edges, &count, &edge_report),
                status);
  assert_memory_equal(&report, &edge_report, sizeof report);
  assert_true(digest_of(s->decoder) == digest_of(e->decoder));
  assert_int_equal(report.flags, status == DECANT_TRUNCATED ? DECANT_REPORT_TRUNCATED : 0);
  assert_true(report.work <= s->needs.worst_case_work);
  assert_true(graph_explains(&t->changed, e->edges, count, s->detectors, &weight, observables));
  assert_memory_equal(observables, s->observables, s->needs.observables_size);
  assert_true(report.weight == weight);
  if (!graph_least_weight(&t->changed, s->detectors, &least)) return;
  t->judged++;
  if (status == DECANT_OK) assert_true(weight == least);
  else assert_true(weight >= least);
}

static void answers_are_exact_on_changed_weights(rig *r) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = r->graph->edges};
  if (r->graph->edges == 0) return;
  twins t = twins_make(r, &config);
  for (int shot = 0; shot < 600; shot++) {
    const void *mark = blocks_mark();
    rig_sample(&t.shot);
    twins_reweight(&t, shot % 3 == 0 ? 3 : shot % 3 == 1 ? 12 : r->graph->edges);
    twins_judge(&t, false);
    if (shot % 5 == 0) assert_plain(&t.shot, r);
    if (shot % 5 == 0) { /* the other one keeps up */
      memcpy(t.edges.detectors, t.shot.detectors, t.shot.needs.detectors_size);
      rig_decode(&t.edges);
    }
    blocks_release(mark);
  }
  assert_true(t.judged > 100);
  free(t.changed.edge);
}

/* Every edge alone, lighter, heavier, free and of the other sign, named from either end: its own events, and
 * none. */
static void every_edge_can_be_changed(rig *r) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = 1};
  twins t = twins_make(r, &config);
  for (uint32_t e = 0; e < r->graph->edges; e++) {
    const graph_edge *edge = &r->graph->edge[e];
    int32_t now = (int32_t)edge->weight;
    const int32_t weights[] = {now, 0, now / 4 * 2, -now, 2, -2, HEAVIEST, -HEAVIEST};
    for (size_t k = 0; k < 2 * sizeof weights / sizeof weights[0]; k++) {
      bool turned = k % 2 == 1 && edge->b != DECANT_BOUNDARY;
      decant_reweight entry = {turned ? edge->b : edge->a, turned ? edge->a : edge->b, weights[k / 2]};
      t.changed.edge[e].weight = weights[k / 2];
      for (int fired = 0; fired < 2; fired++) {
        fire(&t.shot, edge);
        if (!fired) memset(t.shot.detectors, 0, t.shot.needs.detectors_size);
        assert_status(decant_reweight_next(t.shot.decoder, &entry, 1), DECANT_OK);
        assert_status(decant_reweight_next(t.edges.decoder, &entry, 1), DECANT_OK);
        twins_judge(&t, false);
      }
    }
    t.changed.edge[e].weight = now;
  }
  assert_true(t.judged > 0 || r->graph->edges == 0);
  free(t.changed.edge);
}

/* Every syndrome of the small graphs (or every so-many-th), under a few sets of weights. */
static void answers_are_the_lightest(rig *r) {
  uint32_t detectors = r->fixture->detectors;
  if (detectors > 20 || r->graph->edges == 0) return;
  decant_config config = {.struct_size = sizeof config, .max_reweights = r->graph->edges};
  twins t = twins_make(r, &config);
  size_t syndromes = (size_t)1 << detectors, step = syndromes > 4096 ? syndromes / 4096 | 1 : 1;
  for (int set = 0; set < 4; set++) {
    const void *mark = blocks_mark();
    uint64_t seed = t.shot.random;
    twins_reweight(&t, r->graph->edges);
    int64_t *least = graph_least_weights(&t.changed);
    for (size_t syndrome = 0; syndrome < syndromes; syndrome += step) {
      for (size_t k = 0; k < r->needs.detectors_size; k++) {
        t.shot.detectors[k] = (uint8_t)(syndrome >> 8 * k);
      }
      t.shot.random = seed;
      rig_reweight(&t.shot, r->graph->edges, NULL);
      decant_report report = {.struct_size = sizeof report};
      decant_status status =
          decant_decode(t.shot.decoder, t.shot.detectors, t.shot.needs.detectors_size, t.shot.observables,
                        t.shot.needs.observables_size, &report);
      assert_status(status, least[syndrome] == INT64_MAX ? DECANT_IMPOSSIBLE : DECANT_OK);
      if (status == DECANT_OK) assert_true(report.weight == least[syndrome]);
      if (syndrome / step % 64 == 63) blocks_release(mark);
    }
    free(least);
    blocks_release(mark);
  }
  free(t.changed.edge);
}

/* All weights halved, or doubled: the lightest correction weighs half, or double. */
static void weights_scale(rig *r) {
  rig w = rig_with_room(r, UINT32_MAX);
  uint32_t edges = r->graph->edges;
  if (edges == 0) return;
  decant_reweight *entries = block_new(4, edges * sizeof *entries);
  for (int shot = 0; shot < 60; shot++) {
    rig_sample(r);
    /* Weights small enough to be doubled, then these doubled. */
    decant_report reports[2];
    for (int k = 0; k < 2; k++) {
      for (uint32_t e = 0; e < edges; e++) {
        entries[e] = entry_of(&r->graph->edge[e], (int32_t)(r->graph->edge[e].weight / 4 * 2) << k);
      }
      assert_status(decant_reweight_next(w.decoder, entries, edges), DECANT_OK);
      memcpy(w.detectors, r->detectors, r->needs.detectors_size);
      reports[k] = rig_decode(&w);
    }
    assert_true(reports[1].weight == 2 * reports[0].weight);
    for (uint32_t e = 0; e < edges; e++) {
      entries[e] = entry_of(&r->graph->edge[e], (int32_t)r->graph->edge[e].weight);
    }
    assert_status(decant_reweight_next(w.decoder, entries, edges), DECANT_OK);
    assert_true(rig_decode(&w).weight == rig_decode(r).weight);
  }
}

static void a_work_limit_cuts_short_but_never_wrong(rig *r) {
  static const uint64_t limits[] = {1, 2, 10, 50, 200, 1000, UINT64_MAX};
  for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
    decant_config config = {
        .struct_size = sizeof config, .work_limit = limits[k], .max_reweights = r->graph->edges};
    twins t = twins_make(r, &config);
    t.shot.random = k;
    for (int shot = 0; shot < 60; shot++) {
      const void *mark = blocks_mark();
      rig_sample(&t.shot);
      twins_reweight(&t, r->graph->edges);
      twins_judge(&t, limits[k] != UINT64_MAX);
      blocks_release(mark);
    }
    if (limits[k] == 1 && r->graph->edges > 200) assert_true(stats_of(t.shot.decoder).truncated > 0);
    free(t.changed.edge);
  }
}

/* ---- for one shot */

static void holds_for_one_shot(rig *r) {
  if (r->graph->edges == 0) return;
  rig w = rig_with_room(r, 1);
  for (int shot = 0; shot < 20; shot++) {
    stage_loud(&w);
    assert_loud(&w, r);
    for (int next = 0; next < 3; next++) assert_plain(&w, r);
  }
  /* By the other calls as well. */
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, count;
  stage_loud(&w);
  assert_status(decant_match(w.decoder, w.detectors, n, w.observables, m, NULL), DECANT_OK);
  assert_plain(&w, r);
  stage_loud(&w);
  assert_status(
      decant_match_edges(w.decoder, w.detectors, n, w.edges, w.needs.max_match_edges, &count, NULL),
      DECANT_OK);
  assert_plain(&w, r);
}

static void survives_refused_shots(rig *r) {
  if (r->graph->edges == 0) return;
  rig w = rig_with_room(r, 1);
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, count = 0, done = 0;
  rig_sample(&w);
  stage_loud(&w);
  assert_status(decant_decode(w.decoder, w.detectors, n - 1, w.observables, m, NULL), DECANT_BAD_ARGUMENT);
  assert_status(decant_match(w.decoder, NULL, n, w.observables, m, NULL), DECANT_BAD_ARGUMENT);
  assert_status(decant_match_edges(w.decoder, w.detectors, n, w.edges, w.needs.max_match_edges, NULL, NULL),
                DECANT_BAD_ARGUMENT);
  assert_status(decant_decode_batch(w.decoder, 0, NULL, 0, NULL, 0, &done), DECANT_OK); /* no shot */
  assert_status(decant_decode_batch(w.decoder, 1, NULL, n, w.observables, m, &done), DECANT_BAD_ARGUMENT);
  assert_loud(&w, r);
  if (r->fixture->detectors % 8 != 0) {
    stage_loud(&w);
    memset(w.detectors, 0xFF, n);
    assert_status(decant_decode(w.decoder, w.detectors, n, w.observables, m, NULL), DECANT_BAD_ARGUMENT);
    assert_status(decant_decode_batch(w.decoder, 1, w.detectors, n, w.observables, m, &done),
                  DECANT_BAD_ARGUMENT);
    assert_status(
        decant_match_edges(w.decoder, w.detectors, n, w.edges, w.needs.max_match_edges, &count, NULL),
        DECANT_BAD_ARGUMENT);
    assert_loud(&w, r);
  }
  if (r->fixture->closed_components > 0) {
    stage_loud(&w);
    memset(w.detectors, 0, n);
    w.detectors[0] = 1; /* detector 0 lies in a closed component of every fixture that has one */
    assert_status(decant_decode(w.decoder, w.detectors, n, w.observables, m, NULL), DECANT_IMPOSSIBLE);
    assert_status(decant_decode_batch(w.decoder, 1, w.detectors, n, w.observables, m, &done),
                  DECANT_IMPOSSIBLE);
    assert_status(
        decant_match_edges(w.decoder, w.detectors, n, w.edges, w.needs.max_match_edges, &count, NULL),
        DECANT_IMPOSSIBLE);
    assert_loud(&w, r);
  }
  assert_plain(&w, r);
  /* The one refusal that ends them: these edges did not fit. */
  stage_loud(&w);
  fire(&w, &w.graph->edge[w.graph->edges / 2]);
  assert_status(decant_match_edges(w.decoder, w.detectors, n, w.edges, 0, &count, NULL),
                DECANT_BUFFER_TOO_SMALL);
  assert_plain(&w, r);
}

static void reset_takes_them_back(rig *r) {
  if (r->graph->edges == 0) return;
  rig w = rig_with_room(r, 1);
  stage_loud(&w);
  assert_status(decant_decoder_reset(w.decoder), DECANT_OK);
  assert_plain(&w, r);
}

static void in_a_batch_the_first_shot_is_changed(rig *r) {
  if (r->graph->edges == 0) return;
  enum { SHOTS = 30 };
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, done = 0;
  rig w = rig_with_room(r, r->graph->edges), one_by_one = rig_with_room(r, r->graph->edges);
  for (int attempt = 0; attempt < 10; attempt++) {
    const void *mark = blocks_mark();
    uint8_t *batch = block_new(1, SHOTS * n), *answers = block_new(1, SHOTS * m);
    for (size_t k = 0; k < SHOTS; k++) {
      rig_sample(&w);
      memcpy(batch + k * n, w.detectors, n);
    }
    one_by_one.random = w.random;
    rig_reweight(&w, r->graph->edges, NULL);
    rig_reweight(&one_by_one, r->graph->edges, NULL);
    assert_status(decant_decode_batch(w.decoder, SHOTS, batch, n, answers, m, &done), DECANT_OK);
    for (size_t k = 0; k < SHOTS; k++) {
      memcpy(one_by_one.detectors, batch + k * n, n);
      decant_report report = rig_decode(&one_by_one);
      assert_memory_equal(answers + k * m, one_by_one.observables, m);
      if (k == 0) continue;
      memcpy(r->detectors, batch + k * n, n);
      decant_report plain = rig_decode(r);
      assert_memory_equal(&report, &plain, sizeof report);
    }
    assert_true(digest_of(w.decoder) == digest_of(one_by_one.decoder));
    blocks_release(mark);
  }
}

/* A copy has the same weights staged, and does not need the original. */
static void a_checkpoint_holds_what_is_staged(rig *r) {
  rig w = rig_with_room(r, r->graph->edges);
  for (int shot = 0; shot < 40; shot++) {
    const void *mark = blocks_mark();
    rig_sample(&w);
    rig_reweight(&w, r->graph->edges, NULL);
    decant_decoder *original = w.decoder;
    size_t size = w.needs.workspace_size;
    void *checkpoint = block_copy(64, original, size);
    decant_report first = rig_decode(&w);
    uint64_t digest = digest_of(original);
    uint8_t *after = block_copy(64, original, size);
    poison(original, size);
    w.decoder = checkpoint;
    decant_report again = rig_decode(&w);
    assert_memory_equal(&first, &again, sizeof first);
    assert_true(digest_of(checkpoint) == digest);
    assert_plain(&w, r);
    assert_untouched(original, size);
    w.decoder = original;
    memcpy(original, after, size);
    assert_plain(&w, r);
    blocks_release(mark);
  }
}

/* ---- room for them */

static uint64_t workspace_for(const rig *r, uint32_t max_reweights) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = max_reweights};
  decant_requirements needs = {.struct_size = sizeof needs};
  assert_status(decant_decoder_measure(r->fixture->image, r->fixture->image_size, &config, &needs),
                DECANT_OK);
  return needs.workspace_size;
}

static void takes_room_in_the_workspace(rig *r) {
  uint64_t most = workspace_for(r, UINT32_MAX), before = workspace_for(r, 0);
  assert_int_equal(before, r->needs.workspace_size);
  if (r->graph->edges > 0) assert_true(workspace_for(r, 1) > before);
  assert_int_equal(workspace_for(r, r->graph->edges), most);
  for (uint32_t count = 1; count < 4 * r->graph->edges; count *= 2) {
    uint64_t size = workspace_for(r, count);
    assert_true(size >= before && size <= most);
    before = size;
  }
}

static void changing_none_changes_nothing(rig *r) {
  rig w = rig_with_room(r, UINT32_MAX);
  for (int shot = 0; shot < 100; shot++) {
    assert_status(decant_reweight_next(w.decoder, NULL, 0), DECANT_OK);
    assert_plain(&w, r);
  }
}

/* ---- decant_edge_weight */

static void tells_the_weight_of_every_edge(rig *r) {
  rig w = rig_with_room(r, 1);
  if (r->graph->edges > 0) stage_loud(&w); /* it tells the image's weight all the same */
  for (uint32_t e = 0; e < r->graph->edges; e++) {
    const graph_edge *edge = &r->graph->edge[e];
    int32_t weight = 1;
    assert_status(decant_edge_weight(w.decoder, edge->a, edge->b, &weight), DECANT_OK);
    assert_int_equal(weight, edge->weight);
    if (edge->b == DECANT_BOUNDARY) continue;
    weight = 1;
    assert_status(decant_edge_weight(w.decoder, edge->b, edge->a, &weight), DECANT_OK);
    assert_int_equal(weight, edge->weight);
  }
}

static void knows_no_weight_of_other_edges(rig *r) {
  uint32_t n = r->fixture->detectors, beyond[] = {n, n + 7, 1u << 31, DECANT_BOUNDARY - 1, DECANT_BOUNDARY};
  int32_t weight;
  poison(&weight, sizeof weight);
  for (size_t k = 0; k < sizeof beyond / sizeof beyond[0]; k++) {
    assert_status(decant_edge_weight(r->decoder, beyond[k], DECANT_BOUNDARY, &weight), DECANT_BAD_ARGUMENT);
    for (uint32_t d = 0; d < n; d++) {
      assert_status(decant_edge_weight(r->decoder, beyond[k], d, &weight), DECANT_BAD_ARGUMENT);
      if (beyond[k] == DECANT_BOUNDARY) continue;
      assert_status(decant_edge_weight(r->decoder, d, beyond[k], &weight), DECANT_BAD_ARGUMENT);
    }
  }
  for (uint32_t a = 0; a < n; a++) {
    for (uint32_t b = 0; b < n; b++) {
      if (graph_edge_between(r->graph, a, b) != NULL) continue;
      assert_status(decant_edge_weight(r->decoder, a, b, &weight), DECANT_BAD_ARGUMENT);
    }
    if (graph_edge_between(r->graph, a, DECANT_BOUNDARY) != NULL) continue;
    assert_status(decant_edge_weight(r->decoder, a, DECANT_BOUNDARY, &weight), DECANT_BAD_ARGUMENT);
  }
  assert_untouched(&weight, sizeof weight);
  if (r->graph->edges == 0) return;
  const graph_edge *edge = &r->graph->edge[0];
  assert_status(decant_edge_weight(r->decoder, edge->a, edge->b, NULL), DECANT_BAD_ARGUMENT);
}

int run_reweighting(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(refuses_missing_entries),
      every_fixture(refuses_edges_that_are_not_there),
      every_fixture(refuses_an_edge_twice),
      every_fixture(refuses_weights_that_are_none),
      every_fixture(refuses_more_than_there_is_room_for),
      every_fixture(changes_nothing_without_room),
      every_fixture(takes_back_and_replaces),
      every_fixture(numbers_name_edges),
      every_fixture(refuses_bad_numbers),
      every_fixture(answers_are_exact_on_changed_weights),
      every_fixture(every_edge_can_be_changed),
      every_fixture(answers_are_the_lightest),
      every_fixture(weights_scale),
      every_fixture(a_work_limit_cuts_short_but_never_wrong),
      every_fixture(holds_for_one_shot),
      every_fixture(survives_refused_shots),
      every_fixture(reset_takes_them_back),
      every_fixture(in_a_batch_the_first_shot_is_changed),
      every_fixture(a_checkpoint_holds_what_is_staged),
      every_fixture(takes_room_in_the_workspace),
      every_fixture(changing_none_changes_nothing),
      every_fixture(tells_the_weight_of_every_edge),
      every_fixture(knows_no_weight_of_other_edges),
  };
  return cmocka_run_group_tests_name("reweighting", tests, NULL, NULL);
}
