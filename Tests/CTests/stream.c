/* Streams: rounds in, frames out. What frames say of an experiment is held against an independent decoder in
 * Tests/python/test_stream.py; here, what decant.h promises about calls, and that nothing but the rounds matters. */
#include "stream_rig.h"

#include <stdlib.h>

/* A call that must leave the decoder as it is. */
#define assert_refused(s, call, expected) \
  do { \
    const void *mark = blocks_mark(); \
    void *before = block_copy(64, (s)->decoder, (s)->needs.workspace_size); \
    assert_status(call, expected); \
    assert_same_workspace(before, (s)->decoder, (s)->needs.workspace_size); \
    blocks_release(mark); \
  } while (0)

static stream plain(const stream_model *of) { return stream_make(of, (decant_config){0}); }

static decant_status push(stream *s, uint64_t sequence, uint32_t flags, const void *bits, size_t size) {
  decant_round round = {.struct_size = sizeof round, .sequence = sequence, .flags = flags, .timestamp = 5 + sequence};
  return decant_stream_push(s->decoder, &round, bits, size);
}

static size_t size_of(const stream *s, uint32_t position, bool last) {
  return (stream_detectors(s, position, last) + 7) / 8;
}

static void inspects(const stream_model *m) {
  decant_stream_info info = {.struct_size = sizeof info};
  assert_status(decant_stream_inspect(m->image, m->image_size, &info), DECANT_OK);
  assert_int_equal(info.observables, m->observables);
  assert_int_equal(info.first_detectors, m->first);
  assert_int_equal(info.round_detectors, m->usual);
  assert_int_equal(info.last_detectors, m->last);
  assert_int_equal(info.least_buffer, m->reach);
  assert_true(info.commit_rounds > 0 && info.buffer_rounds >= info.least_buffer);
  assert_true(info.shortest >= 2 && info.shortest < 12 && info.shortest_open >= 1);
  decant_image_info image = {.struct_size = sizeof image};
  assert_status(decant_image_inspect(m->image, m->image_size, &image), DECANT_OK);
  assert_int_equal(image.flags, DECANT_IMAGE_STREAM | (m->correlated ? DECANT_IMAGE_CORRELATED : 0) |
                                    (m->network ? DECANT_IMAGE_NETWORK : 0));

  poison(&info, sizeof info);
  info.struct_size = sizeof info - 1;
  decant_stream_info before = info;
  assert_status(decant_stream_inspect(m->image, m->image_size, &info), DECANT_BAD_ABI);
  info.struct_size = before.struct_size = sizeof info;
  assert_status(decant_stream_inspect(m->whole, m->whole_size, &info), DECANT_UNSUPPORTED);
  assert_status(decant_stream_inspect(m->image, m->image_size - 1, &info), DECANT_BAD_IMAGE);
  assert_status(decant_stream_inspect(m->image + 4, m->image_size - 4, &info), DECANT_MISALIGNED);
  assert_status(decant_stream_inspect(NULL, m->image_size, &info), DECANT_BAD_ARGUMENT);
  assert_status(decant_stream_inspect(m->image, m->image_size, NULL), DECANT_BAD_ARGUMENT);
  assert_memory_equal(&info, &before, sizeof info);
}

static void measures_windows(const stream_model *m) {
  decant_requirements needs = {.struct_size = sizeof needs};
#define measured(image, ...) \
  decant_decoder_measure( \
      m->image, m->image##_size, &(decant_config){.struct_size = sizeof(decant_config), __VA_ARGS__}, &needs)
  assert_status(measured(image, .commit_rounds = 1, .buffer_rounds = m->reach), DECANT_OK);
  uint64_t small = needs.workspace_size, work = needs.worst_case_work;
  assert_int_equal(needs.max_match_edges, 0);
  assert_int_equal(needs.detectors_size, (m->usual + 7) / 8);
  assert_int_equal(needs.observables_size, (m->observables + 7) / 8);
  assert_status(measured(image, .commit_rounds = 100, .buffer_rounds = m->reach), DECANT_OK);
  assert_true(needs.workspace_size > small && needs.worst_case_work > work);
  assert_status(measured(image, .commit_rounds = 65000, .buffer_rounds = 536), DECANT_OK);
  if (m->reach > 1) assert_status(measured(image, .buffer_rounds = m->reach - 1), DECANT_UNSUPPORTED);
  assert_status(measured(image, .commit_rounds = 65000, .buffer_rounds = 537), DECANT_UNSUPPORTED);
  assert_status(measured(image, .commit_rounds = 65536, .buffer_rounds = 2), DECANT_UNSUPPORTED);
  assert_status(measured(image, .commit_rounds = 2, .buffer_rounds = UINT32_MAX), DECANT_UNSUPPORTED);
  assert_status(measured(image, .max_reweights = 1), DECANT_UNSUPPORTED);
  assert_status(measured(image, .flags = DECANT_CONFIG_NETWORK), m->network ? DECANT_OK : DECANT_UNSUPPORTED);
  assert_status(measured(image, .flags = DECANT_CONFIG_CORRELATED), m->correlated ? DECANT_OK : DECANT_UNSUPPORTED);
  assert_status(measured(whole, .commit_rounds = 3), DECANT_UNSUPPORTED);
  assert_status(measured(whole, .buffer_rounds = 3), DECANT_UNSUPPORTED);
#undef measured
}

static void is_not_for_whole_shots(const stream_model *m) {
  stream s = plain(m);
  uint8_t bits[64] = {0}, out[64];
  size_t count = 12345;
  int32_t weight = 7;
  decant_edge edge;
  decant_reweight change = {0, DECANT_BOUNDARY, 4};
  poison(out, sizeof out);
  size_t n = s.needs.detectors_size, o = s.needs.observables_size;
  assert_refused(&s, decant_decode(s.decoder, bits, n, out, o, NULL), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_decode_batch(s.decoder, 1, bits, n, out, o, &count), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_match(s.decoder, bits, n, out, o, NULL), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_match_edges(s.decoder, bits, n, &edge, 1, &count, NULL), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_reweight_next(s.decoder, &change, 1), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_edge_weight(s.decoder, 0, DECANT_BOUNDARY, &weight), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_predecode(s.decoder, bits, n, out, n, NULL, 0, NULL, 0, &count, NULL), DECANT_UNSUPPORTED);
  assert_untouched(out, sizeof out);
  assert_true(count == 12345 && weight == 7);
}

static void whole_shots_are_not_for_it(const stream_model *m) {
  stream_model swapped = *m;
  decant_requirements needs = {.struct_size = sizeof needs};
  assert_status(decant_decoder_measure(m->whole, m->whole_size, NULL, &needs), DECANT_OK);
  stream s = {.model = &swapped, .needs = needs};
  void *workspace = block_new(64, needs.workspace_size);
  assert_status(
      decant_decoder_init(workspace, needs.workspace_size, m->whole, m->whole_size, NULL, &s.decoder), DECANT_OK);
  decant_frame frame = {.struct_size = sizeof frame};
  uint8_t bits[8] = {0};
  assert_refused(&s, push(&s, 0, 0, bits, size_of(&s, 0, false)), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_stream_finish(s.decoder), DECANT_UNSUPPORTED);
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, bits, sizeof bits), DECANT_UNSUPPORTED);
}

static void push_refuses(const stream_model *m) {
  stream s = plain(m);
  uint8_t bits[64] = {0};
  for (uint32_t round = 0; round < 5; round++) {
    size_t size = size_of(&s, round, false), last = size_of(&s, round, true);
    decant_round good = {.struct_size = sizeof good, .sequence = round}, bad = good;
#define refused(expected, ...) assert_refused(&s, decant_stream_push(__VA_ARGS__), expected)
    refused(DECANT_BAD_ARGUMENT, NULL, &good, bits, size);
    refused(DECANT_BAD_ARGUMENT, s.decoder, NULL, bits, size);
    refused(DECANT_BAD_ARGUMENT, s.decoder, &good, bits, size + 1);
    refused(DECANT_BAD_ARGUMENT, s.decoder, &good, bits, size - 1);
    refused(DECANT_BAD_ARGUMENT, s.decoder, &good, NULL, size + 1);
    refused(DECANT_BAD_ARGUMENT, s.decoder, &good, NULL, 0);
    refused(DECANT_BAD_ARGUMENT, s.decoder, &good, bits, SIZE_MAX);
    refused(DECANT_MISALIGNED, (decant_decoder *)((char *)s.decoder + 8), &good, bits, size);
    bad.struct_size = sizeof bad - 1;
    refused(DECANT_BAD_ABI, s.decoder, &bad, bits, size);
    bad.struct_size = 4097;
    refused(DECANT_BAD_ABI, s.decoder, &bad, bits, size);
    for (int bit = 4; bit < 32; bit++) {
      bad = good;
      bad.flags = 1u << bit;
      refused(DECANT_UNSUPPORTED, s.decoder, &bad, bits, size);
    }
    bad = good;
    bad.reserved[0] = 1;
    refused(DECANT_UNSUPPORTED, s.decoder, &bad, bits, size);
    for (uint32_t stray = stream_detectors(&s, round, false); stray < 8 * size; stray++) {
      bits[stray / 8] |= (uint8_t)(1 << stray % 8);
      refused(DECANT_BAD_ARGUMENT, s.decoder, &good, bits, size);
      memset(bits, 0, sizeof bits);
    }
    for (uint32_t stray = stream_detectors(&s, round, true); stray < 8 * last && round >= 3; stray++) {
      bits[stray / 8] |= (uint8_t)(1 << stray % 8);
      bad = good;
      bad.flags = DECANT_ROUND_LAST;
      refused(DECANT_BAD_ARGUMENT, s.decoder, &bad, bits, last);
      memset(bits, 0, sizeof bits);
    }
    if (round > 0) {
      bad = good;
      bad.sequence = round - 1;
      refused(DECANT_BAD_ARGUMENT, s.decoder, &bad, bits, size);
      bad.sequence = 0;
      refused(DECANT_BAD_ARGUMENT, s.decoder, &bad, bits, size);
    }
#undef refused
    decant_status status = decant_stream_push(s.decoder, &good, bits, size);
    assert_true(status == DECANT_PENDING || status == DECANT_OK);
  }
  /* A struct of tomorrow, whose further fields say nothing. */
  struct {
    decant_round round;
    uint64_t more;
  } later = {.round = {.struct_size = sizeof later, .sequence = 5}};
  later.more = 1;
  assert_refused(&s, decant_stream_push(s.decoder, &later.round, bits, size_of(&s, 5, false)), DECANT_UNSUPPORTED);
  later.more = 0;
  assert_true(decant_stream_push(s.decoder, &later.round, bits, size_of(&s, 5, false)) >= 0);
}

/* No bytes are no events. */
static void silence_can_be_left_out(const stream_model *m) {
  stream s = plain(m), t = plain(m);
  uint8_t bits[64] = {0};
  frame_log *a = new_log(), *b = new_log();
  for (uint32_t round = 0; round < 40; round++) {
    bool last = round == 39;
    size_t size = size_of(&s, round, last);
    bits[0] = round % 5 == 0;
    decant_status status = push(&t, round, last, bits, size);
    assert_status(push(&s, round, last, bits[0] ? bits : NULL, size), status);
    if (status != DECANT_OK) continue;
    stream_pop(&s, a);
    stream_pop(&t, b);
  }
  assert_true(a->count == b->count && a->count > 1);
  assert_memory_equal(a->frames, b->frames, a->count * sizeof *a->frames);
}

static void a_lost_round_is_sticky(const stream_model *m) {
  stream s = plain(m);
  uint8_t bits[64] = {0}, out[64];
  decant_frame frame = {.struct_size = sizeof frame};
  for (uint32_t round = 0; round < s.first_window; round++) {
    assert_status(push(&s, round, 0, bits, size_of(&s, round, false)),
                  round + 1 < s.first_window ? DECANT_PENDING : DECANT_OK);
  }
  assert_status(push(&s, s.first_window + 1, 0, bits, size_of(&s, 1, false)), DECANT_ROUND_LOST);
  assert_refused(&s, push(&s, s.first_window, 0, bits, size_of(&s, 1, false)), DECANT_ROUND_LOST);
  assert_refused(&s, push(&s, s.first_window + 1, 0, bits, size_of(&s, 1, false)), DECANT_ROUND_LOST);
  assert_refused(&s, push(&s, 0, 0, bits, size_of(&s, 0, false)), DECANT_ROUND_LOST);
  assert_refused(&s, decant_stream_finish(s.decoder), DECANT_ROUND_LOST);
  assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK); /* what was final is final */
  assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_EMPTY);
  assert_status(decant_decoder_reset(s.decoder), DECANT_OK);
  assert_status(push(&s, 1, 0, bits, size_of(&s, 1, false)), DECANT_ROUND_LOST);
  assert_status(decant_decoder_reset(s.decoder), DECANT_OK);
  assert_status(push(&s, 0, 0, bits, size_of(&s, 0, false)), DECANT_PENDING);
  assert_status(push(&s, UINT64_MAX, 0, bits, size_of(&s, 1, false)), DECANT_ROUND_LOST);
}

static void short_experiments_go_on(const stream_model *m) {
  stream s = plain(m);
  decant_stream_info info = {.struct_size = sizeof info};
  assert_status(decant_stream_inspect(m->image, m->image_size, &info), DECANT_OK);
  uint8_t bits[64] = {0}, out[64];
  decant_frame frame = {.struct_size = sizeof frame};
  assert_refused(&s, decant_stream_finish(s.decoder), DECANT_EMPTY);
  for (uint32_t round = 0; round + 1 < info.shortest; round++) {
    assert_refused(&s, push(&s, round, DECANT_ROUND_LAST, bits, size_of(&s, round, true)), DECANT_UNSUPPORTED);
    assert_status(push(&s, round, 0, bits, size_of(&s, round, false)), DECANT_PENDING);
    if (round + 1 < info.shortest_open) assert_refused(&s, decant_stream_finish(s.decoder), DECANT_UNSUPPORTED);
  }
  assert_status(push(&s, info.shortest - 1, DECANT_ROUND_LAST, bits, size_of(&s, 1, true)), DECANT_OK);
  assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK);
  assert_int_equal(frame.flags, DECANT_FRAME_FINAL);
  assert_true(frame.first_round == 0 && frame.last_round == info.shortest - 1);
  for (uint32_t rounds = 1; rounds < s.window; rounds++) { /* then open ends */
    for (uint32_t round = 0; round < rounds; round++) {
      assert_status(push(&s, round, 0, NULL, size_of(&s, round, false)), DECANT_PENDING);
    }
    if (rounds < info.shortest_open) continue;
    assert_status(decant_stream_finish(s.decoder), DECANT_OK);
    assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK);
    assert_true(frame.first_round == 0 && frame.last_round == rounds - 1 && frame.timestamp == 0);
    assert_int_equal(frame.flags, DECANT_FRAME_FINAL);
  }
}

/* Until the ring is full, and what FULL leaves. */
static void full_takes_nothing(const stream_model *m) {
  for (int finishes = 0; finishes < 2; finishes++) {
    const uint32_t least = plain(m).least_first_commit, commit = least > 2 ? least : 2;
    stream s = stream_make(m, (decant_config){.commit_rounds = commit, .buffer_rounds = m->reach});
    uint8_t bits[64] = {1};
    uint32_t round = 0;
    for (uint32_t frames = 0; frames < DECANT_STREAM_FRAMES;) {
      decant_status status = push(&s, round, 0, bits, size_of(&s, round, false));
      assert_true(status == DECANT_OK || status == DECANT_PENDING);
      frames += status == DECANT_OK;
      round++;
    }
    for (uint32_t k = 1; k < commit; k++, round++) { /* these complete nothing */
      assert_status(push(&s, round, 0, bits, size_of(&s, round, false)), DECANT_PENDING);
    }
    const uint32_t whole = round; /* rounds at which the next one completes a window */
    size_t size = size_of(&s, round, false);
    assert_refused(&s, push(&s, round, 0, bits, size), DECANT_FULL);
    assert_refused(&s, push(&s, round, DECANT_ROUND_LAST, bits, size_of(&s, round, true)), DECANT_FULL);
    assert_refused(&s, decant_stream_finish(s.decoder), DECANT_FULL);
    uint8_t out[64];
    decant_frame frame = {.struct_size = sizeof frame};
    for (uint32_t k = 0; k < 3 * DECANT_STREAM_FRAMES; k++) { /* round the ring and round again */
      assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK);
      assert_true(frame.first_round == commit * k && frame.last_round == commit * (k + 1) - 1);
      assert_true(frame.timestamp == 5 + frame.last_round + m->reach);
      assert_status(push(&s, round, 0, bits, size), DECANT_OK);
      for (round++; round % commit != whole % commit; round++) {
        assert_status(push(&s, round, 0, bits, size), DECANT_PENDING);
      }
      assert_refused(&s, push(&s, round, 0, bits, size), DECANT_FULL);
    }
    assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK);
    uint64_t end = finishes ? round - 1 : round;
    assert_status(finishes ? decant_stream_finish(s.decoder)
                           : push(&s, round, DECANT_ROUND_LAST, bits, size_of(&s, round, true)),
                  DECANT_OK);
    assert_refused(&s, decant_stream_finish(s.decoder), DECANT_EMPTY);
    for (uint32_t k = 0; k < DECANT_STREAM_FRAMES; k++) {
      assert_status(decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_OK);
    }
    assert_int_equal(frame.flags, DECANT_FRAME_FINAL);
    assert_true(frame.last_round == end && frame.timestamp == (finishes ? 0 : 5 + end));
    assert_refused(&s, decant_stream_pop(s.decoder, &frame, out, sizeof out), DECANT_EMPTY);
  }
}

static void pop_refuses(const stream_model *m) {
  stream s = plain(m);
  uint8_t bits[64] = {0}, out[64];
  size_t o = s.needs.observables_size;
  decant_frame frame;
  poison(&frame, sizeof frame);
  poison(out, sizeof out);
  frame.struct_size = sizeof frame;
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, out, o), DECANT_EMPTY);
  for (uint32_t round = 0; round < s.first_window; round++) push(&s, round, 0, bits, size_of(&s, round, false));
  assert_refused(&s, decant_stream_pop(NULL, &frame, out, o), DECANT_BAD_ARGUMENT);
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, NULL, o), DECANT_BAD_ARGUMENT);
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, out, o - 1), DECANT_BUFFER_TOO_SMALL);
  frame.struct_size = sizeof frame - 1;
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, out, o), DECANT_BAD_ABI);
  assert_untouched(out, sizeof out);
  assert_untouched((char *)&frame + sizeof frame.struct_size, sizeof frame - sizeof frame.struct_size);
  frame.struct_size = sizeof frame;
  assert_status(decant_stream_pop(s.decoder, NULL, out, sizeof out), DECANT_OK);
  assert_untouched(out + o, sizeof out - o);
  assert_refused(&s, decant_stream_pop(s.decoder, &frame, out, o), DECANT_EMPTY);
}

/* The same rounds give the same frames, whenever these are taken and wherever the decoder is moved to. */
static void only_the_rounds_matter(const stream_model *m) {
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    frame_log *log = new_log(), *first = new_log();
    uint64_t digest = 0;
    decant_stats stats = {0};
    for (policy how = AT_ONCE; how < POLICIES; how++) {
      stream s = stream_make(m, stream_config(m, k));
      stream_play(&s, 40, how, how == AT_ONCE ? first : log);
      if (how == AT_ONCE) {
        digest = digest_of(s.decoder);
        stats = stats_of(s.decoder);
        assert_true(stats.shots == first->count && digest == first->frames[first->count - 1].frame.digest);
        continue;
      }
      assert_int_equal(log->count, first->count);
      assert_memory_equal(log->frames, first->frames, log->count * sizeof *log->frames);
      decant_stats again = stats_of(s.decoder);
      assert_memory_equal(&again, &stats, sizeof stats);
      assert_true(digest_of(s.decoder) == digest);
    }
    blocks_release(NULL);
  }
}

/* Frames divide the rounds of each experiment among them. */
static void frames_follow_each_other(const stream_model *m) {
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream s = stream_make(m, stream_config(m, k));
    frame_log *log = new_log();
    uint64_t truncated = 0, events = 0;
    for (int experiment = 0; experiment < 60; experiment++) {
      stream_play(&s, 1, AT_ONCE, log);
      uint64_t next = 0;
      for (size_t f = 0; f < log->count; f++) {
        const decant_frame *frame = &log->frames[f].frame;
        bool final = f + 1 == log->count;
        assert_true(frame->first_round == next);
        assert_int_equal(frame->flags & ~(uint32_t)DECANT_FRAME_TRUNCATED, final ? DECANT_FRAME_FINAL : 0);
        next = frame->last_round + 1;
        uint32_t commit = s.config.commit_rounds;
        if (f == 0 && commit < s.least_first_commit) commit = s.least_first_commit;
        if (!final && k != 0) assert_int_equal(next - frame->first_round, commit);
        if (frame->detection_events == 0) assert_true(frame->weight == 0 && frame->flags == (final ? 1u : 0u));
        truncated += (frame->flags & DECANT_FRAME_TRUNCATED) != 0;
        events += frame->detection_events;
      }
      assert_true(next == s.rounds);
    }
    decant_stats stats = stats_of(s.decoder);
    assert_true(stats.truncated == truncated && stats.detection_events == events && events > 100);
    assert_true(s.config.work_limit == 0 ? truncated == 0 : truncated > 0);
    blocks_release(NULL);
  }
}

/* Reset, in whatever state, is as good as a new decoder. */
static void reset_forgets_everything(const stream_model *m) {
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream fresh = stream_make(m, stream_config(m, k)), used = stream_make(m, stream_config(m, k));
    frame_log *expected = new_log(), *log = new_log();
    fresh.random = 77;
    stream_play(&fresh, 20, WHEN_FULL, expected);
    for (int state = 0; state < 20; state++) {
      used.random = 1000 + (uint64_t)state;
      stream_begin(&used, 60);
      for (int call = 0; call < 3 * state; call++) {
        stream_prepare(&used);
        stream_call(&used);
      }
      if (state % 3 == 0) push(&used, 1000, 0, used.bits, used.size);
      assert_status(decant_decoder_reset(used.decoder), DECANT_OK);
      assert_status(stream_pop(&used, log), DECANT_EMPTY);
      assert_int_equal(stats_of(used.decoder).shots, 0);
      used.random = 77;
      stream_play(&used, 20, WHEN_FULL, log);
      assert_int_equal(log->count, expected->count);
      assert_memory_equal(log->frames, expected->frames, log->count * sizeof *log->frames);
    }
    blocks_release(NULL);
  }
}

/* Windows longer than the experiment: as a decoder of whole shots answers, shot by shot. */
static void long_windows_are_whole_shots(const stream_model *m) {
  const uint32_t rounds = whole_rounds(m);
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    decant_config config = stream_config(m, k);
    config.commit_rounds = config.buffer_rounds = 0;
    decant_requirements needs;
    decant_decoder *whole = decoder_new(m->whole, m->whole_size, config, &needs);
    config.commit_rounds = 3;
    config.buffer_rounds = rounds;
    stream s = stream_make(m, config);
    frame_log *log = new_log();
    uint8_t *shot = block_new(1, needs.detectors_size), observables[8] = {0};
    for (int n = 0; n < 300; n++) {
      log->count = 0;
      stream_begin(&s, 2);
      s.rounds = rounds;
      s.finishes = false;
      memset(shot, 0, needs.detectors_size);
      uint32_t place = 0;
      while (!stream_is_over(&s)) {
        stream_prepare(&s);
        uint32_t count = stream_detectors(&s, s.position, s.position + 1 == rounds);
        for (uint32_t bit = 0; bit < count; bit++, place++) {
          if (s.bits[bit / 8] >> bit % 8 & 1) shot[place / 8] |= (uint8_t)(1 << place % 8);
        }
        assert_true(stream_call(&s) >= 0);
      }
      stream_pop(&s, log);
      decant_report report = {.struct_size = sizeof report};
      assert_true(decant_decode(whole, shot, needs.detectors_size, observables, needs.observables_size, &report) >= 0);
      const logged *frame = &log->frames[0];
      assert_memory_equal(frame->observables, observables, needs.observables_size);
      assert_int_equal(frame->frame.detection_events, report.detection_events);
      if (s.config.work_limit != 0) continue; /* ways out differ: a stream's stay in their rounds */
      assert_int_equal(frame->frame.work, report.work);
      /* Frames weigh by the image, reports by what a network has changed and the first pass has lowered. */
      if (config.flags & DECANT_CONFIG_NETWORK) continue;
      if (config.flags & DECANT_CONFIG_CORRELATED) assert_true(frame->frame.weight >= report.weight);
      else assert_true(frame->frame.weight == report.weight && digest_of(s.decoder) == digest_of(whole));
    }
    blocks_release(NULL);
  }
}

/* In the ladder, each edge to the boundary flips one of the two observables, and other edges both or none: a correction
 * explains all events, whatever windows it was found in and however short of work, only if it flips as many as there were
 * events, modulo two. */
static void corrections_explain_all_events(const stream_model *m) {
  if (m->observables != 2) return;
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream s = stream_make(m, stream_config(m, k));
    frame_log *log = new_log();
    for (int n = 0; n < 400; n++) {
      log->count = 0;
      stream_begin(&s, 4);
      s.finishes = false;
      int parity = 0;
      while (!stream_is_over(&s)) {
        stream_prepare(&s);
        for (size_t byte = 0; byte < s.size; byte++) parity ^= __builtin_parity(s.bits[byte]);
        if (stream_call(&s) != DECANT_PENDING) stream_pop(&s, log);
      }
      for (size_t f = 0; f < log->count; f++) parity ^= __builtin_parity(log->frames[f].observables[0]);
      assert_int_equal(parity, 0);
    }
    blocks_release(NULL);
  }
}

/* Detectors that nothing flips are passed over, and told of in each window that sees them. */
static void strays_are_told_of(const stream_model *m) {
  if (m->idle == 0) return;
  for (int k = 0; k < STREAM_CONFIGS; k++) {
    stream s = stream_make(m, stream_config(m, k)), t = stream_make(m, stream_config(m, k));
    frame_log *with = new_log(), *without = new_log();
    uint32_t strays = 0;
    for (int n = 0; n < 60; n++) {
      with->count = without->count = 0;
      uint64_t fired[256] = {0};
      s.random = t.random = (uint64_t)n;
      stream_begin(&s, 4);
      stream_begin(&t, 4);
      while (!stream_is_over(&s)) {
        stream_prepare(&s);
        stream_prepare(&t);
        bool stray = (s.position * 7 + (uint32_t)n) % 11 == 3 && s.position > 0 && s.position + 1 < s.rounds;
        if (stray) {
          s.bits[m->idle / 8] |= (uint8_t)(1 << m->idle % 8);
          fired[s.position % 256] = 1;
        }
        decant_status status = stream_call(&s);
        assert_status(stream_call(&t), status);
        if (status == DECANT_PENDING) continue;
        uint64_t end = s.position; /* rounds that the window has seen */
        stream_pop(&s, with);
        stream_pop(&t, without);
        decant_frame *a = &with->frames[with->count - 1].frame, *b = &without->frames[with->count - 1].frame;
        if (s.position > s.rounds) end = s.rounds;
        uint32_t seen = 0;
        for (uint64_t round = a->first_round; round < end; round++) seen += (uint32_t)fired[round % 256];
        assert_int_equal(a->flags, b->flags | (seen ? DECANT_FRAME_STRAY : 0));
        assert_int_equal(a->detection_events, b->detection_events + seen);
        strays += seen;
        a->flags = b->flags;
        a->digest = b->digest;
        a->detection_events = b->detection_events;
      }
      assert_memory_equal(with->frames, without->frames, with->count * sizeof *with->frames);
    }
    assert_true(strays > 20);
    blocks_release(NULL);
  }
}

int run_stream(void) {
  const struct CMUnitTest tests[] = {
      every_model(inspects),
      every_model(measures_windows),
      every_model(is_not_for_whole_shots),
      every_model(whole_shots_are_not_for_it),
      every_model(push_refuses),
      every_model(silence_can_be_left_out),
      every_model(a_lost_round_is_sticky),
      every_model(short_experiments_go_on),
      every_model(full_takes_nothing),
      every_model(pop_refuses),
      every_model(only_the_rounds_matter),
      every_model(frames_follow_each_other),
      every_model(reset_forgets_everything),
      every_model(long_windows_are_whole_shots),
      every_model(corrections_explain_all_events),
      every_model(strays_are_told_of),
  };
  return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
