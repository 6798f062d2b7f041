/* Any windows of any experiments, in any order, with seams that neighbours have left, damaged ones and noise: every
 * promise of decant.h about blocks holds. */
#include "fuzz.h"

enum { MODELS = 3, WINDOWS = 6, MOST_ROUNDS = 48, MOST_WINDOWS = 32 };
typedef struct model {
  const char *name;
  bool correlated;
  uint8_t *image;
  size_t size;
  decant_stream_info info;
} model;
static model models[MODELS] = {{.name = "stream_ladder", .correlated = true},
                               {.name = "stream_surface_d3", .correlated = true},
                               {.name = "stream_repetition"}};

static void load(void) {
  for (int k = 0; k < MODELS; k++) {
    model *m = &models[k];
    m->image = read_image(m->name, &m->size);
    m->info.struct_size = sizeof m->info;
    HOLD(decant_stream_inspect(m->image, m->size, &m->info) == DECANT_OK);
  }
}

/* Checking an image takes longer than all that follows, so decoders are made once. */
typedef struct maker {
  decant_config config;
  decant_requirements needs;
  decant_decoder *decoder;
} maker;

static maker *made(int which, uint32_t flags, int window) {
  static const uint8_t windows[WINDOWS][2] = {{1, 2}, {2, 2}, {3, 3}, {1, 5}, {5, 2}, {4, 7}};
  static maker all[MODELS][4][WINDOWS];
  const model *m = &models[which];
  if (!m->correlated) flags &= ~(uint32_t)DECANT_CONFIG_CORRELATED;
  maker *made = &all[which][flags][window];
  if (made->decoder != NULL) return made;
  made->config = (decant_config){.struct_size = sizeof made->config, .flags = flags | DECANT_CONFIG_BLOCKS,
                                 .commit_rounds = windows[window][0], .buffer_rounds = windows[window][1]};
  made->needs = measured(m->image, m->size, &made->config);
  void *workspace = exactly(64, made->needs.workspace_size);
  HOLD(decant_decoder_init(workspace, made->needs.workspace_size, m->image, m->size, &made->config, &made->decoder) ==
       DECANT_OK);
  return made;
}

/* Decodes a window, twice if it can be: the same input has one answer. */
static void decode(const maker *with, uint64_t rounds, uint64_t index, const decant_window *window, uint8_t *bits,
                   uint8_t *seams[2], size_t seam, decant_status expected, bool is_sure) {
  size_t size = (size_t)(window->detectors + 7) / 8, o = (size_t)with->needs.observables_size;
  bool reads = window->flags & DECANT_WINDOW_SECOND, is_last = window->flags & DECANT_WINDOW_FINAL;
  uint8_t *given[2], *out = exactly(1, o);
  memset(out, 0xA5, o);
  for (int side = 0; side < 2; side++) {
    given[side] = (side == 0 ? index == 0 : is_last) ? NULL : memcpy(exactly(1, seam), seams[side], seam);
  }
  uint64_t digest, before;
  HOLD(decant_digest(with->decoder, &before) == DECANT_OK);
  decant_report report = {.struct_size = sizeof report};
  decant_status status = decant_window_decode(with->decoder, rounds, index, bits, size, given[0], given[1], seam, out, o,
                                              &report);
  if (is_sure) HOLD(status == expected);
  HOLD(status == DECANT_OK || status == DECANT_BAD_ARGUMENT);
  HOLD(decant_digest(with->decoder, &digest) == DECANT_OK);
  if (status == DECANT_OK) {
    HOLD(report.work <= with->needs.worst_case_work && digest != before);
    uint8_t *again = exactly(1, o);
    decant_report second = {.struct_size = sizeof second};
    HOLD(decant_window_decode(with->decoder, rounds, index, bits, size, given[0], given[1], seam, again, o, &second) ==
         DECANT_OK);
    HOLD(memcmp(out, again, o) == 0 && memcmp(&report, &second, sizeof report) == 0);
    free(again);
  } else {
    HOLD(digest == before);
    for (size_t k = 0; k < o; k++) HOLD(out[k] == 0xA5);
  }
  for (int side = 0; side < 2; side++) {
    if (given[side] == NULL) continue;
    if (reads || status != DECANT_OK) HOLD(memcmp(given[side], seams[side], seam) == 0);
    else memcpy(seams[side], given[side], seam);
    free(given[side]);
  }
  free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (models[0].image == NULL) load();
  input in = {data, size};
  uint8_t which = choice(&in) % MODELS, flags = choice(&in) % 4, plan = choice(&in) % WINDOWS;
  maker *with = made(which, flags, plan);
  const model *m = &models[which];
  uint64_t rounds = 2 + choice(&in) % (MOST_ROUNDS - 1);
  size_t seam = (size_t)with->needs.seam_size, detectors = (m->info.least_buffer * m->info.round_detectors + 7) / 8;
  uint8_t *seams = exactly(1, seam * (MOST_WINDOWS + 1));
  bool sound[MOST_WINDOWS + 1] = {false};
  memset(seams, 0, seam * (MOST_WINDOWS + 1));
  while (in.size > 0) {
    uint64_t index = choice(&in) % MOST_WINDOWS;
    uint8_t how = choice(&in);
    decant_window window = {.struct_size = sizeof window};
    decant_status planned = decant_window_plan(with->decoder, rounds, index, &window);
    if (rounds < m->info.shortest) {
      HOLD(planned == DECANT_UNSUPPORTED);
      break;
    }
    HOLD(planned == DECANT_OK || planned == DECANT_EMPTY);
    if (planned == DECANT_EMPTY) {
      uint8_t none = 0;
      HOLD(index > 0 && decant_window_decode(with->decoder, rounds, index, &none, 1, seams, seams, seam, &none, 1, NULL) ==
                            DECANT_EMPTY);
      continue;
    }
    size_t n = (size_t)(window.detectors + 7) / 8;
    HOLD(n <= with->needs.window_size);
    uint8_t *bits = exactly(1, n);
    for (size_t k = 0; k < n; k++) {
      bits[k] = choice(&in);
      if (how & 1) bits[k] &= choice(&in);
      if (how & 2) bits[k] &= choice(&in);
    }
    if (window.detectors % 8 != 0) bits[n - 1] &= (uint8_t)((1 << window.detectors % 8) - 1);
    uint8_t *sides[2] = {seams + seam * index, seams + seam * (index + 1)};
    if (index % 2 == 0) {
      decode(with, rounds, index, &window, bits, sides, seam, DECANT_OK, true);
      sound[index] = sound[index + 1] = true;
    } else {
      int side = how >> 2 & 1;
      bool has_side = side == 0 || !(window.flags & DECANT_WINDOW_FINAL);
      if (how & 8) { /* one bit turned */
        uint8_t kept[65536], *there = sides[side];
        HOLD(seam <= sizeof kept);
        memcpy(kept, there, seam);
        size_t bit = (choice(&in) | (size_t)choice(&in) << 8) % (8 * seam);
        there[bit / 8] ^= (uint8_t)(1 << bit % 8);
        /* Correlated decoders hold detectors against edges. */
        bool told = has_side && sound[index + (size_t)side] && bit < 8 * detectors &&
                    with->config.flags & DECANT_CONFIG_CORRELATED;
        decode(with, rounds, index, &window, bits, sides, seam, DECANT_BAD_ARGUMENT, told);
        memcpy(there, kept, seam);
      }
      if (how & 16) { /* noise */
        for (size_t k = 0; k < seam; k++) sides[side][k] = choice(&in);
        sound[index + (size_t)side] = false;
      }
      bool is_sound = sound[index] && (window.flags & DECANT_WINDOW_FINAL || sound[index + 1]);
      decode(with, rounds, index, &window, bits, sides, seam, DECANT_OK, is_sound);
    }
    free(bits);
  }
  free(seams);
  return 0;
}
