/* Any sequence of pushes, pops, ends, resets, copies, changes of the image and false steps on a decoder of a stream: every
 * promise of decant.h about streams holds. A plain list of what was pushed stands beside it, and says what each call must return. */
#include "fuzz.h"

/* Each model once more for noise that has drifted. */
enum { MODELS = 3, VARIANTS = 2, MOST_BITS = 16 };
typedef struct model {
  const char *name;
  uint8_t *image;
  size_t size;
  decant_stream_info info;
} model;
static model models[VARIANTS][MODELS] = {
    {{.name = "stream_ladder"}, {.name = "stream_surface_d3"}, {.name = "stream_repetition"}},
    {{.name = "drifted_stream_ladder"}, {.name = "drifted_stream_surface_d3"}, {.name = "drifted_stream_repetition"}},
};

static void load(void) {
  for (int k = 0; k < VARIANTS * MODELS; k++) {
    model *m = &models[k / MODELS][k % MODELS];
    m->image = read_image(m->name, &m->size);
    m->info.struct_size = sizeof m->info;
    HOLD(decant_stream_inspect(m->image, m->size, &m->info) == DECANT_OK);
  }
}

typedef struct session {
  int model, limit, plan; /* by their numbers, as begun */
  uint32_t flags;
  const decant_stream_info *info;
  decant_config config;
  decant_requirements needs;
  decant_decoder *decoder;
  /* What is known of it. */
  uint64_t next, oldest;  /* rounds taken, and those of them that frames hold */
  uint64_t popped;        /* ... that frames hold which were taken */
  uint32_t commit, window, frames;
  uint64_t windows;
  bool lost;
  bool unfinished; /* the youngest of the frames is yet to come, for its window's work is spread */
} session;

static bool is_first(const session *s) { return s->oldest == 0; }

/* Rounds by which the first window is longer than others. */
static uint32_t more(const session *s) {
  return is_first(s) && s->commit < s->info->least_first_commit ? s->info->least_first_commit - s->commit : 0;
}

static uint32_t detectors(const session *s, bool last) {
  return last ? s->info->last_detectors : s->next == 0 ? s->info->first_detectors : s->info->round_detectors;
}

/* What a window that ends now commits; rounds wait behind it. */
static void commit(session *s, bool ends) {
  s->frames++;
  s->windows++;
  if (ends) s->next = s->oldest = 0;
  else s->oldest += s->commit + more(s);
}

static void push(session *s, input *in) {
  uint8_t how = choice(in), wrong = choice(in);
  bool last = how % 16 == 0;
  uint32_t count = detectors(s, last);
  size_t size = (count + 7) / 8, given = size;
  if (wrong == 255) given = size + 1;
  if (wrong == 254) given = size - 1;
  if (wrong == 253) given = SIZE_MAX;
  uint8_t *bits = exactly(1, given > 64 ? 0 : given);
  bool stray = false;
  for (size_t k = 0; k < given && given <= 64; k++) {
    bits[k] = choice(in);
    if (how & 32) bits[k] &= choice(in);
    if (k == size - 1 && count % 8 != 0) {
      if (wrong != 252) bits[k] &= (uint8_t)((1 << count % 8) - 1);
      else stray = bits[k] >> count % 8 != 0;
    }
  }
  bool silent = how & 64;
  decant_round round = {.struct_size = sizeof round, .sequence = s->next, .timestamp = how, .flags = last};
  if (wrong == 251) round.sequence += choice(in);
  if (wrong == 250) round.sequence -= choice(in);
  if (wrong == 249) round.flags |= 1u << choice(in) % 32;
  if (wrong == 248) round.struct_size = choice(in) % sizeof round;
  if (wrong == 247) round.reserved[0] = choice(in);
  uint64_t rounds = s->next - s->oldest + 1;
  decant_status expected;
  if (round.struct_size < sizeof round) expected = DECANT_BAD_ABI;
  else if (round.reserved[0] != 0) expected = DECANT_UNSUPPORTED;
  else if (round.flags >> 4 != 0) expected = DECANT_UNSUPPORTED;
  else if (wrong == 249 && round.flags != (uint32_t)last) goto unsure; /* another flag, which may mean something */
  else if (s->lost || round.sequence > s->next) expected = DECANT_ROUND_LOST;
  else if (round.sequence < s->next || given != size) expected = DECANT_BAD_ARGUMENT;
  else if (last && is_first(s) && rounds < s->info->shortest) expected = DECANT_UNSUPPORTED;
  else if ((last || rounds == s->window + more(s)) && s->frames == DECANT_STREAM_FRAMES) expected = DECANT_FULL;
  else if (stray && !silent) expected = DECANT_BAD_ARGUMENT;
  else expected = last || rounds == s->window + more(s) ? DECANT_OK : DECANT_PENDING;
  decant_status status = decant_stream_push(s->decoder, &round, silent ? NULL : bits, given);
  if (status == DECANT_TRUNCATED) HOLD(s->config.work_limit != 0);
  decant_status told = status == DECANT_TRUNCATED ? DECANT_OK : status;
  bool spreads = s->config.slice_work != 0 && !last && (expected == DECANT_OK || s->unfinished);
  if (spreads && (expected == DECANT_OK || expected == DECANT_PENDING)) {
    HOLD(told == DECANT_OK || told == DECANT_PENDING);
    if (expected == DECANT_OK) HOLD(!s->unfinished); /* no window waits for another */
    s->unfinished = told == DECANT_PENDING;
  } else {
    HOLD(told == expected);
    if (expected == DECANT_OK || expected == DECANT_ROUND_LOST) s->unfinished = false;
  }
  if (expected == DECANT_ROUND_LOST) s->lost = true;
  if (told == DECANT_PENDING || told == DECANT_OK) s->next++;
  if (expected == DECANT_OK) commit(s, last);
unsure:
  free(bits);
}

static void finish(session *s) {
  uint64_t rounds = s->next - s->oldest;
  decant_status expected = DECANT_OK;
  if (s->lost) expected = DECANT_ROUND_LOST;
  else if (rounds == 0) expected = DECANT_EMPTY;
  else if (is_first(s) && rounds < s->info->shortest_open) expected = DECANT_UNSUPPORTED;
  else if (s->frames == DECANT_STREAM_FRAMES) expected = DECANT_FULL;
  decant_status status = decant_stream_finish(s->decoder);
  if (status == DECANT_TRUNCATED) HOLD(s->config.work_limit != 0);
  HOLD((status == DECANT_TRUNCATED ? DECANT_OK : status) == expected);
  if (expected == DECANT_OK) s->unfinished = false;
  if (expected == DECANT_OK) commit(s, true);
}

static void pop(session *s, input *in) {
  uint8_t how = choice(in);
  size_t size = s->needs.observables_size, given = how == 255 ? size - 1 : how == 254 ? size + 3 : size;
  uint8_t *observables = exactly(1, given);
  memset(observables, 0xA5, given);
  decant_frame frame = {.struct_size = how == 253 ? choice(in) % sizeof frame : sizeof frame};
  decant_status expected = s->frames == s->unfinished ? DECANT_EMPTY : DECANT_OK;
  if (frame.struct_size < sizeof frame) expected = DECANT_BAD_ABI;
  if (given < size) expected = DECANT_BUFFER_TOO_SMALL;
  HOLD(decant_stream_pop(s->decoder, how == 252 ? NULL : &frame, observables, given) == expected);
  for (size_t k = expected == DECANT_OK ? size : 0; k < given; k++) HOLD(observables[k] == 0xA5);
  if (expected == DECANT_OK) {
    s->frames--;
    if (how != 252) {
      HOLD(frame.first_round <= frame.last_round && frame.work <= s->needs.worst_case_work);
      if (s->popped != UINT64_MAX) HOLD(frame.first_round == s->popped);
      HOLD((frame.flags & ~7u) == 0);
      s->popped = frame.flags & DECANT_FRAME_FINAL ? 0 : frame.last_round + 1;
    } else {
      s->popped = UINT64_MAX; /* nobody knows */
    }
  }
  free(observables);
}

static void *copied(const session *s) {
  return memcpy(exactly(64, s->needs.workspace_size), s->decoder, s->needs.workspace_size);
}

/* Goes on in a copy elsewhere, the original overwritten. */
static void move(session *s) {
  void *copy = copied(s);
  memset(s->decoder, 0xA5, s->needs.workspace_size);
  free(s->decoder);
  s->decoder = copy;
}

/* Checking an image takes longer than all that follows, so decoders are made once, and copied. */
enum { LIMITS = 4, WINDOWS = 8 };
static session begun(int variant, int which, uint32_t flags, int limit, int window) {
  static const uint64_t limits[LIMITS] = {0, 3, 20, 0};
  static const uint8_t windows[WINDOWS][2] = {{0, 0}, {1, 2}, {1, 5}, {2, 2}, {3, 4}, {5, 2}, {7, 3}, {12, 6}};
  static session made[VARIANTS][MODELS][4][LIMITS][WINDOWS];
  if (which == 2) flags &= ~(uint32_t)DECANT_CONFIG_CORRELATED;
  session *s = &made[variant][which][flags][limit][window];
  const model *m = &models[variant][which];
  if (s->decoder == NULL) {
    s->info = &m->info;
    s->config = (decant_config){.struct_size = sizeof s->config,
                                .flags = flags,
                                .work_limit = limits[limit],
                                .slice_work = limit == 3 ? 2 : 0,
                                .commit_rounds = windows[window][0],
                                .buffer_rounds = windows[window][1]};
    s->commit = s->config.commit_rounds ? s->config.commit_rounds : s->info->commit_rounds;
    s->window = s->commit + (s->config.buffer_rounds ? s->config.buffer_rounds : s->info->buffer_rounds);
    s->needs = measured(m->image, m->size, &s->config);
    void *workspace = exactly(64, s->needs.workspace_size);
    HOLD(decant_decoder_init(workspace, s->needs.workspace_size, m->image, m->size, &s->config, &s->decoder) ==
         DECANT_OK);
  }
  session copy = *s;
  copy.decoder = copied(s);
  return copy;
}

/* An image with a byte changed makes no decoder, and what is no decoder nobody goes on in. */
static void damage(session *s, const model *m, input *in) {
  void *before = copied(s), *workspace = exactly(64, s->needs.workspace_size);
  uint8_t *image = memcpy(exactly(8, m->size), m->image, m->size);
  size_t at = ((size_t)choice(in) << 16 | (size_t)choice(in) << 8 | choice(in)) % m->size;
  image[at] ^= (uint8_t)(1 + choice(in) % 255);
  memset(workspace, 0xA5, s->needs.workspace_size);
  decant_decoder *none = NULL;
  HOLD(decant_decoder_init(workspace, s->needs.workspace_size, image, m->size, &s->config, &none) < 0);
  HOLD(none == NULL);
  HOLD(decant_decoder_take_over(workspace, s->decoder) == DECANT_BAD_STATE);
  HOLD(decant_decoder_take_over(s->decoder, workspace) == DECANT_BAD_STATE);
  HOLD(memcmp(before, s->decoder, s->needs.workspace_size) == 0);
  free(image);
  free(workspace);
  free(before);
}

/* Another decoder takes over, if it is of the same model and windows: on whatever image, decoding however. */
static void change(session *s, input *in) {
  uint8_t how = choice(in), which = choice(in);
  int same = s->model;
  if (how % 32 == 31) {
    damage(s, &models[how >> 7][same], in);
    return;
  }
  /* Few kinds of heirs, each of which has to be made once. */
  session heir = begun(how & 1, which < 224 ? same : (same + 1) % MODELS, how & 2 ? s->flags ^ 2 : s->flags, s->limit,
                       which < 192 ? s->plan : (s->plan + 1) % WINDOWS);
  bool fits = heir.info->round_detectors == s->info->round_detectors &&
              heir.info->observables == s->info->observables && heir.commit == s->commit && heir.window == s->window;
  void *before = copied(s), *after = copied(&heir);
  decant_status status = decant_decoder_take_over(heir.decoder, s->decoder);
  HOLD(status == (!fits ? DECANT_UNSUPPORTED : s->unfinished ? DECANT_PENDING : DECANT_OK));
  fits = status == DECANT_OK;
  HOLD(memcmp(before, s->decoder, s->needs.workspace_size) == 0);
  if (!fits) HOLD(memcmp(after, heir.decoder, heir.needs.workspace_size) == 0);
  free(before);
  free(after);
  free(fits ? s->decoder : heir.decoder);
  if (!fits) return;
  s->decoder = heir.decoder;
  s->config = heir.config;
  s->info = heir.info;
  /* Frames that wait are of the one before. */
  uint64_t most = s->needs.worst_case_work;
  s->needs = heir.needs;
  if (most > s->needs.worst_case_work) s->needs.worst_case_work = most;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (models[0][0].image == NULL) load();
  input in = {data, size};
  uint8_t which = choice(&in) % MODELS, flags = choice(&in) % 4, limit = choice(&in) % LIMITS;
  uint8_t plan = choice(&in) % WINDOWS;
  session s = begun(0, which, flags, limit, plan);
  s.model = which;
  s.plan = plan;
  s.flags = flags;
  s.limit = limit;
  while (in.size > 0) {
    uint8_t call = choice(&in) % 16;
    if (call < 10) push(&s, &in);
    else if (call < 13) pop(&s, &in);
    else if (call == 13) finish(&s);
    else if (call == 14) move(&s);
    else if (choice(&in) % 4 != 0) change(&s, &in);
    else {
      HOLD(decant_decoder_reset(s.decoder) == DECANT_OK);
      s.next = s.oldest = s.popped = s.windows = 0;
      s.frames = 0;
      s.lost = s.unfinished = false;
    }
    decant_stats stats = {.struct_size = sizeof stats};
    HOLD(decant_stats_read(s.decoder, &stats) == DECANT_OK);
    HOLD(stats.shots == s.windows - s.unfinished);
  }
  free(s.decoder);
  return 0;
}
