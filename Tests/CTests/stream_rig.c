/* Images of streams and seeded experiments; stream_rig.h says what for. */
#include "stream_rig.h"

#include <stdio.h>
#include <stdlib.h>

stream_model stream_models[STREAM_MODELS] = {
    {.name = "ladder", .first = 2, .usual = 3, .last = 2, .reach = 2, .observables = 2, .correlated = true, .idle = 2},
    {.name = "surface_d3", .first = 4, .usual = 8, .last = 4, .reach = 1, .observables = 1, .correlated = true,
     .network = true},
    {.name = "repetition", .first = 4, .usual = 4, .last = 4, .reach = 1, .observables = 1},
};

static bool image_load(const char *folder, const char *kind, const char *name, const uint8_t **image, size_t *size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s_%s.image", folder, kind, name);
  *image = image_read(path, size);
  if (*image == NULL) fprintf(stderr, "ctests: cannot read %s; `make fixtures` makes it\n", path);
  return *image != NULL;
}

bool stream_models_load(const char *folder) {
  for (int k = 0; k < STREAM_MODELS; k++) {
    stream_model *m = &stream_models[k];
    if (!image_load(folder, "stream", m->name, &m->image, &m->image_size) ||
        !image_load(folder, "whole", m->name, &m->whole, &m->whole_size) ||
        !image_load(folder, "drifted_stream", m->name, &m->drifted, &m->drifted_size) ||
        !image_load(folder, "drifted_whole", m->name, &m->drifted_whole, &m->drifted_whole_size)) {
      return false;
    }
  }
  return true;
}

stream stream_make(const stream_model *of, decant_config config) {
  config.struct_size = sizeof config;
  stream s = {.model = of, .config = config, .needs = {.struct_size = sizeof s.needs}, .random = 1};
  decant_stream_info info = {.struct_size = sizeof info};
  assert_status(decant_stream_inspect(of->image, of->image_size, &info), DECANT_OK);
  assert_status(decant_decoder_measure(of->image, of->image_size, &config, &s.needs), DECANT_OK);
  void *workspace = block_new(64, s.needs.workspace_size);
  assert_status(
      decant_decoder_init(workspace, s.needs.workspace_size, of->image, of->image_size, &config, &s.decoder),
      DECANT_OK);
  uint32_t commit = config.commit_rounds ? config.commit_rounds : info.commit_rounds;
  uint32_t buffer = config.buffer_rounds ? config.buffer_rounds : info.buffer_rounds;
  s.window = commit + buffer;
  s.least_first_commit = info.least_first_commit;
  s.first_window = (commit > info.least_first_commit ? commit : info.least_first_commit) + buffer;
  s.room = block_new(1, s.needs.detectors_size);
  return s;
}

uint32_t stream_detectors(const stream *s, uint32_t position, bool last) {
  return last ? s->model->last : position == 0 ? s->model->first : s->model->usual;
}

void stream_begin(stream *s, uint32_t least) {
  static const double rates[] = {0.0, 0.01, 0.05, 0.1, 0.3, 0.5};
  s->rate = rates[random_next(&s->random) % (sizeof rates / sizeof rates[0])];
  s->rounds = least + (uint32_t)(random_next(&s->random) % (3 * s->window));
  s->finishes = random_next(&s->random) % 3 == 0;
  s->position = 0;
}

void stream_prepare(stream *s) {
  bool last = s->position + 1 == s->rounds && !s->finishes;
  uint32_t detectors = stream_detectors(s, s->position, last);
  s->size = (detectors + 7) / 8;
  s->bits = s->room + s->needs.detectors_size - s->size;
  memset(s->bits, 0, s->size);
  uint32_t idle = s->position > 0 && !last ? s->model->idle : 0;
  for (uint32_t k = 0; k < detectors; k++) {
    bool fires = (double)(random_next(&s->random) >> 11) < s->rate * 0x1p53 && (k != idle || idle == 0);
    if (fires) s->bits[k / 8] |= (uint8_t)(1 << k % 8);
  }
  s->round = (decant_round){.struct_size = sizeof s->round,
                            .flags = last ? DECANT_ROUND_LAST : 0,
                            .sequence = s->position,
                            .timestamp = random_next(&s->random)};
}

bool stream_is_over(const stream *s) { return s->position == s->rounds + s->finishes; }

decant_status stream_call(stream *s) {
  decant_status status = s->position == s->rounds
                             ? decant_stream_finish(s->decoder)
                             : decant_stream_push(s->decoder, &s->round, s->bits, s->size);
  if (status == DECANT_OK || status == DECANT_PENDING || status == DECANT_TRUNCATED) s->position++;
  return status;
}

frame_log *new_log(void) {
  frame_log *log = block_new(8, sizeof(frame_log));
  log->count = 0;
  return log;
}

decant_status stream_pop(stream *s, frame_log *log) {
  assert_true(log->count < MOST_FRAMES);
  const void *mark = blocks_mark();
  logged entry = {.frame = {.struct_size = sizeof entry.frame}};
  uint8_t *observables = block_new(1, s->needs.observables_size);
  decant_status status = decant_stream_pop(s->decoder, &entry.frame, observables, s->needs.observables_size);
  if (status == DECANT_OK) {
    memcpy(entry.observables, observables, s->needs.observables_size);
    assert_true(entry.frame.work <= s->needs.worst_case_work);
    log->frames[log->count++] = entry;
  } else {
    assert_untouched(observables, s->needs.observables_size);
  }
  blocks_release(mark);
  return status;
}

static void move(stream *s) {
  void *here = block_copy(64, s->decoder, s->needs.workspace_size);
  poison(s->decoder, s->needs.workspace_size);
  s->decoder = here;
}

void stream_play(stream *s, int experiments, policy how, frame_log *log) {
  uint64_t whim = s->random;
  log->count = 0;
  for (int k = 0; k < experiments; k++) {
    for (stream_begin(s, 2); !stream_is_over(s);) {
      stream_prepare(s);
      decant_status status = stream_call(s);
      while (status == DECANT_FULL) {
        assert_true(how != AT_ONCE);
        assert_status(stream_pop(s, log), DECANT_OK);
        status = stream_call(s);
      }
      if (status == DECANT_UNSUPPORTED) { /* shorter than the shortest: it has one round more */
        s->rounds++;
        continue;
      }
      assert_true(status == DECANT_PENDING || status == DECANT_OK || status == DECANT_TRUNCATED);
      if (how == AT_ONCE && status != DECANT_PENDING) assert_status(stream_pop(s, log), DECANT_OK);
      if (how == AT_ONCE) assert_status(stream_pop(s, log), DECANT_EMPTY);
      if (how == NOW_AND_THEN && random_next(&whim) % 16 == 0) stream_pop(s, log);
      if (how == MOVING && random_next(&whim) % 16 == 0) move(s);
    }
  }
  while (stream_pop(s, log) == DECANT_OK) continue;
}

decant_config stream_config(const stream_model *of, int k) {
  decant_config config = {.struct_size = sizeof config, .commit_rounds = 1 + (uint32_t)k % 4};
  config.buffer_rounds = of->reach + (uint32_t)k % 3;
  if (k & 1) config.flags |= DECANT_CONFIG_UNION_FIND;
  if (k & 2 && of->correlated) config.flags |= DECANT_CONFIG_CORRELATED;
  if (k & 4) config.work_limit = 3;
  if (k % 3 == 1 && of->network) config.flags |= DECANT_CONFIG_NETWORK; /* each with one of the others, and alone */
  if (k == 0) config.commit_rounds = config.buffer_rounds = 0;
  return config;
}

decant_decoder *decoder_new(const uint8_t *image, size_t size, decant_config config, decant_requirements *needs) {
  decant_decoder *decoder;
  config.struct_size = sizeof config;
  needs->struct_size = sizeof *needs;
  assert_status(decant_decoder_measure(image, size, &config, needs), DECANT_OK);
  void *workspace = block_new(64, needs->workspace_size);
  assert_status(decant_decoder_init(workspace, needs->workspace_size, image, size, &config, &decoder), DECANT_OK);
  return decoder;
}

uint32_t whole_rounds(const stream_model *of) {
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(of->whole, of->whole_size, &info), DECANT_OK);
  return (info.detectors - of->first - of->last) / of->usual + 2;
}

static const stream_model *running_on;

void on_every_model(void **state) {
  model_test test = *(model_test *)*state;
  for (int k = 0; k < STREAM_MODELS; k++) {
    running_on = &stream_models[k];
    test(running_on);
    blocks_release(NULL);
  }
  running_on = NULL;
}

int tell_model(void **state) {
  (void)state;
  if (running_on != NULL) print_error("... on the stream %s\n", running_on->name);
  running_on = NULL;
  blocks_release(NULL);
  return 0;
}
