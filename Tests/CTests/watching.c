/* Watching: statistics add up, and the digest changes with every answer and with nothing else. */
#include "rig.h"

static void stats_add_up(rig *r) {
  decant_stats expected = {.struct_size = sizeof expected};
  for (int shot = 0; shot < 300; shot++) {
    rig_sample(r);
    decant_report report = rig_decode(r);
    expected.shots++;
    expected.detection_events += report.detection_events;
    expected.grown_events += report.grown_events;
    expected.work += report.work;
    if (report.work > expected.max_work) expected.max_work = report.work;
    if (report.detection_events > expected.max_detection_events) {
      expected.max_detection_events = report.detection_events;
    }
  }
  decant_stats stats = stats_of(r->decoder);
  expected.blossoms = stats.blossoms; /* reports do not say; below, that there are some where there must be */
  assert_memory_equal(&stats, &expected, sizeof stats);
  if (r->fixture->detectors == 120 && r->fixture->observables == 1) assert_true(stats.blossoms > 0);
}

static void stats_refuse_bad_arguments(rig *r) {
  assert_status(decant_stats_read(r->decoder, NULL), DECANT_BAD_ARGUMENT);
  decant_stats stats;
  for (uint32_t size = 0; size < sizeof stats; size++) {
    poison(&stats, sizeof stats);
    stats.struct_size = size;
    assert_status(decant_stats_read(r->decoder, &stats), DECANT_BAD_ABI);
    assert_untouched((uint8_t *)&stats + 4, sizeof stats - 4);
  }
}

static void stats_fill_in_longer_structs(rig *r) {
  struct {
    decant_stats known;
    uint8_t later[24];
  } stats = {.known = {.struct_size = sizeof stats}};
  rig_sample(r);
  rig_decode(r);
  assert_status(decant_stats_read(r->decoder, &stats.known), DECANT_OK);
  assert_int_equal(stats.known.struct_size, sizeof stats);
  assert_int_equal(stats.known.shots, 1);
  for (size_t k = 0; k < sizeof stats.later; k++) assert_int_equal(stats.later[k], 0);
}

/* Reading never changes what is read, nor what comes after. */
static void watching_disturbs_nothing(rig *r) {
  uint8_t *before = block_copy(64, r->decoder, r->needs.workspace_size);
  digest_of(r->decoder);
  stats_of(r->decoder);
  assert_memory_equal(r->decoder, before, r->needs.workspace_size);
}

static void the_digest_changes_with_every_shot(rig *r) {
  uint64_t digest = digest_of(r->decoder);
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r); /* the same shot twice is two shots */
    for (int twice = 0; twice < 2; twice++) {
      rig_decode(r);
      assert_true(digest_of(r->decoder) != digest);
      digest = digest_of(r->decoder);
    }
  }
}

/* Two decoders that part at one event never meet again. */
static void the_digest_remembers_a_difference(rig *r) {
  if (r->graph->edges == 0) return;
  decant_decoder *other = rig_another_decoder(r, NULL);
  for (int shot = 0; shot < 50; shot++) {
    rig_sample(r);
    rig_decode(r);
    if (shot == 10) { /* an edge's events more */
      const graph_edge *edge = &r->graph->edge[0];
      r->detectors[edge->a / 8] ^= (uint8_t)(1 << edge->a % 8);
      if (edge->b != DECANT_BOUNDARY) r->detectors[edge->b / 8] ^= (uint8_t)(1 << edge->b % 8);
    }
    assert_status(decant_decode(other, r->detectors, r->needs.detectors_size, r->observables,
                                r->needs.observables_size, NULL),
                  DECANT_OK);
    assert_true((digest_of(other) == digest_of(r->decoder)) == (shot < 10));
  }
}

static void the_digest_refuses_bad_arguments(rig *r) {
  assert_status(decant_digest(r->decoder, NULL), DECANT_BAD_ARGUMENT);
}

int run_watching(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(stats_add_up),
      every_fixture(stats_refuse_bad_arguments),
      every_fixture(stats_fill_in_longer_structs),
      every_fixture(watching_disturbs_nothing),
      every_fixture(the_digest_changes_with_every_shot),
      every_fixture(the_digest_remembers_a_difference),
      every_fixture(the_digest_refuses_bad_arguments),
  };
  return cmocka_run_group_tests_name("watching", tests, NULL, NULL);
}
