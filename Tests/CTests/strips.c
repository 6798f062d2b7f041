/* Strips: a patch cut across into images of its own, and the seams between them. What strips answer is held against an
 * independent decoder in Tests/python/package/test_strip_rule.py; here, what decant.h promises about calls and seams, and that every
 * event is explained. */
#include "stream_rig.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_STRIPS = 16, PATCH = 144, COLUMNS = 12, BYTES = (PATCH + 7) / 8, ROOM = 64 };

/* build/fixtures/strips/NAME.0.image and so on: Tests/golden/strips/README.md tells what the patch is. */
typedef struct plan {
  const char *name;
  size_t count;
  const uint8_t *image[MOST_STRIPS];
  size_t size[MOST_STRIPS];
  decant_strip_info info[MOST_STRIPS];
  uint32_t detectors[MOST_STRIPS][PATCH];
} plan;

static plan plans[] = {{.name = "narrow"}, {.name = "wide"}, {.name = "least"}, {.name = "one"}};
enum { PLANS = sizeof plans / sizeof *plans };

static int load(void **state) {
  (void)state;
  const char *folder = getenv("DECANT_FIXTURES");
  for (size_t k = 0; k < PLANS; k++) {
    plan *p = &plans[k];
    for (p->count = 0; p->count < MOST_STRIPS; p->count++) {
      char path[4096];
      snprintf(path, sizeof path, "%s/strips/%s.%zu.image", folder ? folder : "build/fixtures", p->name, p->count);
      p->image[p->count] = image_read(path, &p->size[p->count]);
      if (p->image[p->count] == NULL) break;
      p->info[p->count].struct_size = sizeof p->info[p->count];
      decant_status status = decant_strip_inspect(p->image[p->count], p->size[p->count], &p->info[p->count],
                                                  p->detectors[p->count], PATCH);
      if (status != DECANT_OK) return 1;
    }
    if (p->count == 0 || p->count != p->info[0].strips) {
      fprintf(stderr, "ctests: no strips called %s in the fixtures; `make fixtures` makes them\n", p->name);
      return 1;
    }
  }
  return 0;
}

/* Decoders of all strips. */
typedef struct patch {
  const plan *plan;
  decant_config config;
  decant_requirements needs[MOST_STRIPS];
  decant_decoder *decoder[MOST_STRIPS];
} patch;

/* What decoding a shot leaves: seam k is that between strips k - 1 and k. */
typedef struct outcome {
  uint8_t seams[MOST_STRIPS + 1][ROOM], flips[MOST_STRIPS];
  decant_report reports[MOST_STRIPS];
} outcome;

static patch patch_make(const plan *p, decant_config config) {
  patch made = {.plan = p, .config = config};
  for (size_t k = 0; k < p->count; k++) {
    made.decoder[k] = decoder_new(p->image[k], p->size[k], config, &made.needs[k]);
    assert_int_equal(made.needs[k].seam_size, made.needs[0].seam_size);
    assert_true(made.needs[k].seam_size <= ROOM);
  }
  return made;
}

static decant_config config_of(int k) {
  static const uint32_t flags[] = {0, DECANT_CONFIG_CORRELATED, DECANT_CONFIG_UNION_FIND,
                                   DECANT_CONFIG_UNION_FIND | DECANT_CONFIG_CORRELATED};
  return (decant_config){.struct_size = sizeof(decant_config), .flags = flags[k % 4], .work_limit = k < 4 ? 0 : 20};
}
enum { CONFIGS = 8 };

static void sample(uint8_t *shot, uint64_t *random) {
  static const double rates[] = {0.0, 0.01, 0.05, 0.1, 0.3, 1.0};
  double rate = rates[random_next(random) % 6];
  memset(shot, 0, BYTES);
  for (size_t d = 0; d < PATCH; d++) {
    if ((double)(random_next(random) >> 11) < rate * 0x1p53) shot[d / 8] |= (uint8_t)(1 << d % 8);
  }
}

static bool reads(const patch *p, size_t k) { return p->plan->info[k].flags & DECANT_STRIP_SECOND; }

/* Buffers are exactly as long as they must be, and end where memory does. */
static decant_status decode_strip(const patch *p, decant_decoder *decoder, const uint8_t *shot, size_t k, outcome *into) {
  const void *mark = blocks_mark();
  size_t n = (size_t)p->needs[k].detectors_size, seam = (size_t)p->needs[k].seam_size;
  uint8_t *bits = block_new(1, n), *flips = block_new(1, 1), *seams[2];
  assert_status(decant_strip_gather(decoder, block_copy(1, shot, BYTES), BYTES, bits, n), DECANT_OK);
  for (size_t side = 0; side < 2; side++) {
    bool none = side == 0 ? k == 0 : k + 1 == p->plan->count;
    seams[side] = none ? NULL : block_new(1, seam);
    if (!none && reads(p, k)) {
      memcpy(seams[side], into->seams[k + side], seam);
      block_forbid_writing(seams[side], seam);
    }
  }
  decant_report report = {.struct_size = sizeof report};
  decant_status status = decant_strip_decode(decoder, bits, n, seams[0], seams[1], seam, flips, 1, &report);
  if (status >= 0) {
    into->flips[k] = *flips;
    into->reports[k] = report;
    assert_true(report.work <= p->needs[k].worst_case_work);
    for (size_t side = 0; side < 2; side++) {
      if (seams[side] != NULL && !reads(p, k)) memcpy(into->seams[k + side], seams[side], seam);
    }
  } else {
    assert_untouched(flips, 1);
  }
  blocks_release(mark);
  return status;
}

static uint8_t decode(const patch *p, const uint8_t *shot, outcome *into) {
  uint8_t flips = 0;
  memset(into, 0, sizeof *into);
  for (size_t layer = 0; layer < 2; layer++) {
    for (size_t k = layer; k < p->plan->count; k += 2) {
      decant_status status = decode_strip(p, p->decoder[k], shot, k, into);
      assert_true(status == DECANT_OK || (status == DECANT_TRUNCATED && p->config.work_limit != 0));
      flips ^= into->flips[k];
    }
  }
  return flips;
}

/* Strips see what they say, and decide every detector once. */
static void strips_make_up_the_patch(void **state) {
  (void)state;
  for (size_t n = 0; n < PLANS; n++) {
    const plan *p = &plans[n];
    uint32_t committed = 0;
    for (size_t k = 0; k < p->count; k++) {
      const decant_strip_info *info = &p->info[k];
      decant_image_info image = {.struct_size = sizeof image};
      assert_status(decant_image_inspect(p->image[k], p->size[k], &image), DECANT_OK);
      assert_int_equal(image.flags, DECANT_IMAGE_STRIP | DECANT_IMAGE_CORRELATED);
      assert_int_equal(image.detectors, info->detectors);
      assert_int_equal(info->index, k);
      assert_int_equal(info->strips, p->count);
      assert_int_equal(info->shot_detectors, PATCH);
      assert_int_equal(info->flags, k % 2 != 0 ? DECANT_STRIP_SECOND : 0);
      assert_int_equal(info->before == 0, k == 0);
      assert_int_equal(info->after == 0, k + 1 == p->count);
      if (k + 1 < p->count) assert_int_equal(info->after, p->info[k + 1].before);
      if (k % 2 != 0) assert_int_equal(info->committed, info->detectors);
      committed += info->committed;
      for (uint32_t d = 0; d < info->detectors; d++) {
        assert_true(p->detectors[k][d] < PATCH && (d == 0 || p->detectors[k][d] > p->detectors[k][d - 1]));
      }
    }
    assert_int_equal(committed, PATCH);
  }
  assert_int_equal(plans[0].count, 4);
  assert_int_equal(plans[3].count, 1);
}

/* Every detection event is explained by the corrections of all strips together, whatever fires and however it is decoded. */
static void corrections_explain_all_events(void **state) {
  (void)state;
  for (size_t n = 0; n < PLANS; n++) {
    uint64_t truncated = 0;
    for (int c = 0; c < CONFIGS; c++) {
      patch p = patch_make(&plans[n], config_of(c));
      outcome *all = block_new(8, sizeof *all);
      uint64_t random = 5 + (uint64_t)c;
      for (int shots = 0; shots < 600 / SHARE; shots++) {
        uint8_t shot[BYTES];
        sample(shot, &random);
        uint8_t flips = decode(&p, shot, all);
        int events[2] = {0, 0};
        for (size_t d = 0; d < PATCH; d++) events[d / (2 * COLUMNS) % 2] += shot[d / 8] >> d % 8 & 1;
        assert_int_equal(__builtin_parity(flips & 3), events[0] % 2);
        assert_int_equal(__builtin_parity(flips & 12), events[1] % 2);
        for (size_t k = 0; k < p.plan->count; k++) truncated += all->reports[k].flags & DECANT_REPORT_TRUNCATED;
      }
      blocks_release(NULL);
    }
    assert_true(truncated > 0);
  }
}

/* A strip that sees all decodes as whole shots are decoded. */
static void one_strip_is_a_whole_shot(void **state) {
  (void)state;
  const char *folder = getenv("DECANT_FIXTURES");
  char path[4096];
  snprintf(path, sizeof path, "%s/strips/whole.image", folder ? folder : "build/fixtures");
  size_t size;
  const uint8_t *image = image_read(path, &size);
  assert_non_null(image);
  for (int c = 0; c < CONFIGS; c++) {
    patch p = patch_make(&plans[3], config_of(c));
    decant_requirements needs;
    decant_decoder *whole = decoder_new(image, size, config_of(c), &needs);
    outcome *all = block_new(8, sizeof *all);
    uint64_t random = 9;
    for (int shots = 0; shots < 300 / SHARE; shots++) {
      uint8_t shot[BYTES], flips;
      sample(shot, &random);
      decant_report report = {.struct_size = sizeof report};
      decant_status status = decant_decode(whole, shot, BYTES, &flips, 1, &report);
      assert_true(status >= 0);
      assert_int_equal(decode(&p, shot, all), flips);
      assert_int_equal(all->reports[0].flags, report.flags);
      assert_int_equal(all->reports[0].work, report.work);
      /* Correlated decoders of whole shots weigh what they changed. */
      if (c % 2 == 0) assert_int_equal(all->reports[0].weight, report.weight);
      assert_int_equal(all->reports[0].detection_events, report.detection_events);
    }
    if (c % 2 == 0) assert_true(digest_of(whole) == digest_of(p.decoder[0]));
    blocks_release(NULL);
  }
}

/* In whatever order, on decoders that were copied elsewhere: the same answers, seams and digests. */
static void order_is_all_the_same(void **state) {
  (void)state;
  for (size_t n = 0; n < PLANS; n++) {
    for (int c = 0; c < CONFIGS; c++) {
      patch p = patch_make(&plans[n], config_of(c)), twin = patch_make(&plans[n], config_of(c));
      outcome *first = block_new(8, sizeof *first), *second = block_new(8, sizeof *second);
      uint64_t random = (uint64_t)c + 1;
      for (int shots = 0; shots < 40 / SHARE; shots++) {
        uint8_t shot[BYTES];
        sample(shot, &random);
        decode(&p, shot, first);
        memset(second, 0, sizeof *second);
        for (size_t layer = 0; layer < 2; layer++) {
          size_t in_layer = (p.plan->count + 1 - layer) / 2, begin = (size_t)random_next(&random);
          for (size_t step = 0; step < in_layer; step++) {
            size_t k = layer + 2 * ((begin + step) % in_layer);
            if (random_next(&random) % 4 == 0) {
              twin.decoder[k] = block_copy(64, twin.decoder[k], (size_t)twin.needs[k].workspace_size);
            }
            assert_true(decode_strip(&twin, twin.decoder[k], shot, k, second) >= 0);
          }
        }
        assert_memory_equal(first, second, sizeof *first);
      }
      for (size_t k = 0; k < p.plan->count; k++) assert_true(digest_of(p.decoder[k]) == digest_of(twin.decoder[k]));
      blocks_release(NULL);
    }
  }
}

/* A decoder that works between shots as one of whole shots of its own detectors is not changed by that. */
static void strips_decode_their_own_shots(void **state) {
  (void)state;
  patch p = patch_make(&plans[0], config_of(1)), twin = patch_make(&plans[0], config_of(1));
  outcome *first = block_new(8, sizeof *first), *second = block_new(8, sizeof *second);
  uint64_t random = 77;
  for (int shots = 0; shots < 100 / SHARE; shots++) {
    uint8_t shot[BYTES], flips;
    sample(shot, &random);
    decode(&p, shot, first);
    for (size_t k = 0; k < p.plan->count; k++) {
      size_t n = (size_t)p.needs[k].detectors_size, edges;
      uint8_t *bits = block_new(1, n);
      assert_status(decant_strip_gather(twin.decoder[k], shot, BYTES, bits, n), DECANT_OK);
      assert_true(decant_decode(twin.decoder[k], bits, n, &flips, 1, NULL) >= 0);
      decant_edge *found = block_new(4, (size_t)p.needs[k].max_match_edges * sizeof *found);
      assert_true(decant_match_edges(twin.decoder[k], bits, n, found, (size_t)p.needs[k].max_match_edges, &edges, NULL) >=
                  0);
      assert_true(edges_explain(found, edges, bits, p.plan->info[k].detectors));
    }
    decode(&twin, shot, second);
    assert_memory_equal(first, second, sizeof *first);
  }
  blocks_release(NULL);
}

/* Whatever bit of a seam is turned: one that is not on it is refused, and any other decodes. */
static void damaged_seams_are_a_status(void **state) {
  (void)state;
  for (size_t n = 0; n < PLANS - 1; n++) {
    for (int c = 0; c < 4; c++) {
      patch p = patch_make(&plans[n], config_of(c));
      outcome *all = block_new(8, sizeof *all);
      size_t seam = (size_t)p.needs[0].seam_size;
      uint64_t random = 3;
      uint8_t shot[BYTES];
      sample(shot, &random);
      decode(&p, shot, all);
      for (size_t k = 1; k < p.plan->count; k += 2) {
        for (size_t side = 0; side < (k + 1 == p.plan->count ? 1 : 2); side++) {
          for (size_t bit = 0; bit < 8 * seam; bit++) {
            all->seams[k + side][bit / 8] ^= (uint8_t)(1 << bit % 8);
            decant_stats stats = stats_of(p.decoder[k]);
            bool stray = bit >= (side == 0 ? p.plan->info[k].before : p.plan->info[k].after);
            assert_status(decode_strip(&p, p.decoder[k], shot, k, all), stray ? DECANT_BAD_ARGUMENT : DECANT_OK);
            decant_stats after = stats_of(p.decoder[k]);
            if (stray) assert_memory_equal(&after, &stats, sizeof stats);
            all->seams[k + side][bit / 8] ^= (uint8_t)(1 << bit % 8);
          }
        }
      }
      blocks_release(NULL);
    }
  }
}

static void calls_are_checked(void **state) {
  (void)state;
  const plan *narrow = &plans[0];
  patch p = patch_make(narrow, config_of(0));
  uint8_t shot[BYTES + 1] = {0}, *out = block_new(1, 3), untold[ROOM] = {0};
  size_t seam = (size_t)p.needs[0].seam_size;
  for (size_t k = 0; k < narrow->count; k++) {
    decant_decoder *d = p.decoder[k];
    size_t n = (size_t)p.needs[k].detectors_size;
    uint8_t *bits = block_new(1, n + 1), *written = block_new(1, 2 * seam);
    memset(bits, 0, n + 1);
    uint8_t *low = reads(&p, k) ? untold : written, *high = reads(&p, k) ? untold : written + seam;
    decant_report torn = {.struct_size = sizeof torn - 1};
    bool last = k + 1 == narrow->count;
#define call(bits, n, low, high, seam, out, o, report) decant_strip_decode(d, bits, n, low, high, seam, out, o, report)
    assert_status(decant_strip_decode(NULL, bits, n, low, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(NULL, n, low, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(bits, n + 1, low, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(bits, n - 1, low, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    if (k > 0) assert_status(call(bits, n, NULL, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    if (!last) assert_status(call(bits, n, low, NULL, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(bits, n, low, high, seam - 1, out, 1, NULL), DECANT_BUFFER_TOO_SMALL);
    assert_status(call(bits, n, low, high, seam, out, 0, NULL), DECANT_BUFFER_TOO_SMALL);
    assert_status(call(bits, n, low, high, seam, NULL, 1, NULL), DECANT_BAD_ARGUMENT);
    assert_status(call(bits, n, low, high, seam, out, 1, &torn), DECANT_BAD_ABI);
    if (narrow->info[k].detectors % 8 != 0) {
      bits[n - 1] = 0x80;
      assert_status(call(bits, n, low, high, seam, out, 1, NULL), DECANT_BAD_ARGUMENT);
      bits[n - 1] = 0;
    }
    assert_untouched(written, 2 * seam);
#define gather(shot, size, bits, n) decant_strip_gather(d, shot, size, bits, n)
    uint8_t *into = block_new(1, n);
    assert_status(decant_strip_gather(NULL, shot, BYTES, into, n), DECANT_BAD_ARGUMENT);
    assert_status(gather(NULL, BYTES, into, n), DECANT_BAD_ARGUMENT);
    assert_status(gather(shot, BYTES, NULL, n), DECANT_BAD_ARGUMENT);
    assert_status(gather(shot, BYTES - 1, into, n), DECANT_BAD_ARGUMENT);
    assert_status(gather(shot, BYTES + 1, into, n), DECANT_BAD_ARGUMENT);
    assert_status(gather(shot, BYTES, into, n - 1), DECANT_BUFFER_TOO_SMALL);
    assert_untouched(into, n);
    uint64_t random = k;
    sample(shot, &random);
    shot[0] ^= 0x5A;
    assert_status(gather(shot, BYTES, into, n), DECANT_OK);
    for (size_t bit = 0; bit < 8 * n; bit++) {
      uint32_t number = bit < narrow->info[k].detectors ? narrow->detectors[k][bit] : UINT32_MAX;
      assert_int_equal(into[bit / 8] >> bit % 8 & 1, number == UINT32_MAX ? 0 : shot[number / 8] >> number % 8 & 1);
    }
    memset(shot, 0, sizeof shot);
    /* Ends have no neighbour, and then no seam. */
    assert_status(call(bits, n, k == 0 ? NULL : low, last ? NULL : high, seam, out, 1, NULL), DECANT_OK);
    poison(out, 3);
#undef call
#undef gather
  }
  decant_strip_info info = {.struct_size = sizeof info}, torn = {.struct_size = sizeof torn - 1};
  uint32_t detectors[PATCH];
  uint32_t count = narrow->info[1].detectors;
#define inspect(image, size, info, detectors, capacity) decant_strip_inspect(image, size, info, detectors, capacity)
  assert_status(inspect(NULL, 0, &info, NULL, 0), DECANT_BAD_ARGUMENT);
  assert_status(inspect(narrow->image[1], narrow->size[1], NULL, NULL, 0), DECANT_BAD_ARGUMENT);
  assert_status(inspect(narrow->image[1], narrow->size[1], &torn, NULL, 0), DECANT_BAD_ABI);
  assert_status(inspect(narrow->image[1], narrow->size[1] - 1, &info, NULL, 0), DECANT_BAD_IMAGE);
  assert_status(inspect(narrow->image[1], narrow->size[1], &info, detectors, count - 1), DECANT_BUFFER_TOO_SMALL);
  assert_status(inspect(narrow->image[1], narrow->size[1], &info, detectors, count), DECANT_OK);
  assert_status(inspect(narrow->image[1], narrow->size[1], &info, NULL, 0), DECANT_OK);
#undef inspect
  const fixture *other = fixture_named("surface_d3");
  assert_status(decant_strip_inspect(other->image, other->image_size, &info, NULL, 0), DECANT_UNSUPPORTED);
  rig r = rig_make(other, NULL);
  assert_status(decant_strip_decode(r.decoder, r.detectors, 0, NULL, NULL, 0, NULL, 0, NULL), DECANT_UNSUPPORTED);
  assert_status(decant_strip_gather(r.decoder, shot, BYTES, out, 3), DECANT_UNSUPPORTED);
  assert_untouched(out, 3);
  const decant_config refused[] = {{.max_reweights = 1}, {.flags = DECANT_CONFIG_BLOCKS}, {.flags = DECANT_CONFIG_NETWORK},
                                   {.flags = DECANT_CONFIG_ERASURES}, {.slice_work = 9}, {.commit_rounds = 3}};
  for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
    decant_config config = refused[k];
    config.struct_size = sizeof config;
    decant_requirements needs = {.struct_size = sizeof needs};
    assert_status(decant_decoder_measure(narrow->image[1], narrow->size[1], &config, &needs), DECANT_UNSUPPORTED);
  }
  decant_window window = {.struct_size = sizeof window};
  assert_status(decant_window_plan(p.decoder[1], 9, 0, &window), DECANT_UNSUPPORTED);
  blocks_release(NULL);
}

/* A strip is taken over by the same strip alone. */
static void only_the_same_strip_takes_over(void **state) {
  (void)state;
  for (size_t n = 0; n < PLANS; n++) {
    patch p = patch_make(&plans[n], config_of(0)), heir = patch_make(&plans[n], config_of(2));
    uint64_t random = 4;
    uint8_t shot[BYTES];
    outcome *all = block_new(8, sizeof *all);
    sample(shot, &random);
    decode(&p, shot, all);
    for (size_t k = 0; k < p.plan->count; k++) {
      for (size_t from = 0; from < p.plan->count; from++) {
        assert_status(decant_decoder_take_over(heir.decoder[k], p.decoder[from]), k == from ? DECANT_OK : DECANT_UNSUPPORTED);
      }
      assert_true(digest_of(heir.decoder[k]) == digest_of(p.decoder[k]));
    }
    blocks_release(NULL);
  }
}

typedef struct task {
  const patch *patch;
  const uint8_t *shots;
  size_t count, begin;
  outcome *outcomes;
  bool failed;
} task;

/* No assertion here: cmocka's belong to the main thread. */
static void *decode_first_layer(void *argument) {
  task *t = argument;
  const patch *p = t->patch;
  for (size_t shot = 0; shot < t->count; shot++) {
    for (size_t k = t->begin; k < p->plan->count; k += 4) {
      uint8_t bits[BYTES], unused[ROOM];
      outcome *o = &t->outcomes[shot];
      size_t n = (size_t)p->needs[k].detectors_size, seam = (size_t)p->needs[k].seam_size;
      bool last = k + 1 == p->plan->count;
      t->failed |= decant_strip_gather(p->decoder[k], t->shots + shot * BYTES, BYTES, bits, n) != DECANT_OK;
      o->reports[k].struct_size = sizeof o->reports[k];
      t->failed |= decant_strip_decode(p->decoder[k], bits, n, k == 0 ? unused : o->seams[k],
                                       last ? unused : o->seams[k + 1], seam, &o->flips[k], 1, &o->reports[k]) != DECANT_OK;
    }
  }
  return NULL;
}

/* Strips of one layer on two threads at once: what one thread answers. */
static void threads_share_a_patch(void **state) {
  (void)state;
  enum { SHOTS = 100 };
  patch p = patch_make(&plans[2], config_of(1)), alone = patch_make(&plans[2], config_of(1));
  uint8_t *shots = block_new(1, SHOTS * BYTES);
  outcome *outcomes = block_new(8, SHOTS * sizeof *outcomes), *expected = block_new(8, sizeof *expected);
  memset(outcomes, 0, SHOTS * sizeof *outcomes);
  uint64_t random = 21;
  for (size_t shot = 0; shot < SHOTS; shot++) sample(shots + shot * BYTES, &random);
  task tasks[2];
  pthread_t threads[2];
  for (size_t k = 0; k < 2; k++) {
    tasks[k] = (task){.patch = &p, .shots = shots, .count = SHOTS, .begin = 2 * k, .outcomes = outcomes};
    assert_int_equal(pthread_create(&threads[k], NULL, decode_first_layer, &tasks[k]), 0);
  }
  for (size_t k = 0; k < 2; k++) {
    assert_int_equal(pthread_join(threads[k], NULL), 0);
    assert_false(tasks[k].failed);
  }
  for (size_t shot = 0; shot < SHOTS; shot++) {
    decode(&alone, shots + shot * BYTES, expected);
    for (size_t k = 1; k < p.plan->count; k += 2) {
      assert_status(decode_strip(&p, p.decoder[k], shots + shot * BYTES, k, &outcomes[shot]), DECANT_OK);
    }
    assert_memory_equal(&outcomes[shot], expected, sizeof *expected);
  }
  blocks_release(NULL);
}

int run_strips(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strips_make_up_the_patch),      cmocka_unit_test(calls_are_checked),
      cmocka_unit_test(corrections_explain_all_events), cmocka_unit_test(one_strip_is_a_whole_shot),
      cmocka_unit_test(order_is_all_the_same),         cmocka_unit_test(strips_decode_their_own_shots),
      cmocka_unit_test(damaged_seams_are_a_status),    cmocka_unit_test(only_the_same_strip_takes_over),
      cmocka_unit_test(threads_share_a_patch),
  };
  return cmocka_run_group_tests_name("strips", tests, load, NULL);
}
