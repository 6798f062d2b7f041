/* Checkpoint: a workspace holds no pointer into itself, so that its copy is a decoder in the same state. */
#include "rig.h"

static void decode_some(rig *r, decant_decoder *decoder, uint64_t seed) {
  r->decoder = decoder;
  r->random = seed;
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r);
    rig_decode(r);
  }
}

static void assert_same(const decant_decoder *a, const decant_decoder *b) {
  assert_true(digest_of(a) == digest_of(b));
  decant_stats ours = stats_of(a), theirs = stats_of(b);
  assert_memory_equal(&ours, &theirs, sizeof ours);
}

static void a_copy_is_a_second_decoder(rig *r) {
  decant_decoder *original = r->decoder;
  decode_some(r, original, 1);
  decant_decoder *copy = block_copy(64, original, r->needs.workspace_size);
  assert_same(original, copy);
  decode_some(r, original, 2);
  decode_some(r, copy, 2);
  assert_same(original, copy);
  decode_some(r, copy, 3); /* and they are two: what one does, the other does not see */
  decode_some(r, original, 4);
  decode_some(r, original, 3);
  assert_true(stats_of(original).shots == stats_of(copy).shots + 100);
}

static void a_copy_does_not_need_the_original(rig *r) {
  decant_decoder *original = r->decoder, *witness = rig_another_decoder(r, NULL);
  decode_some(r, original, 1);
  decode_some(r, witness, 1);
  decant_decoder *copy = block_copy(64, original, r->needs.workspace_size);
  poison(original, r->needs.workspace_size);
  decode_some(r, copy, 2);
  decode_some(r, witness, 2);
  assert_same(copy, witness);
  assert_untouched(original, r->needs.workspace_size);
}

static void going_back_to_a_checkpoint(rig *r) {
  decant_decoder *decoder = r->decoder;
  decode_some(r, decoder, 1);
  void *checkpoint = block_copy(64, decoder, r->needs.workspace_size);
  decode_some(r, decoder, 2);
  uint64_t first = digest_of(decoder);
  memcpy(decoder, checkpoint, r->needs.workspace_size);
  decode_some(r, decoder, 2);
  assert_true(digest_of(decoder) == first);
}

/* Also after a shot that was refused, or cut short: no state is left in flight between calls. */
static void a_copy_after_trouble(rig *r) {
  decant_config config = {.struct_size = sizeof config, .work_limit = 3};
  decant_decoder *limited = rig_another_decoder(r, &config);
  size_t n = r->needs.detectors_size, m = r->needs.observables_size;
  for (int shot = 0; shot < 100; shot++) {
    const void *mark = blocks_mark();
    rig_sample(r);
    if (n > 0 && shot % 3 == 0) r->detectors[0] ^= 1; /* impossible where detector 0 has no boundary */
    decant_decoder *copy = block_copy(64, limited, r->needs.workspace_size);
    decant_status ours = decant_decode(limited, r->detectors, n, r->observables, m, NULL);
    decant_status theirs = decant_decode(copy, r->detectors, n, r->observables, m, NULL);
    assert_status(ours, theirs);
    assert_same(limited, copy);
    blocks_release(mark);
  }
}

int run_checkpoint(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(a_copy_is_a_second_decoder),
      every_fixture(a_copy_does_not_need_the_original),
      every_fixture(going_back_to_a_checkpoint),
      every_fixture(a_copy_after_trouble),
  };
  return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
