/* Decoder: measured, made and reset in memory that the caller owns, and nowhere else. */
#include "rig.h"

/* ---- what a configuration may say */

typedef decant_status (*config_call)(rig *r, const decant_config *config);

static decant_status measure_with(rig *r, const decant_config *config) {
  decant_requirements needs;
  poison(&needs, sizeof needs);
  needs.struct_size = sizeof needs;
  decant_status status = decant_decoder_measure(r->fixture->image, r->fixture->image_size, config, &needs);
  if (status != DECANT_OK) assert_untouched((uint8_t *)&needs + 4, sizeof needs - 4);
  return status;
}

static decant_status init_with(rig *r, const decant_config *config) {
  const void *mark = blocks_mark();
  decant_requirements needs = {.struct_size = sizeof needs};
  size_t size = r->needs.workspace_size;
  if (decant_decoder_measure(r->fixture->image, r->fixture->image_size, config, &needs) == DECANT_OK) {
    size = needs.workspace_size;
  }
  void *workspace = block_new(64, size);
  decant_decoder *const nobody = (decant_decoder *)&mark, *decoder = nobody;
  decant_status status =
      decant_decoder_init(workspace, size, r->fixture->image, r->fixture->image_size, config, &decoder);
  assert_ptr_equal(decoder, status == DECANT_OK ? workspace : (void *)nobody);
  if (status != DECANT_OK) assert_untouched(workspace, size);
  blocks_release(mark);
  return status;
}

static const config_call config_calls[] = {measure_with, init_with};

static void reads_the_configuration(rig *r) {
  for (size_t k = 0; k < 2; k++) {
    config_call call = config_calls[k];
    struct {
      decant_config known;
      uint8_t later[24];
    } config = {.known = {.struct_size = sizeof config.known}};

    assert_status(call(r, NULL), DECANT_OK);
    assert_status(call(r, &config.known), DECANT_OK);
    config.known.work_limit = UINT64_MAX; /* a limit may be any number */
    assert_status(call(r, &config.known), DECANT_OK);
    config.known.work_limit = 1;
    assert_status(call(r, &config.known), DECANT_OK);

    for (uint32_t size = 0; size < sizeof config.known; size++) {
      config.known.struct_size = size;
      assert_status(call(r, &config.known), DECANT_BAD_ABI);
    }
    config.known.struct_size = sizeof config; /* a later header's struct that asks for nothing new */
    assert_status(call(r, &config.known), DECANT_OK);
    for (size_t byte = 0; byte < sizeof config.later; byte++) {
      config.later[byte] = 1;
      assert_status(call(r, &config.known), DECANT_UNSUPPORTED);
      config.later[byte] = 0;
    }
    config.known.struct_size = sizeof config.known; /* what lies beyond it is not the library's */
    config.later[0] = 1;
    assert_status(call(r, &config.known), DECANT_OK);

    for (int bit = 0; bit < 32; bit++) {
      config.known.flags = 1u << bit;
      bool known = config.known.flags == DECANT_CONFIG_UNION_FIND ||
                   (config.known.flags == DECANT_CONFIG_CORRELATED && r->fixture->correlated) ||
                   (config.known.flags == DECANT_CONFIG_NETWORK && (r->fixture->network || r->fixture->grid));
      assert_status(call(r, &config.known), known ? DECANT_OK : DECANT_UNSUPPORTED);
      config.known.flags |= DECANT_CONFIG_UNION_FIND; /* one that is known excuses no other */
      assert_status(call(r, &config.known), known ? DECANT_OK : DECANT_UNSUPPORTED);
    }
    config.known.flags = 0;
    config.known.max_reweights = UINT32_MAX; /* as many as there are edges is as good as any more */
    assert_status(call(r, &config.known), DECANT_OK);
    config.known.max_reweights = 1;
    assert_status(call(r, &config.known), DECANT_OK);
    config.known.max_reweights = 0;
    for (int bit = 0; bit < 32; bit++) {
      config.known.slice_work = 1u << bit; /* of a stream */
      assert_status(call(r, &config.known), DECANT_UNSUPPORTED);
    }
    config.known.slice_work = 0;
    for (size_t word = 0; word < sizeof config.known.reserved / 8; word++) {
      for (int bit = 0; bit < 64; bit++) {
        config.known.reserved[word] = UINT64_C(1) << bit;
        assert_status(call(r, &config.known), DECANT_UNSUPPORTED);
      }
      config.known.reserved[word] = 0;
    }
    assert_status(call(r, &config.known), DECANT_OK);
  }
}

/* ---- measure */

static void measures_what_is_needed(rig *r) {
  const fixture *f = r->fixture;
  assert_int_equal(r->needs.alignment, 64);
  assert_int_equal(r->needs.image_size, f->image_size);
  assert_int_equal(r->needs.detectors_size, (f->detectors + 7) / 8);
  assert_int_equal(r->needs.observables_size, (f->observables + 7) / 8);
  assert_in_range(r->needs.workspace_size, 1, 1 << 20);
  assert_true(r->needs.max_match_edges <= f->edges);
  assert_int_equal(r->needs.max_weight_changes, 0);
  assert_int_equal(r->needs.network_multiplications, 0); /* without a network */
  for (size_t k = 0; k < 1; k++) assert_int_equal(r->needs.reserved[k], 0);
}

static void measure_refuses_bad_arguments(rig *r) {
  const fixture *f = r->fixture;
  decant_requirements needs;
  poison(&needs, sizeof needs);
  needs.struct_size = sizeof needs;
  assert_status(decant_decoder_measure(NULL, f->image_size, NULL, &needs), DECANT_BAD_ARGUMENT);
  assert_status(decant_decoder_measure(f->image, f->image_size, NULL, NULL), DECANT_BAD_ARGUMENT);
  uint8_t *room = block_new(8, f->image_size + 8);
  for (size_t shift = 1; shift < 8; shift++) {
    memcpy(room + shift, f->image, f->image_size);
    assert_status(decant_decoder_measure(room + shift, f->image_size, NULL, &needs), DECANT_MISALIGNED);
  }
  assert_status(decant_decoder_measure(f->image, f->image_size - 1, NULL, &needs), DECANT_BAD_IMAGE);
  assert_status(decant_decoder_measure(f->image, 0, NULL, &needs), DECANT_BAD_IMAGE);
  for (uint32_t size = 0; size < sizeof needs; size++) {
    needs.struct_size = size;
    assert_status(decant_decoder_measure(f->image, f->image_size, NULL, &needs), DECANT_BAD_ABI);
  }
  assert_untouched((uint8_t *)&needs + 4, sizeof needs - 4);
}

/* ---- init */

static void lives_at_its_workspace(rig *r) {
  void *workspace = block_new(64, r->needs.workspace_size);
  decant_decoder *decoder = NULL;
  assert_status(decant_decoder_init(workspace, r->needs.workspace_size, r->fixture->image,
                                    r->fixture->image_size, NULL, &decoder),
                DECANT_OK);
  assert_ptr_equal(decoder, workspace);
}

static void init_refuses_bad_arguments(rig *r) {
  const fixture *f = r->fixture;
  size_t size = r->needs.workspace_size;
  uint8_t *workspace = block_new(64, size + 64);
  decant_decoder *const nobody = (decant_decoder *)&size, *decoder = nobody;
#define assert_refused(call, expected) \
  do { \
    assert_status(call, expected); \
    assert_ptr_equal(decoder, nobody); \
    assert_untouched(workspace, size + 64); \
  } while (0)
  assert_refused(decant_decoder_init(NULL, size, f->image, f->image_size, NULL, &decoder),
                 DECANT_BAD_ARGUMENT);
  assert_refused(decant_decoder_init(workspace, size, NULL, f->image_size, NULL, &decoder),
                 DECANT_BAD_ARGUMENT);
  assert_refused(decant_decoder_init(workspace, size, f->image, f->image_size, NULL, NULL),
                 DECANT_BAD_ARGUMENT);
  for (size_t shift = 1; shift < 64; shift++) {
    assert_refused(decant_decoder_init(workspace + shift, size, f->image, f->image_size, NULL, &decoder),
                   DECANT_MISALIGNED);
  }
  for (size_t less = 1; less < size; less *= 2) {
    assert_refused(decant_decoder_init(workspace, size - less, f->image, f->image_size, NULL, &decoder),
                   DECANT_BUFFER_TOO_SMALL);
  }
  assert_refused(decant_decoder_init(workspace, 0, f->image, f->image_size, NULL, &decoder),
                 DECANT_BUFFER_TOO_SMALL);
  assert_refused(decant_decoder_init(workspace, size, f->image, f->image_size - 1, NULL, &decoder),
                 DECANT_BAD_IMAGE);
  uint8_t *room = block_new(8, f->image_size + 8);
  memcpy(room + 4, f->image, f->image_size);
  assert_refused(decant_decoder_init(workspace, size, room + 4, f->image_size, NULL, &decoder),
                 DECANT_MISALIGNED);
  uint8_t *damaged = block_copy(8, f->image, f->image_size);
  damaged[f->image_size - 1] ^= 0x80;
  assert_refused(decant_decoder_init(workspace, size, damaged, f->image_size, NULL, &decoder),
                 DECANT_BAD_IMAGE);
#undef assert_refused
}

static void uses_no_more_than_it_measured(rig *r) {
  enum { MORE = 4096 };
  uint8_t *workspace = block_new(64, r->needs.workspace_size + MORE);
  decant_decoder *decoder;
  assert_status(decant_decoder_init(workspace, r->needs.workspace_size + MORE, r->fixture->image,
                                    r->fixture->image_size, NULL, &decoder),
                DECANT_OK);
  r->decoder = decoder;
  for (int shot = 0; shot < 200; shot++) {
    rig_sample(r);
    rig_decode(r);
  }
  assert_untouched(workspace + r->needs.workspace_size, MORE);
  decant_status status =
      decant_decoder_init(workspace, SIZE_MAX, r->fixture->image, r->fixture->image_size, NULL, &decoder);
  assert_true(status <= 0); /* no such memory exists; any answer will do, but no trap */
}

/* Whatever the workspace held: two that held different things decode alike. */
static void forgets_what_the_workspace_held(rig *r) {
  uint64_t digest[3];
  for (int fill = 0; fill < 3; fill++) {
    void *workspace = block_new(64, r->needs.workspace_size);
    if (fill < 2) memset(workspace, fill == 0 ? 0 : 0xFF, r->needs.workspace_size);
    else memcpy(workspace, r->decoder, r->needs.workspace_size); /* a decoder in the middle of its work */
    assert_status(decant_decoder_init(workspace, r->needs.workspace_size, r->fixture->image,
                                      r->fixture->image_size, NULL, &r->decoder),
                  DECANT_OK);
    r->random = 5;
    for (int shot = 0; shot < 300; shot++) {
      rig_sample(r);
      rig_decode(r);
    }
    digest[fill] = digest_of(r->decoder);
  }
  assert_true(digest[0] == digest[1] && digest[1] == digest[2]);
}

/* ---- reset */

static void reset_starts_again(rig *r) {
  decant_decoder *fresh = rig_another_decoder(r, NULL);
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r);
    rig_decode(r);
  }
  assert_status(decant_decoder_reset(r->decoder), DECANT_OK);
  decant_stats stats = stats_of(r->decoder), none = stats_of(fresh);
  assert_memory_equal(&stats, &none, sizeof stats);
  assert_int_equal(stats.shots, 0);
  assert_true(digest_of(r->decoder) == digest_of(fresh));
  decant_decoder *old = r->decoder;
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r);
    r->decoder = old;
    rig_decode(r);
    r->decoder = fresh;
    rig_decode(r);
  }
  assert_true(digest_of(old) == digest_of(fresh));
}

/* ---- what is no decoder */

typedef decant_status (*decoder_call)(rig *r, decant_decoder *decoder, void *output);

static decant_status call_reset(rig *r, decant_decoder *decoder, void *output) {
  (void)r, (void)output;
  return decant_decoder_reset(decoder);
}

static decant_status call_decode(rig *r, decant_decoder *decoder, void *output) {
  return decant_decode(decoder, r->detectors, r->needs.detectors_size, output, 64, NULL);
}

static decant_status call_match(rig *r, decant_decoder *decoder, void *output) {
  return decant_match(decoder, r->detectors, r->needs.detectors_size, output, 64, NULL);
}

static decant_status call_edges(rig *r, decant_decoder *decoder, void *output) {
  size_t *count = output;
  return decant_match_edges(decoder, r->detectors, r->needs.detectors_size, r->edges,
                            r->needs.max_match_edges, count, NULL);
}

/* The one call whose count is written on errors too: none. */
static decant_status call_batch(rig *r, decant_decoder *decoder, void *output) {
  size_t done = 77;
  decant_status status = decant_decode_batch(decoder, 1, r->detectors, r->needs.detectors_size, output,
                                             r->needs.observables_size, &done);
  assert_true(done == 0 || done == 77); /* without a decoder the library may not know where it stands */
  return status;
}

static decant_status call_reweight(rig *r, decant_decoder *decoder, void *output) {
  (void)r, (void)output;
  return decant_reweight_next(decoder, NULL, 0);
}

static decant_status call_edge_weight(rig *r, decant_decoder *decoder, void *output) {
  (void)r;
  return decant_edge_weight(decoder, 0, DECANT_BOUNDARY, output);
}

static decant_status call_reweight_edges(rig *r, decant_decoder *decoder, void *output) {
  (void)r, (void)output;
  return decant_reweight_edges_next(decoder, NULL, 0);
}

static decant_status call_edge_number(rig *r, decant_decoder *decoder, void *output) {
  (void)r;
  return decant_edge_number(decoder, 0, DECANT_BOUNDARY, output);
}

static decant_status call_edge_ends(rig *r, decant_decoder *decoder, void *output) {
  (void)r;
  return decant_edge_ends(decoder, 0, 1, output);
}

static decant_status call_digest(rig *r, decant_decoder *decoder, void *output) {
  (void)r;
  return decant_digest(decoder, output);
}

static decant_status call_stats(rig *r, decant_decoder *decoder, void *output) {
  (void)r;
  decant_stats stats;
  poison(&stats, sizeof stats);
  stats.struct_size = sizeof stats;
  decant_status status = decant_stats_read(decoder, &stats);
  assert_untouched((uint8_t *)&stats + 4, sizeof stats - 4);
  (void)output;
  return status;
}

static void every_call_knows_a_decoder(rig *r) {
  static const decoder_call calls[] = {call_reset,    call_decode,      call_match,  call_edges, call_batch,
                                       call_reweight, call_edge_weight, call_digest, call_stats,
                                       call_reweight_edges, call_edge_number, call_edge_ends};
  uint64_t output[8];
  poison(output, sizeof output);
  memset(r->detectors, 0, r->needs.detectors_size);
  size_t size = r->needs.workspace_size;
  uint8_t *zeros = block_new(64, size), *ones = block_new(64, size), *noise = block_new(64, size);
  uint8_t *shifted = block_new(64, size + 64);
  memset(zeros, 0, size);
  memset(ones, 0xFF, size);
  for (size_t k = 0; k < size; k++) noise[k] = (uint8_t)random_next(&r->random);
  for (size_t k = 0; k < sizeof calls / sizeof calls[0]; k++) {
    assert_status(calls[k](r, NULL, output), DECANT_BAD_ARGUMENT);
    for (size_t shift = 1; shift < 64; shift = shift * 2 + (shift == 8)) {
      memcpy(shifted + shift, r->decoder, size);
      assert_status(calls[k](r, (decant_decoder *)(shifted + shift), output), DECANT_MISALIGNED);
    }
    assert_status(calls[k](r, (decant_decoder *)zeros, output), DECANT_BAD_STATE);
    assert_status(calls[k](r, (decant_decoder *)ones, output), DECANT_BAD_STATE);
    assert_status(calls[k](r, (decant_decoder *)noise, output), DECANT_BAD_STATE);
    assert_untouched(output, sizeof output);
    assert_untouched(r->edges, r->needs.max_match_edges * sizeof(decant_edge));
  }
}

int run_decoder(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(reads_the_configuration),         every_fixture(measures_what_is_needed),
      every_fixture(measure_refuses_bad_arguments),   every_fixture(lives_at_its_workspace),
      every_fixture(init_refuses_bad_arguments),      every_fixture(uses_no_more_than_it_measured),
      every_fixture(forgets_what_the_workspace_held), every_fixture(reset_starts_again),
      every_fixture(every_call_knows_a_decoder),
  };
  return cmocka_run_group_tests_name("decoder", tests, NULL, NULL);
}
