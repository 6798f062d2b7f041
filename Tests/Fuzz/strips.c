/* Strips of one patch, in any order, under any seams: what was sound decodes and explains every event; what is not is refused,
 * with nothing written.
 *
 * The input is a list of choices: which images, which configuration, then calls. */
#include "fuzz.h"

enum { PLANS = 3, MOST_STRIPS = 8, PATCH = 144, BYTES = (PATCH + 7) / 8, COLUMNS = 12 };

typedef struct strip {
  uint8_t *image;
  size_t size;
  decant_strip_info info;
  uint32_t detectors[PATCH];
} strip;

static strip strips[PLANS][MOST_STRIPS];
static const char *const names[PLANS] = {"narrow", "wide", "least"};

static void load(void) {
  for (int p = 0; p < PLANS; p++) {
    uint32_t count = 1;
    for (uint32_t k = 0; k < count; k++) {
      strip *s = &strips[p][k];
      char name[64];
      HOLD(k < MOST_STRIPS);
      snprintf(name, sizeof name, "strips/%s.%u", names[p], (unsigned)k);
      s->image = read_image(name, &s->size);
      s->info.struct_size = sizeof s->info;
      HOLD(decant_strip_inspect(s->image, s->size, &s->info, s->detectors, PATCH) == DECANT_OK);
      count = s->info.strips;
    }
  }
}

typedef struct maker {
  decant_requirements needs;
  decant_decoder *decoder;
} maker;

static maker *made(int plan, uint32_t index, uint32_t flags) {
  static maker all[PLANS][MOST_STRIPS][4];
  maker *made = &all[plan][index][flags];
  if (made->decoder != NULL) return made;
  const strip *s = &strips[plan][index];
  decant_config config = {.struct_size = sizeof config, .flags = flags};
  made->needs = measured(s->image, s->size, &config);
  void *workspace = exactly(64, made->needs.workspace_size);
  HOLD(decant_decoder_init(workspace, made->needs.workspace_size, s->image, s->size, &config, &made->decoder) == DECANT_OK);
  return made;
}

/* Decodes a strip, twice: the same input has one answer. */
static uint8_t decode(const maker *with, const strip *s, const uint8_t *shot, uint8_t *before, uint8_t *after, bool is_sound) {
  size_t n = (size_t)with->needs.detectors_size, seam = (size_t)with->needs.seam_size;
  bool reads = s->info.flags & DECANT_STRIP_SECOND;
  uint8_t *bits = exactly(1, n), *sides[2] = {before, after}, *given[2], *out = exactly(1, 1);
  HOLD(decant_strip_gather(with->decoder, shot, BYTES, bits, n) == DECANT_OK);
  *out = 0xA5;
  for (int side = 0; side < 2; side++) {
    bool none = side == 0 ? s->info.index == 0 : s->info.index + 1 == s->info.strips;
    given[side] = none ? NULL : memcpy(exactly(1, seam), sides[side], seam);
  }
  uint64_t digest, was;
  HOLD(decant_digest(with->decoder, &was) == DECANT_OK);
  decant_report report = {.struct_size = sizeof report}, second = report;
  decant_status status = decant_strip_decode(with->decoder, bits, n, given[0], given[1], seam, out, 1, &report);
  HOLD(decant_digest(with->decoder, &digest) == DECANT_OK);
  uint8_t flips = 0;
  if (is_sound) {
    HOLD(status == DECANT_OK && report.work <= with->needs.worst_case_work && digest != was);
    flips = *out;
    HOLD(decant_strip_decode(with->decoder, bits, n, given[0], given[1], seam, out, 1, &second) == DECANT_OK);
    HOLD(*out == flips && memcmp(&report, &second, sizeof report) == 0);
  } else {
    HOLD(status == DECANT_BAD_ARGUMENT && digest == was && *out == 0xA5);
  }
  for (int side = 0; side < 2; side++) {
    if (given[side] == NULL) continue;
    if (reads) HOLD(memcmp(given[side], sides[side], seam) == 0);
    else memcpy(sides[side], given[side], seam);
    free(given[side]);
  }
  free(out);
  free(bits);
  return flips;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (strips[0][0].image == NULL) load();
  input in = {data, size};
  int plan = choice(&in) % PLANS;
  uint32_t flags = choice(&in) % 4;
  const strip *all = strips[plan];
  uint32_t count = all[0].info.strips;
  size_t seam = (size_t)made(plan, 0, flags)->needs.seam_size;
  uint8_t *seams = exactly(1, seam * (MOST_STRIPS + 1));
  while (in.size > 0) {
    uint8_t how = choice(&in), shot[BYTES], flips = 0;
    memset(seams, 0, seam * (MOST_STRIPS + 1));
    for (size_t k = 0; k < BYTES; k++) {
      shot[k] = choice(&in);
      if (how & 1) shot[k] &= choice(&in);
    }
    for (uint32_t k = 0; k < count; k += 2) {
      flips ^= decode(made(plan, k, flags), &all[k], shot, seams + seam * k, seams + seam * (k + 1), true);
    }
    uint32_t damaged = 1 + 2 * (uint32_t)(choice(&in) % 4);
    for (uint32_t k = 1; k < count; k += 2) {
      uint8_t *before = seams + seam * k, *after = before + seam;
      if (how & 2 && k == damaged) { /* one bit turned; decoded, or refused if it is none of the seam's */
        size_t bit = (choice(&in) | (size_t)choice(&in) << 8) % (8 * seam);
        bool behind = how & 4 && k + 1 < count;
        uint8_t *turned = behind ? after : before;
        turned[bit / 8] ^= (uint8_t)(1 << bit % 8);
        (void)decode(made(plan, k, flags), &all[k], shot, before, after, bit < (behind ? all[k].info.after : all[k].info.before));
        turned[bit / 8] ^= (uint8_t)(1 << bit % 8);
      }
      flips ^= decode(made(plan, k, flags), &all[k], shot, before, after, true);
    }
    /* See Tests/golden/strips/README.md. */
    int events[2] = {0, 0};
    for (size_t d = 0; d < PATCH; d++) events[d / (2 * COLUMNS) % 2] += shot[d / 8] >> d % 8 & 1;
    HOLD(__builtin_parity(flips & 3) == events[0] % 2 && __builtin_parity(flips & 12) == events[1] % 2);
  }
  free(seams);
  return 0;
}
