/* Spreading: with slice_work a window's work is done over several calls. Everything that comes out must be what comes out
 * without, and nothing that may happen between two calls may lose a window or add one. */
#include "stream_rig.h"

enum { SLICES = 4 };
static const uint32_t slices[SLICES] = {1, 3, 20, UINT32_MAX};

static decant_config configured(const stream_model *m, int k, uint32_t slice) {
  decant_config config = stream_config(m, k % STREAM_CONFIGS);
  config.commit_rounds = 2 + (uint32_t)k % 5;
  if (config.buffer_rounds < m->reach) config.buffer_rounds = m->reach;
  if (k >= STREAM_CONFIGS) config.flags |= DECANT_CONFIG_ERASURES;
  config.slice_work = slice;
  return config;
}

/* What happens between two calls. */
typedef enum between { NOTHING, COPIES } between;

typedef struct outcome {
  uint64_t frames_inside; /* that came with a call which completed no window */
  uint64_t latest;        /* rounds that the latest frame came behind its window */
} outcome;

static void move(stream *s) {
  void *here = block_copy(64, s->decoder, s->needs.workspace_size);
  poison(s->decoder, s->needs.workspace_size);
  s->decoder = here;
}

/* Takes all frames that wait into the log. Returns how many there were. */
static uint64_t take(stream *s, frame_log *log) {
  uint64_t frames = 0;
  while (stream_pop(s, log) == DECANT_OK) frames++;
  return frames;
}

static outcome play(stream *s, int experiments, between what, frame_log *log) {
  outcome found = {0};
  uint64_t whim = 7, places = 8;
  log->count = 0;
  for (int k = 0; k < experiments; k++) {
    uint64_t completed = 0, windows = 0, frames = 0; /* the round that completed the last window */
    for (stream_begin(s, 6); !stream_is_over(s);) {
      stream_prepare(s);
      bool is_inside = s->position > 0 && !(s->round.flags & DECANT_ROUND_LAST);
      if (s->config.flags & DECANT_CONFIG_ERASURES && is_inside && random_next(&whim) % 4 == 0) {
        s->round.flags |= DECANT_ROUND_ERASED;
      }
      uint64_t position = s->position;
      decant_status status = stream_call(s);
      assert_true(status == DECANT_PENDING || status == DECANT_OK || status == DECANT_TRUNCATED);
      uint64_t commit = s->config.commit_rounds;
      bool ends = stream_is_over(s);
      bool completes = position + 1 >= s->first_window && (position + 1 - s->first_window) % commit == 0;
      if (completes || ends) windows++;
      uint64_t came = take(s, log);
      frames += came;
      assert_true((came != 0) == (status != DECANT_PENDING));
      if (completes && !ends) {
        completed = position;
        assert_true(frames + 1 >= windows); /* none but this one is unfinished */
      } else if (came != 0 && !ends) {
        found.frames_inside++;
        if (position - completed > found.latest) found.latest = position - completed;
      }
      if (position - completed == commit - 1 || ends) assert_true(frames == windows);
      if (what == COPIES && random_next(&places) % 4 == 0) move(s);
    }
    assert_true(frames == windows);
  }
  return found;
}

/* Frames, totals and digest are those without, and frames are never later than they may be. */
static void nothing_changes(const stream_model *m) {
  uint64_t inside = 0;
  for (int k = 0; k < 2 * STREAM_CONFIGS; k++) {
    frame_log *expected = new_log(), *log = new_log();
    stream plain = stream_make(m, configured(m, k, 0));
    assert_int_equal(play(&plain, 30, NOTHING, expected).frames_inside, 0);
    for (int slice = 0; slice < SLICES; slice++) {
      for (between what = NOTHING; what <= COPIES; what++) {
        stream s = stream_make(m, configured(m, k, slices[slice]));
        outcome found = play(&s, 30, what, log);
        assert_true(found.latest < s.config.commit_rounds);
        if (slice == 0) inside += found.frames_inside;
        assert_int_equal(log->count, expected->count);
        assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
        assert_true(digest_of(s.decoder) == digest_of(plain.decoder));
        decant_stats ours = stats_of(s.decoder), theirs = stats_of(plain.decoder);
        assert_memory_equal(&ours, &theirs, sizeof ours);
      }
    }
    blocks_release(NULL);
  }
  assert_true(inside > 100);
}

/* Goes on until a window is unfinished. Returns whether one is. */
static bool to_unfinished(stream *s, frame_log *log) {
  for (int k = 0; k < 400; k++) {
    if (k == 0 || stream_is_over(s)) stream_begin(s, 3 * s->window);
    s->rate = 0.3;
    stream_prepare(s);
    bool completes = s->position + 1 >= s->first_window &&
                     (s->position + 1 - s->first_window) % s->config.commit_rounds == 0;
    decant_status status = stream_call(s);
    take(s, log);
    if (completes && status == DECANT_PENDING) return true;
  }
  return false;
}

/* A reset in the middle of a window leaves nothing of it. */
static void reset_forgets_the_window(const stream_model *m) {
  for (int k = 0; k < 2 * STREAM_CONFIGS; k++) {
    stream fresh = stream_make(m, configured(m, k, 1)), used = stream_make(m, configured(m, k, 1));
    frame_log *expected = new_log(), *log = new_log();
    fresh.random = 3;
    play(&fresh, 10, NOTHING, expected);
    for (int turn = 0; turn < 5; turn++) {
      used.random = 100 + (uint64_t)turn;
      assert_true(to_unfinished(&used, log));
      log->count = 0;
      for (int call = 0; call < turn % (int)used.config.commit_rounds; call++) {
        stream_prepare(&used);
        stream_call(&used);
      }
      assert_status(decant_decoder_reset(used.decoder), DECANT_OK);
      assert_status(stream_pop(&used, log), DECANT_EMPTY);
      assert_int_equal(stats_of(used.decoder).shots, 0);
      used.random = 3;
      play(&used, 10, NOTHING, log);
      assert_int_equal(log->count, expected->count);
      assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
    }
    blocks_release(NULL);
  }
}

/* A round that is lost finishes the window, whose frame is there. */
static void a_lost_round_loses_no_window(const stream_model *m) {
  for (int k = 0; k < 2 * STREAM_CONFIGS; k++) {
    stream s = stream_make(m, configured(m, k, 1));
    frame_log *log = new_log();
    assert_true(to_unfinished(&s, log));
    uint64_t shots = stats_of(s.decoder).shots;
    log->count = 0;
    stream_prepare(&s);
    s.round.sequence++;
    assert_status(stream_call(&s), DECANT_ROUND_LOST);
    assert_int_equal(take(&s, log), 1);
    assert_int_equal(stats_of(s.decoder).shots, shots + 1);
    assert_true(log->frames[0].frame.digest == digest_of(s.decoder));
    assert_status(stream_call(&s), DECANT_ROUND_LOST);
    assert_status(stream_pop(&s, log), DECANT_EMPTY);
    blocks_release(NULL);
  }
}

/* Nobody takes over in the middle of a window; whoever is in the middle of one may take over. */
static void taking_over_waits(const stream_model *m) {
  for (int k = 0; k < 2 * STREAM_CONFIGS; k++) {
    stream from = stream_make(m, configured(m, k, 1)), heir = stream_make(m, configured(m, k, 1));
    stream plain = stream_make(m, configured(m, k, 0));
    frame_log *log = new_log(), *expected = new_log();
    heir.random = 9;
    assert_true(to_unfinished(&heir, log) && to_unfinished(&from, log));
    void *ours = block_copy(64, heir.decoder, heir.needs.workspace_size);
    void *theirs = block_copy(64, from.decoder, from.needs.workspace_size);
    assert_status(decant_decoder_take_over(heir.decoder, from.decoder), DECANT_PENDING);
    assert_same_workspace(ours, heir.decoder, heir.needs.workspace_size);
    assert_same_workspace(theirs, from.decoder, from.needs.workspace_size);
    assert_status(decant_decoder_reset(from.decoder), DECANT_OK);
    assert_status(decant_decoder_take_over(heir.decoder, from.decoder), DECANT_OK);
    heir.random = plain.random = 4;
    play(&heir, 10, NOTHING, log);
    play(&plain, 10, NOTHING, expected);
    assert_int_equal(log->count, expected->count);
    assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
    blocks_release(NULL);
  }
}

/* A window that is unfinished keeps room for its frame; the end of the experiment wants room for two. */
static void full_counts_the_unfinished(const stream_model *m) {
  stream s = stream_make(m, configured(m, 0, 1));
  frame_log *log = new_log();
  uint64_t full = 0;
  for (int k = 0; k < 300; k++) {
    for (stream_begin(&s, 6); !stream_is_over(&s);) {
      stream_prepare(&s);
      uint64_t shots = stats_of(s.decoder).shots;
      decant_status status = stream_call(&s);
      while (status == DECANT_FULL) {
        full++;
        assert_int_equal(stats_of(s.decoder).shots, shots);
        assert_status(stream_pop(&s, log), DECANT_OK);
        log->count = 0;
        status = stream_call(&s);
      }
      assert_true(status == DECANT_PENDING || status == DECANT_OK || status == DECANT_TRUNCATED);
    }
  }
  assert_true(full > 100);
}

/* Only streams spread their work. */
static void is_for_streams(const stream_model *m) {
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_config config = {.struct_size = sizeof config, .slice_work = 1};
  assert_status(decant_decoder_measure(m->whole, m->whole_size, &config, &needs), DECANT_UNSUPPORTED);
  assert_status(decant_decoder_measure(m->image, m->image_size, &config, &needs), DECANT_OK);
  config.flags = DECANT_CONFIG_BLOCKS;
  assert_status(decant_decoder_measure(m->image, m->image_size, &config, &needs), DECANT_UNSUPPORTED);
}

int run_spreading(void) {
  const struct CMUnitTest tests[] = {
      every_model(nothing_changes),         every_model(reset_forgets_the_window),
      every_model(a_lost_round_loses_no_window), every_model(taking_over_waits),
      every_model(full_counts_the_unfinished),   every_model(is_for_streams),
  };
  return cmocka_run_group_tests_name("spreading", tests, NULL, NULL);
}
