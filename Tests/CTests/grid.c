/* Pre-decoding by a grid network: it accepts edges, and gives the others new weights. Its numbers are checked in
 * Tests/DecantCoreTests; here, what decant.h promises about them. */
#include "rig.h"

#include <stdlib.h>

static rig rig_with(const rig *r, uint32_t flags, uint32_t max_reweights, uint64_t work_limit) {
  decant_config config = {
      .struct_size = sizeof config, .flags = flags, .max_reweights = max_reweights, .work_limit = work_limit};
  return rig_make(r->fixture, &config);
}

/* All that pre-decoding gives of a shot, in buffers of exactly their sizes. */
typedef struct outcome {
  uint8_t *residual, *frame;
  decant_reweight *changes;
  size_t count;
  decant_report report;
} outcome;

static outcome outcome_room(const rig *g) {
  return (outcome){block_new(1, g->needs.detectors_size), block_new(1, g->needs.observables_size),
                   block_new(4, g->needs.max_weight_changes * sizeof(decant_reweight)), 0, {0}};
}

static void predecode(rig *g, outcome *o) {
  o->report.struct_size = sizeof o->report;
  assert_status(decant_predecode(g->decoder, g->detectors, g->needs.detectors_size, o->residual,
                                 g->needs.detectors_size, o->frame, g->needs.observables_size, o->changes,
                                 g->needs.max_weight_changes, &o->count, &o->report),
                DECANT_OK);
}

static uint32_t ones(const uint8_t *bytes, size_t size) {
  uint32_t count = 0;
  for (size_t k = 0; k < 8 * size; k++) count += bytes[k / 8] >> k % 8 & 1;
  return count;
}

static void tells_its_shape(rig *r) {
  if (!r->fixture->grid) return;
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info), DECANT_OK);
  assert_true(info.network_rounds > 0 && info.network_rows > 0 && info.network_columns > 0);
  assert_int_equal(info.network_features, 0);
  assert_int_equal(info.network_outputs, 4);
  /* The shapes of the Makefile: channels, kernel, layers. */
  static const struct {
    const char *name;
    uint64_t voxels, width, taps, layers;
  } shapes[] = {{"surface_d3_grid", 40, 5, 27, 3}, {"surface_d5_grid", 60, 20, 27, 2}, {"repetition_grid", 6, 0, 125, 1}};
  rig g = rig_with(r, DECANT_CONFIG_NETWORK, 0, 0);
  for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
    if (strcmp(shapes[k].name, r->fixture->name) != 0) continue;
    uint64_t channels = shapes[k].layers == 1 ? 16 : 8 * shapes[k].width;
    if (shapes[k].layers > 2) channels += (shapes[k].layers - 2) * shapes[k].width * shapes[k].width;
    assert_int_equal(info.network_units, shapes[k].layers);
    assert_int_equal(g.needs.network_multiplications, shapes[k].voxels * shapes[k].taps * channels);
  }
  assert_int_equal(r->needs.network_multiplications, 0);
  assert_true(g.needs.workspace_size > r->needs.workspace_size);
}

/* Decoding with the network is decoding what it leaves under the weights that it tells, and adding its frame. */
static void decodes_what_it_leaves(rig *r) {
  if (!r->fixture->grid) return;
  for (uint32_t flags = 0; flags < 4; flags++) {
    for (uint64_t limit = 0; limit <= 40; limit += 40) {
      rig g = rig_with(r, flags | DECANT_CONFIG_NETWORK, 0, limit), w = rig_with(r, flags, r->graph->edges, limit);
      outcome o = outcome_room(&g);
      uint64_t accepted = 0, changed = 0;
      for (int shot = 0; shot < 150; shot++) {
        rig_sample(&g);
        predecode(&g, &o);
        assert_int_equal(o.report.changed_weights, o.count);
        assert_true(o.report.weight == 0 && o.report.work == 0 && o.report.network_features == 0);
        assert_int_equal(o.report.detection_events, ones(g.detectors, g.needs.detectors_size));
        assert_true(ones(o.residual, g.needs.detectors_size) <= o.report.detection_events - o.report.accepted_edges);
        for (size_t k = 0; k < o.count; k++) {
          assert_true(k == 0 || o.changes[k - 1].a < o.changes[k].a ||
                      (o.changes[k - 1].a == o.changes[k].a && o.changes[k - 1].b + 1 < o.changes[k].b + 1));
          assert_true(o.changes[k].weight >= 2 && o.changes[k].weight <= HEAVIEST);
        }
        assert_status(decant_reweight_next(w.decoder, o.changes, o.count), DECANT_OK);
        decant_report ours = {.struct_size = sizeof ours}, theirs = ours;
        decant_status ended = decant_decode(g.decoder, g.detectors, g.needs.detectors_size, g.observables,
                                            g.needs.observables_size, &ours);
        assert_true(ended >= 0);
        assert_status(decant_decode(w.decoder, o.residual, w.needs.detectors_size, w.observables,
                                    w.needs.observables_size, &theirs),
                      ended);
        for (size_t k = 0; k < g.needs.observables_size; k++)
          assert_int_equal(g.observables[k], w.observables[k] ^ o.frame[k]);
        assert_int_equal(ours.detection_events, o.report.detection_events);
        assert_int_equal(ours.accepted_edges, o.report.accepted_edges);
        assert_int_equal(ours.changed_weights, o.count);
        ours.detection_events = theirs.detection_events;
        ours.changed_weights = ours.accepted_edges = 0;
        assert_memory_equal(&ours, &theirs, sizeof ours);
        accepted += o.report.accepted_edges, changed += o.count;
      }
      assert_true(accepted > 20 && changed > 1000);
      blocks_release(NULL);
      *r = rig_make(r->fixture, NULL);
    }
  }
}

/* The edges of a correction, those accepted among them, explain the shot and give the answer of decant_decode; truncated
 * ones, too. Batches are the same, and decant_match is without the network. */
static void other_functions(rig *r) {
  if (!r->fixture->grid) return;
  for (uint64_t limit = 0; limit <= 30; limit += 30) {
    rig g = rig_with(r, DECANT_CONFIG_NETWORK, 0, limit), plain = rig_with(r, 0, 0, limit);
    size_t size = g.needs.detectors_size, frame_size = g.needs.observables_size;
    enum { SHOTS = 40 };
    uint8_t *shots = block_new(1, SHOTS * size), *answers = block_new(1, SHOTS * frame_size);
    uint8_t *expected = block_new(1, SHOTS * frame_size);
    for (int shot = 0; shot < SHOTS; shot++) {
      rig_sample(&g);
      memcpy(plain.detectors, g.detectors, size);
      memcpy(shots + (size_t)shot * size, g.detectors, size);
      decant_report with = {.struct_size = sizeof with}, report = with, without = with;
      decant_status ended = decant_decode(g.decoder, g.detectors, size, g.observables, frame_size, &with);
      assert_true(ended >= 0);
      memcpy(expected + (size_t)shot * frame_size, g.observables, frame_size);
      size_t count = 0;
      assert_status(
          decant_match_edges(g.decoder, g.detectors, size, g.edges, g.needs.max_match_edges, &count, &report), ended);
      assert_memory_equal(&report, &with, sizeof report);
      int64_t weight;
      uint8_t observables[16];
      assert_true(graph_explains(r->graph, g.edges, count, g.detectors, &weight, observables));
      assert_memory_equal(observables, g.observables, frame_size);
      ended = decant_match(g.decoder, g.detectors, size, g.observables, frame_size, &report);
      assert_status(decant_decode(plain.decoder, plain.detectors, size, plain.observables, frame_size, &without), ended);
      assert_memory_equal(&report, &without, sizeof report);
      assert_memory_equal(g.observables, plain.observables, frame_size);
    }
    size_t done = 0;
    assert_true(decant_decode_batch(g.decoder, SHOTS, shots, size, answers, frame_size, &done) >= 0);
    assert_int_equal(done, SHOTS);
    assert_memory_equal(answers, expected, SHOTS * frame_size);
  }
}

/* Every output may be left out, the residual may be the shot itself, and what is asked for is right whatever else is. */
static void writes_what_is_asked_for(rig *r) {
  if (!r->fixture->grid) return;
  rig g = rig_with(r, DECANT_CONFIG_NETWORK, 0, 0);
  size_t size = g.needs.detectors_size, frame_size = g.needs.observables_size;
  outcome o = outcome_room(&g), again = outcome_room(&g);
  for (int shot = 0; shot < 30; shot++) {
    rig_sample(&g);
    predecode(&g, &o);
    assert_status(decant_predecode(g.decoder, g.detectors, size, NULL, 0, NULL, 0, NULL, 0, NULL, NULL), DECANT_OK);
    assert_status(decant_predecode(g.decoder, g.detectors, size, NULL, 0, NULL, 0, NULL, 0, &again.count, NULL),
                  DECANT_OK);
    assert_int_equal(again.count, o.count);
    assert_status(
        decant_predecode(g.decoder, g.detectors, size, NULL, 0, again.frame, frame_size, NULL, 0, NULL, NULL), DECANT_OK);
    assert_memory_equal(again.frame, o.frame, frame_size);
    assert_status(decant_predecode(g.decoder, g.detectors, size, NULL, 0, NULL, 0, again.changes, o.count,
                                   &again.count, NULL),
                  DECANT_OK);
    assert_memory_equal(again.changes, o.changes, o.count * sizeof *o.changes);
    if (o.count > 0) {
      decant_report report = {.struct_size = sizeof report, .work = 77};
      poison(again.residual, size), poison(again.frame, frame_size), again.count = 12345;
      poison(again.changes, o.count * sizeof *o.changes);
      assert_status(decant_predecode(g.decoder, g.detectors, size, again.residual, size, again.frame, frame_size,
                                     again.changes, o.count - 1, &again.count, &report),
                    DECANT_BUFFER_TOO_SMALL);
      assert_untouched(again.residual, size);
      assert_untouched(again.frame, frame_size);
      assert_untouched(again.changes, o.count * sizeof *o.changes);
      assert_true(again.count == 12345 && report.work == 77);
    }
    assert_status(decant_predecode(g.decoder, g.detectors, size, g.detectors, size, NULL, 0, NULL, 0, NULL, NULL),
                  DECANT_OK);
    assert_memory_equal(g.detectors, o.residual, size);
  }
}

static void refuses_bad_arguments(rig *r) {
  if (!r->fixture->grid) return;
  rig g = rig_with(r, DECANT_CONFIG_NETWORK, 4, 0);
  size_t size = g.needs.detectors_size, frame_size = g.needs.observables_size;
  outcome o = outcome_room(&g);
  o.count = 12345;
  decant_report report = {.struct_size = sizeof report - 1};
  rig_sample(&g);
  uint64_t before = digest_of(g.decoder);
#define REFUSED(expected, ...) assert_status(decant_predecode(__VA_ARGS__), expected)
  REFUSED(DECANT_BAD_ARGUMENT, NULL, g.detectors, size, o.residual, size, o.frame, frame_size, NULL, 0, &o.count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, g.decoder, NULL, size, o.residual, size, o.frame, frame_size, NULL, 0, &o.count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, g.decoder, g.detectors, size - 1, o.residual, size, NULL, 0, NULL, 0, &o.count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, g.decoder, g.detectors, size + 1, o.residual, size, NULL, 0, NULL, 0, &o.count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, g.decoder, g.detectors, size, NULL, 0, NULL, 0, o.changes, 5, NULL, NULL);
  REFUSED(DECANT_BUFFER_TOO_SMALL, g.decoder, g.detectors, size, o.residual, size - 1, NULL, 0, NULL, 0, NULL, NULL);
  REFUSED(DECANT_BUFFER_TOO_SMALL, g.decoder, g.detectors, size, NULL, 0, o.frame, frame_size - 1, NULL, 0, NULL, NULL);
  REFUSED(DECANT_BUFFER_TOO_SMALL, g.decoder, g.detectors, size, NULL, 0, NULL, 0, o.changes, 0, &o.count, NULL);
  REFUSED(DECANT_BAD_ABI, g.decoder, g.detectors, size, o.residual, size, NULL, 0, NULL, 0, &o.count, &report);
#undef REFUSED
  assert_untouched(o.residual, size);
  assert_untouched(o.frame, frame_size);
  assert_untouched(o.changes, g.needs.max_weight_changes * sizeof *o.changes);
  assert_true(o.count == 12345 && digest_of(g.decoder) == before);
}

/* Staged weights survive pre-decoding alone, and their edges are matched: one that is as good as certain is used however
 * sure the network is of another. A copy of the workspace goes on alike. */
static void keeps_what_is_staged(rig *r) {
  if (!r->fixture->grid) return;
  rig g = rig_with(r, DECANT_CONFIG_NETWORK, 1, 0), copy = g;
  outcome o = outcome_room(&g);
  copy.observables = block_new(1, g.needs.observables_size);
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(&g);
    const graph_edge *edge = &r->graph->edge[random_next(&g.random) % r->graph->edges];
    decant_reweight entry = {edge->a, edge->b, -HEAVIEST};
    assert_status(decant_reweight_next(g.decoder, &entry, 1), DECANT_OK);
    predecode(&g, &o);
    copy.decoder = block_copy(64, g.decoder, g.needs.workspace_size);
    size_t count = 0;
    decant_report ours = {.struct_size = sizeof ours};
    assert_status(decant_match_edges(g.decoder, g.detectors, g.needs.detectors_size, g.edges,
                                     g.needs.max_match_edges, &count, &ours),
                  DECANT_OK);
    int64_t weight;
    uint8_t observables[16];
    assert_true(graph_explains(r->graph, g.edges, count, g.detectors, &weight, observables));
    decant_report theirs = rig_decode(&copy);
    assert_memory_equal(&ours, &theirs, sizeof ours);
    assert_memory_equal(copy.observables, observables, g.needs.observables_size);
    assert_int_equal(digest_of(g.decoder), digest_of(copy.decoder));
    /* The next shot knows nothing of it. */
    rig_decode(&g);
  }
}

int run_grid(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(tells_its_shape),
      every_fixture(decodes_what_it_leaves),
      every_fixture(other_functions),
      every_fixture(writes_what_is_asked_for),
      every_fixture(refuses_bad_arguments),
      every_fixture(keeps_what_is_staged),
  };
  return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
