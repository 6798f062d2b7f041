/* Changing images: a decoder goes on where another stands. That windows behind the change are decoded by the new image's
 * weights, from what the old one's have committed, is held against an independent decoder in
 * Tests/python/test_succession.py; here, that nothing is lost or added on the way, and what is refused. */
#include "stream_rig.h"

/* Neither decoder changes by a refusal. */
static void assert_refused(decant_decoder *heir, size_t heir_size, const decant_decoder *from, size_t from_size,
                           decant_status expected) {
  const void *mark = blocks_mark();
  void *ours = block_copy(64, heir, heir_size), *theirs = block_copy(64, from, from_size);
  assert_status(decant_decoder_take_over(heir, from), expected);
  assert_same_workspace(ours, heir, heir_size);
  assert_same_workspace(theirs, from, from_size);
  blocks_release(mark);
}

/* The decoder that takes over has been somewhere before, so that whatever is not carried shows. */
static decant_decoder *used(const stream *like, const uint8_t *image, size_t size, uint64_t seed) {
  decant_requirements needs;
  stream s = *like;
  s.decoder = decoder_new(image, size, like->config, &needs);
  s.random = seed;
  stream_begin(&s, 30);
  for (uint64_t call = 0; call < seed % 37; call++) {
    stream_prepare(&s);
    stream_call(&s);
  }
  return s.decoder;
}

/* Plays experiments; behind one call in eight another decoder takes over, of one of two images, if it changes. */
static void play(stream *s, bool changes, const uint8_t *const *images, const size_t *sizes, frame_log *log) {
  uint64_t whim = 99;
  log->count = 0;
  for (int k = 0; k < 12 / SHARE; k++) {
    for (stream_begin(s, 4); !stream_is_over(s);) {
      stream_prepare(s);
      bool is_inside = s->position > 0 && !(s->round.flags & DECANT_ROUND_LAST);
      if (s->config.flags & DECANT_CONFIG_ERASURES && is_inside && random_next(&whim) % 4 == 0) {
        s->round.flags |= DECANT_ROUND_ERASED;
      }
      decant_status status = stream_call(s);
      while (status == DECANT_FULL) {
        assert_status(stream_pop(s, log), DECANT_OK);
        status = stream_call(s);
      }
      assert_true(status == DECANT_PENDING || status == DECANT_OK || status == DECANT_TRUNCATED);
      if (random_next(&whim) % 5 == 0) stream_pop(s, log);
      bool now = random_next(&whim) % 8 == 0;
      uint64_t which = random_next(&whim) % 2, seed = random_next(&whim) % 1000;
      if (!changes || !now) continue;
      decant_decoder *heir = used(s, images[which], sizes[which], seed);
      assert_status(decant_decoder_take_over(heir, s->decoder), DECANT_OK);
      poison(s->decoder, s->needs.workspace_size);
      s->decoder = heir;
    }
  }
  while (stream_pop(s, log) == DECANT_OK) continue;
}

/* By decoders of the same image: every frame, the totals and the digest are as if nobody had taken over. */
static void nothing_is_lost(const stream_model *m) {
  const uint8_t *const images[] = {m->image, m->image};
  const size_t sizes[] = {m->image_size, m->image_size};
  for (int k = 0; k < 2 * STREAM_CONFIGS; k++) {
    decant_config config = stream_config(m, k % STREAM_CONFIGS);
    if (k >= STREAM_CONFIGS) config.flags |= DECANT_CONFIG_ERASURES;
    stream one = stream_make(m, config), many = stream_make(m, config);
    frame_log *expected = new_log(), *log = new_log();
    play(&one, false, images, sizes, expected);
    play(&many, true, images, sizes, log);
    assert_int_equal(log->count, expected->count);
    assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
    assert_true(digest_of(one.decoder) == digest_of(many.decoder));
    decant_stats ours = stats_of(one.decoder), theirs = stats_of(many.decoder);
    assert_memory_equal(&ours, &theirs, sizeof ours);
    blocks_release(NULL);
  }
}

/* By decoders of other weights: frames follow each other all the same, none twice and none missing, and the new weights
 * do change what follows. */
static void frames_follow_each_other(const stream_model *m) {
  const uint8_t *const images[] = {m->image, m->drifted};
  const size_t sizes[] = {m->image_size, m->drifted_size};
  size_t parted = 0;
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream one = stream_make(m, stream_config(m, k)), many = stream_make(m, stream_config(m, k));
    frame_log *expected = new_log(), *log = new_log();
    play(&one, false, images, sizes, expected);
    play(&many, true, images, sizes, log);
    assert_int_equal(log->count, expected->count);
    for (size_t f = 0; f < log->count; f++) {
      const decant_frame *ours = &expected->frames[f].frame, *theirs = &log->frames[f].frame;
      assert_true(ours->first_round == theirs->first_round && ours->last_round == theirs->last_round);
      assert_true(ours->timestamp == theirs->timestamp);
      parted += ours->weight != theirs->weight;
    }
    assert_int_equal(stats_of(many.decoder).shots, log->count);
    blocks_release(NULL);
  }
  if (SHARE == 1) assert_true(parted > 20);
}

/* Where one experiment ends and the next has not begun, nothing waits: what follows is as a new decoder has it. */
static void between_experiments_it_is_a_new_decoder(const stream_model *m) {
  stream_model drifted = *m;
  drifted.image = m->drifted;
  drifted.image_size = m->drifted_size;
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream fresh = stream_make(&drifted, stream_config(m, k)), old = stream_make(m, stream_config(m, k));
    frame_log *expected = new_log(), *log = new_log();
    stream_play(&old, 10, AT_ONCE, log);
    decant_stats before = stats_of(old.decoder);
    decant_decoder *heir = used(&old, m->drifted, m->drifted_size, 17);
    assert_status(decant_decoder_take_over(heir, old.decoder), DECANT_OK);
    assert_true(digest_of(heir) == digest_of(old.decoder));
    old.decoder = heir;
    old.random = fresh.random = 5;
    stream_play(&old, 10, AT_ONCE, log);
    stream_play(&fresh, 10, AT_ONCE, expected);
    assert_int_equal(log->count, expected->count);
    for (size_t f = 0; f < log->count; f++) {
      log->frames[f].frame.digest = expected->frames[f].frame.digest; /* which goes on */
    }
    assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
    assert_int_equal(stats_of(old.decoder).shots, before.shots + log->count);
    assert_int_equal(stats_of(old.decoder).work, before.work + stats_of(fresh.decoder).work);
    blocks_release(NULL);
  }
}

/* The one that is taken over from is not touched, and goes on as a branch of its own. */
static void both_can_go_on(const stream_model *m) {
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream a = stream_make(m, stream_config(m, k)), b = a;
    frame_log *ours = new_log(), *theirs = new_log();
    stream_begin(&a, 40);
    for (int call = 0; call < 17; call++) {
      stream_prepare(&a);
      if (stream_call(&a) == DECANT_FULL) stream_pop(&a, ours);
    }
    b = a;
    b.decoder = used(&a, m->image, m->image_size, 23);
    void *before = block_copy(64, a.decoder, a.needs.workspace_size);
    assert_status(decant_decoder_take_over(b.decoder, a.decoder), DECANT_OK);
    assert_same_workspace(before, a.decoder, a.needs.workspace_size);
    ours->count = theirs->count = 0;
    for (stream *s = &a; s != NULL; s = s == &a ? &b : NULL) {
      frame_log *log = s == &a ? ours : theirs;
      while (!stream_is_over(s)) {
        stream_prepare(s);
        if (stream_call(s) == DECANT_FULL) stream_pop(s, log);
      }
      while (stream_pop(s, log) == DECANT_OK) continue;
    }
    assert_true(ours->count > 0 && ours->count == theirs->count);
    assert_memory_equal(ours->frames, theirs->frames, ours->count * sizeof *ours->frames);
    blocks_release(NULL);
  }
}

static void a_lost_round_stays_lost(const stream_model *m) {
  stream s = stream_make(m, (decant_config){0});
  decant_round round = {.struct_size = sizeof round, .sequence = 7};
  assert_status(decant_stream_push(s.decoder, &round, NULL, (m->usual + 7) / 8), DECANT_ROUND_LOST);
  decant_decoder *heir = used(&s, m->drifted, m->drifted_size, 3);
  assert_status(decant_decoder_take_over(heir, s.decoder), DECANT_OK);
  round.sequence = 0;
  assert_status(decant_stream_push(heir, &round, NULL, (m->first + 7) / 8), DECANT_ROUND_LOST);
  assert_status(decant_decoder_reset(heir), DECANT_OK);
  assert_status(decant_stream_push(heir, &round, NULL, (m->first + 7) / 8), DECANT_PENDING);
}

static void refuses_what_does_not_fit(const stream_model *m) {
  decant_requirements needs, other;
  decant_config config = {.commit_rounds = 3, .buffer_rounds = 4};
  decant_decoder *from = decoder_new(m->image, m->image_size, config, &needs);
  size_t size = needs.workspace_size;
  assert_true(needs.carried_size > 0 && needs.carried_size < needs.workspace_size);
  const decant_config misfits[] = {
      {.commit_rounds = 4, .buffer_rounds = 3},
      {.commit_rounds = 3, .buffer_rounds = 5},
      {.commit_rounds = 3, .buffer_rounds = 4, .flags = DECANT_CONFIG_ERASURES},
      {.commit_rounds = 3, .buffer_rounds = 4, .flags = DECANT_CONFIG_BLOCKS},
  };
  for (size_t k = 0; k < sizeof misfits / sizeof misfits[0]; k++) {
    decant_decoder *heir = decoder_new(m->drifted, m->drifted_size, misfits[k], &other);
    assert_refused(heir, other.workspace_size, from, size, DECANT_UNSUPPORTED);
    assert_refused(from, size, heir, other.workspace_size, DECANT_UNSUPPORTED);
  }
  decant_decoder *whole = decoder_new(m->whole, m->whole_size, (decant_config){0}, &other);
  assert_refused(whole, other.workspace_size, from, size, DECANT_UNSUPPORTED);
  assert_refused(from, size, whole, other.workspace_size, DECANT_UNSUPPORTED);
  for (int k = 0; k < STREAM_MODELS; k++) {
    if (&stream_models[k] == m) continue;
    decant_decoder *stranger = decoder_new(stream_models[k].image, stream_models[k].image_size, config, &other);
    assert_refused(stranger, other.workspace_size, from, size, DECANT_UNSUPPORTED);
  }
  /* What may differ. */
  const uint32_t both = m->correlated ? DECANT_CONFIG_CORRELATED : 0;
  for (uint32_t flags = 0; flags < 4; flags++) {
    config.flags = (flags & 1 ? DECANT_CONFIG_UNION_FIND : 0) | (flags & 2 ? both : 0);
    config.work_limit = flags;
    decant_decoder *heir = decoder_new(m->drifted, m->drifted_size, config, &other);
    assert_status(decant_decoder_take_over(heir, from), DECANT_OK);
    assert_status(decant_decoder_take_over(from, heir), DECANT_OK);
  }
  assert_refused(from, size, from, size, DECANT_OK); /* itself: nothing happens */

  assert_status(decant_decoder_take_over(NULL, from), DECANT_BAD_ARGUMENT);
  assert_status(decant_decoder_take_over(from, NULL), DECANT_BAD_ARGUMENT);
  assert_status(decant_decoder_take_over(from, (decant_decoder *)((char *)from + 8)), DECANT_MISALIGNED);
  assert_status(decant_decoder_take_over((decant_decoder *)((char *)from + 8), from), DECANT_MISALIGNED);
  void *nothing = block_new(64, size);
  assert_refused(nothing, size, from, size, DECANT_BAD_STATE);
  assert_refused(from, size, nothing, size, DECANT_BAD_STATE);
}

/* Whole shots: answers are the new image's, shot by shot; totals and digest go on. */
static void shots_are_decoded_by_the_new_image(const stream_model *m) {
  decant_requirements needs;
  const decant_config config = {.flags = m->correlated ? DECANT_CONFIG_CORRELATED : 0};
  decant_decoder *old = decoder_new(m->whole, m->whole_size, config, &needs);
  decant_decoder *fresh = decoder_new(m->drifted_whole, m->drifted_whole_size, config, &needs);
  decant_decoder *heir = decoder_new(m->drifted_whole, m->drifted_whole_size, config, &needs);
  size_t n = needs.detectors_size, o = needs.observables_size;
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(m->whole, m->whole_size, &info), DECANT_OK);
  uint8_t *shot = block_new(1, n), *ours = block_new(1, o), *theirs = block_new(1, o);
  uint64_t random = 3;
  int parted = 0;
  for (int k = 0; k < 400; k++) {
    memset(shot, 0, n);
    for (uint32_t d = 0; d < info.detectors; d++) {
      bool is_idle = m->idle != 0 && d >= m->first && (d - m->first) % m->usual == m->idle;
      if (random_next(&random) % 20 == 0 && !is_idle) shot[d / 8] |= (uint8_t)(1 << d % 8);
    }
    decant_report a = {.struct_size = sizeof a}, b = a;
    if (k < 100) {
      assert_status(decant_decode(old, shot, n, ours, o, &a), DECANT_OK);
      continue;
    }
    if (k == 100) {
      decant_stats before = stats_of(old);
      assert_status(decant_decoder_take_over(heir, old), DECANT_OK);
      decant_stats after = stats_of(heir);
      assert_memory_equal(&before, &after, sizeof before);
      assert_true(digest_of(heir) == digest_of(old));
    }
    assert_status(decant_decode(heir, shot, n, ours, o, &a), decant_decode(fresh, shot, n, theirs, o, &b));
    assert_memory_equal(ours, theirs, o);
    assert_true(a.weight == b.weight && a.work == b.work);
    decant_decode(old, shot, n, theirs, o, &b);
    parted += a.weight != b.weight;
  }
  assert_true(parted > 100);
}

/* Every fixture, whatever its image holds: edges that are likelier than not, closed components, networks. Weights staged
 * on the decoder that takes over are those of its next shot. */
static void shots_go_on(rig *r) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = 4};
  if (r->fixture->network || r->fixture->grid) config.flags |= DECANT_CONFIG_NETWORK;
  if (r->fixture->correlated) config.flags |= DECANT_CONFIG_CORRELATED;
  decant_decoder *one = rig_another_decoder(r, &config), *now = rig_another_decoder(r, &config);
  size_t n = r->needs.detectors_size, o = r->needs.observables_size;
  uint8_t *ours = block_new(1, o);
  for (int shot = 0; shot < 100; shot++) {
    rig_sample(r);
    if (shot % 10 == 3) {
      decant_decoder *heir = rig_another_decoder(r, &config);
      uint64_t random = r->random;
      r->decoder = heir;
      rig_reweight(r, 4, NULL);
      r->decoder = one;
      r->random = random;
      rig_reweight(r, 4, NULL);
      assert_status(decant_decoder_take_over(heir, now), DECANT_OK);
      assert_true(digest_of(heir) == digest_of(one));
      now = heir;
    }
    decant_status status = decant_decode(one, r->detectors, n, r->observables, o, NULL);
    assert_status(decant_decode(now, r->detectors, n, ours, o, NULL), status);
    if (status >= 0) assert_memory_equal(ours, r->observables, o);
    assert_true(digest_of(now) == digest_of(one));
  }
}

int run_succession(void) {
  const struct CMUnitTest tests[] = {
      every_model(nothing_is_lost),
      every_model(frames_follow_each_other),
      every_model(between_experiments_it_is_a_new_decoder),
      every_model(both_can_go_on),
      every_model(a_lost_round_stays_lost),
      every_model(refuses_what_does_not_fit),
      every_model(shots_are_decoded_by_the_new_image),
      every_fixture(shots_go_on),
  };
  return cmocka_run_group_tests_name("succession", tests, NULL, NULL);
}
