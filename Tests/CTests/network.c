/* Pre-decoding: an event network changes weights before a shot is matched. Its numbers are checked in
 * Tests/DecantCoreTests; here, what decant.h promises about them. */
#include "rig.h"

#include <stdlib.h>

static rig rig_with(const rig *r, uint32_t flags, uint32_t max_reweights) {
  decant_config config = {.struct_size = sizeof config, .flags = flags, .max_reweights = max_reweights};
  return rig_make(r->fixture, &config);
}

/* Gives the number of changes; entries may be NULL. */
static size_t predecode(rig *n, decant_reweight *changes, decant_report *report) {
  size_t count = SIZE_MAX;
  decant_report own = {.struct_size = sizeof own};
  assert_status(decant_predecode(n->decoder, n->detectors, n->needs.detectors_size, NULL, 0, NULL, 0, changes,
                                 n->needs.max_weight_changes, &count, report == NULL ? &own : report),
                DECANT_OK);
  return count;
}

static void needs_an_image_with_a_network(rig *r) {
  decant_config config = {.struct_size = sizeof config, .flags = DECANT_CONFIG_NETWORK};
  decant_requirements needs = {.struct_size = sizeof needs};
  assert_status(decant_decoder_measure(r->fixture->image, r->fixture->image_size, &config, &needs),
                r->fixture->network || r->fixture->grid ? DECANT_OK : DECANT_UNSUPPORTED);
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info), DECANT_OK);
  assert_true(((info.flags & DECANT_IMAGE_NETWORK) != 0) == (r->fixture->network || r->fixture->grid));
  assert_true(((info.flags & DECANT_IMAGE_GRID) != 0) == r->fixture->grid);
  assert_true((info.network_hidden != 0) == (r->fixture->network || r->fixture->grid));
  if (!r->fixture->grid) {
    assert_int_equal(info.network_features, info.network_rounds * info.network_rows * (info.network_columns + 1) / 2);
  }
  assert_int_equal(info.reserved1, 0);
  /* This rig's decoder has none. */
  size_t count = 12345;
  rig_sample(r);
  assert_status(decant_predecode(r->decoder, r->detectors, r->needs.detectors_size, NULL, 0, NULL, 0, NULL, 0,
                                 &count, NULL),
                DECANT_UNSUPPORTED);
  assert_int_equal(count, 12345);
}

/* With the network, and without it under the weights that it tells: shot by shot the same, in every way of decoding. */
static void decodes_under_its_changes(rig *r) {
  if (!r->fixture->network) return;
  for (uint32_t flags = 0; flags < 4; flags++) {
    if (flags & DECANT_CONFIG_CORRELATED && !r->fixture->correlated) continue;
    rig n = rig_with(r, flags | DECANT_CONFIG_NETWORK, 0), w = rig_with(r, flags, r->graph->edges);
    assert_int_equal(w.needs.max_weight_changes, 0);
    assert_true(n.needs.max_weight_changes <= r->graph->edges && n.needs.max_weight_changes > 0);
    decant_reweight *changes = block_new(4, n.needs.max_weight_changes * sizeof *changes);
    uint64_t features = 0, changed = 0;
    for (int shot = 0; shot < 200; shot++) {
      rig_sample(&n);
      memcpy(w.detectors, n.detectors, n.needs.detectors_size);
      decant_report told = {.struct_size = sizeof told};
      size_t count = predecode(&n, changes, &told);
      assert_int_equal(told.changed_weights, count);
      assert_int_equal(told.weight, 0);
      assert_int_equal(told.work, 0);
      for (size_t k = 0; k < count; k++) {
        assert_non_null(graph_edge_between(r->graph, changes[k].a, changes[k].b));
        assert_true(changes[k].a < changes[k].b && changes[k].weight >= 2 && changes[k].weight <= HEAVIEST);
      }
      assert_status(decant_reweight_next(w.decoder, changes, count), DECANT_OK);
      decant_report ours = rig_decode(&n), theirs = rig_decode(&w);
      assert_int_equal(ours.network_features, told.network_features);
      assert_int_equal(ours.changed_weights, count);
      assert_int_equal(ours.detection_events, told.detection_events);
      assert_int_equal(theirs.changed_weights, 0);
      ours.network_features = ours.changed_weights = 0;
      assert_memory_equal(&ours, &theirs, sizeof ours);
      assert_memory_equal(n.observables, w.observables, n.needs.observables_size);
      features += told.network_features;
      changed += count;
    }
    assert_true(changed > 100);
    assert_true(features > 1000 || r->fixture->detectors < 20);
    assert_int_equal(digest_of(n.decoder), digest_of(w.decoder));
    blocks_release(NULL);
    *r = rig_make(r->fixture, NULL);
  }
}

/* Every output may be left out, and what is asked for is right whatever else is. */
static void writes_what_is_asked_for(rig *r) {
  if (!r->fixture->network) return;
  rig n = rig_with(r, DECANT_CONFIG_NETWORK, 0);
  size_t size = n.needs.detectors_size, frame_size = n.needs.observables_size;
  uint8_t *residual = block_new(1, size), *frame = block_new(1, frame_size);
  decant_reweight *changes = block_new(4, n.needs.max_weight_changes * sizeof *changes);
  for (int shot = 0; shot < 20; shot++) {
    rig_sample(&n);
    size_t count = 0, again = 0;
    poison(residual, size), poison(frame, frame_size);
    assert_status(decant_predecode(n.decoder, n.detectors, size, residual, size, frame, frame_size, changes,
                                   n.needs.max_weight_changes, &count, NULL),
                  DECANT_OK);
    assert_memory_equal(residual, n.detectors, size);
    for (size_t k = 0; k < frame_size; k++) assert_int_equal(frame[k], 0);
    assert_status(decant_predecode(n.decoder, n.detectors, size, NULL, 0, NULL, 0, NULL, 0, &again, NULL), DECANT_OK);
    assert_int_equal(again, count);
    assert_status(decant_predecode(n.decoder, n.detectors, size, n.detectors, size, NULL, 0, NULL, 0, NULL, NULL),
                  DECANT_OK);
    assert_memory_equal(residual, n.detectors, size);
    /* Room for just as many, in memory that ends there; then for one less. */
    const void *mark = blocks_mark();
    decant_reweight *exact = block_new(4, count * sizeof *exact);
    assert_status(decant_predecode(n.decoder, n.detectors, size, NULL, 0, NULL, 0, exact, count, &again, NULL),
                  DECANT_OK);
    assert_memory_equal(exact, changes, count * sizeof *exact);
    blocks_release(mark);
    if (count == 0) continue;
    again = 12345;
    decant_report report = {.struct_size = sizeof report, .work = 77};
    poison(residual, size), poison(frame, frame_size), poison(changes, count * sizeof *changes);
    assert_status(decant_predecode(n.decoder, n.detectors, size, residual, size, frame, frame_size, changes,
                                   count - 1, &again, &report),
                  DECANT_BUFFER_TOO_SMALL);
    assert_untouched(residual, size);
    assert_untouched(frame, frame_size);
    assert_untouched(changes, count * sizeof *changes);
    assert_true(again == 12345 && report.work == 77);
  }
}

static void refuses_bad_arguments(rig *r) {
  if (!r->fixture->network) return;
  rig n = rig_with(r, DECANT_CONFIG_NETWORK, 4);
  size_t size = n.needs.detectors_size, frame_size = n.needs.observables_size, count = 12345;
  uint8_t *residual = block_new(1, size), *frame = block_new(1, frame_size);
  decant_reweight *changes = block_new(4, n.needs.max_weight_changes * sizeof *changes);
  decant_report report = {.struct_size = sizeof report - 1};
  rig_sample(&n);
  uint64_t before = digest_of(n.decoder);
#define REFUSED(expected, ...) assert_status(decant_predecode(__VA_ARGS__), expected)
  REFUSED(DECANT_BAD_ARGUMENT, NULL, n.detectors, size, residual, size, frame, frame_size, NULL, 0, &count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, n.decoder, NULL, size, residual, size, frame, frame_size, NULL, 0, &count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, n.decoder, n.detectors, size - 1, residual, size, NULL, 0, NULL, 0, &count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, n.decoder, n.detectors, size + 1, residual, size, NULL, 0, NULL, 0, &count, NULL);
  REFUSED(DECANT_BAD_ARGUMENT, n.decoder, n.detectors, size, NULL, 0, NULL, 0, changes, 5, NULL, NULL);
  REFUSED(DECANT_BUFFER_TOO_SMALL, n.decoder, n.detectors, size, residual, size - 1, NULL, 0, NULL, 0, &count, NULL);
  REFUSED(DECANT_BUFFER_TOO_SMALL, n.decoder, n.detectors, size, NULL, 0, frame, frame_size - 1, NULL, 0, &count, NULL);
  REFUSED(DECANT_BAD_ABI, n.decoder, n.detectors, size, residual, size, NULL, 0, NULL, 0, &count, &report);
#undef REFUSED
  if (r->fixture->detectors % 8 != 0) {
    n.detectors[size - 1] |= 0x80;
    assert_status(decant_predecode(n.decoder, n.detectors, size, residual, size, frame, frame_size, changes,
                                   n.needs.max_weight_changes, &count, NULL),
                  DECANT_BAD_ARGUMENT);
  }
  assert_untouched(residual, size);
  assert_untouched(frame, frame_size);
  assert_untouched(changes, n.needs.max_weight_changes * sizeof *changes);
  assert_true(count == 12345 && digest_of(n.decoder) == before);
}

/* Staged weights survive pre-decoding alone, stay for the shot, and are gone after it. */
static void keeps_what_is_staged(rig *r) {
  if (!r->fixture->network) return;
  rig n = rig_with(r, DECANT_CONFIG_NETWORK, 1), clean = rig_with(r, DECANT_CONFIG_NETWORK, 0);
  int different = 0, lighter = 0;
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(&n);
    memcpy(clean.detectors, n.detectors, n.needs.detectors_size);
    const graph_edge *edge = &r->graph->edge[random_next(&n.random) % r->graph->edges];
    decant_reweight entry = {edge->a, edge->b, -HEAVIEST};
    assert_status(decant_reweight_next(n.decoder, &entry, 1), DECANT_OK);
    assert_int_equal(predecode(&n, NULL, NULL), predecode(&clean, NULL, NULL));
    decant_report ours = rig_decode(&n), theirs = rig_decode(&clean);
    assert_true(ours.weight <= theirs.weight); /* the edge is as good as certain */
    lighter += ours.weight < theirs.weight;
    assert_int_equal(ours.network_features, theirs.network_features);
    different += ours.changed_weights != theirs.changed_weights;
    ours = rig_decode(&n);
    assert_memory_equal(&ours, &theirs, sizeof ours);
  }
  assert_true(different > 0 && lighter > 0);
}

/* decant_match is without the network, decant_match_edges and batches are with it. */
static void other_functions(rig *r) {
  if (!r->fixture->network) return;
  rig n = rig_with(r, DECANT_CONFIG_NETWORK, 0);
  size_t size = n.needs.detectors_size, frame_size = n.needs.observables_size;
  enum { SHOTS = 16 };
  uint8_t *shots = block_new(1, SHOTS * size), *answers = block_new(1, SHOTS * frame_size);
  uint8_t *expected = block_new(1, SHOTS * frame_size);
  for (int shot = 0; shot < SHOTS; shot++) {
    rig_sample(&n);
    memcpy(r->detectors, n.detectors, size);
    memcpy(shots + (size_t)shot * size, n.detectors, size);
    decant_report with = rig_decode(&n), without = rig_decode(r);
    memcpy(expected + (size_t)shot * frame_size, n.observables, frame_size);
    decant_report report = {.struct_size = sizeof report};
    assert_status(decant_match(n.decoder, n.detectors, size, n.observables, frame_size, &report), DECANT_OK);
    assert_memory_equal(&report, &without, sizeof report);
    assert_memory_equal(n.observables, r->observables, frame_size);
    size_t count = 0;
    assert_status(decant_match_edges(n.decoder, n.detectors, size, n.edges, n.needs.max_match_edges, &count, &report),
                  DECANT_OK);
    assert_memory_equal(&report, &with, sizeof report);
    assert_true(edges_explain(n.edges, count, n.detectors, r->fixture->detectors));
  }
  size_t done = 0;
  assert_status(decant_decode_batch(n.decoder, SHOTS, shots, size, answers, frame_size, &done), DECANT_OK);
  assert_int_equal(done, SHOTS);
  assert_memory_equal(answers, expected, SHOTS * frame_size);
}

/* A copy of the workspace goes on alike. */
static void copies_decode_alike(rig *r) {
  if (!r->fixture->network) return;
  rig n = rig_with(r, DECANT_CONFIG_NETWORK, 0), m = n;
  m.detectors = block_copy(1, n.detectors, n.needs.detectors_size);
  m.observables = block_new(1, n.needs.observables_size);
  rig_sample(&n);
  rig_decode(&n);
  m.decoder = block_copy(64, n.decoder, n.needs.workspace_size);
  for (int shot = 0; shot < 50; shot++) {
    rig_sample(&n);
    memcpy(m.detectors, n.detectors, n.needs.detectors_size);
    decant_report ours = rig_decode(&n), theirs = rig_decode(&m);
    assert_memory_equal(&ours, &theirs, sizeof ours);
    assert_int_equal(digest_of(n.decoder), digest_of(m.decoder));
  }
}

int run_network(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(needs_an_image_with_a_network),
      every_fixture(decodes_under_its_changes),
      every_fixture(writes_what_is_asked_for),
      every_fixture(refuses_bad_arguments),
      every_fixture(keeps_what_is_staged),
      every_fixture(other_functions),
      every_fixture(copies_decode_alike),
  };
  return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
