/* ctests [CHAPTER...]  runs these chapters, or all, on the images in $DECANT_FIXTURES (or build/fixtures)
 * ctests --chapters    prints their names
 * ctests --digests     prints a digest per image, for comparing builds and machines
 *
 * `make fixtures` makes the images. */
#include "stream_rig.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
  const char *name;
  int (*run)(void);
} chapters[] = {
    {"succession", run_succession}, /* what takes long comes first, for those who run several at once */
    {"spreading", run_spreading},     {"stream", run_stream},           {"network", run_network},         {"grid", run_grid},
    {"union_find", run_union_find},   {"reweighting", run_reweighting}, {"correlated", run_correlated},
    {"matching", run_matching},       {"shots", run_shots},             {"decoder", run_decoder},
    {"identity", run_identity},       {"layout", run_layout},           {"image", run_image},
    {"watching", run_watching},       {"checkpoint", run_checkpoint},   {"sharing", run_sharing},
    {"allocations", run_allocations}, {"blocks", run_blocks},           {"strips", run_strips},
};

static bool wanted(const char *chapter, int count, char **arguments) {
  if (count == 1) return true;
  for (int k = 1; k < count; k++) {
    if (strcmp(arguments[k], chapter) == 0) return true;
  }
  return false;
}

/* Ten thousand shots: one number says whether two builds decode alike. */
static void print_digest(const fixture *f, decant_config config, const char *decoder, const char *what) {
  config.struct_size = sizeof config;
  rig r = rig_make(f, &config);
  for (int shot = 0; shot < 10000; shot++) {
    rig_sample(&r);
    if (config.max_reweights != 0) rig_reweight(&r, config.max_reweights, NULL);
    decant_status status = decant_decode(r.decoder, r.detectors, r.needs.detectors_size, r.observables,
                                         r.needs.observables_size, NULL);
    if (status < 0) abort();
  }
  printf("%-22s %-10s work_limit %2d %-11s %016llx\n", f->name, decoder, (int)config.work_limit, what,
         (unsigned long long)digest_of(r.decoder));
  blocks_release(NULL);
}

/* Shots as they are, and as many cut short; the same with weights changed, in two passes, and by union-find. */
static void print_digests(void) {
  for (int k = 0; k < FIXTURES; k++) {
    const fixture *f = &fixtures[k];
    for (int k = 0; k < 4; k++) {
      uint64_t limit = k % 2 * 40;
      uint32_t flags = k / 2 * DECANT_CONFIG_UNION_FIND;
      const char *decoder = k / 2 == 0 ? "matching" : "union-find";
      print_digest(f, (decant_config){.work_limit = limit, .flags = flags}, decoder, "");
      print_digest(f, (decant_config){.work_limit = limit, .flags = flags, .max_reweights = 8}, decoder,
                   "reweighted");
      if (f->network || f->grid) {
        decant_config with = {.work_limit = limit, .flags = flags | DECANT_CONFIG_NETWORK};
        print_digest(f, with, decoder, "network");
        with.flags |= DECANT_CONFIG_CORRELATED;
        with.max_reweights = 8;
        print_digest(f, with, decoder, "all");
      }
      if (!f->correlated) continue;
      decant_config both = {.work_limit = limit, .flags = flags | DECANT_CONFIG_CORRELATED};
      print_digest(f, both, decoder, "correlated");
      both.max_reweights = 8;
      print_digest(f, both, decoder, "both");
    }
  }
}

/* Streams, too: experiments long and short, and what became of their windows. */
static void print_stream_digests(void) {
  for (int k = 0; k < STREAM_MODELS; k++) {
    frame_log *log = block_new(8, sizeof *log);
    for (int c = 0; c < STREAM_CONFIGS; c++) {
      stream s = stream_make(&stream_models[k], stream_config(&stream_models[k], c));
      for (int n = 0; n < 100; n++) stream_play(&s, 10, AT_ONCE, log);
      printf("%-22s stream     work_limit %2d %-11s %016llx\n", stream_models[k].name, (int)s.config.work_limit,
             s.config.flags & DECANT_CONFIG_UNION_FIND ? "union-find" : "", (unsigned long long)digest_of(s.decoder));
    }
    blocks_release(NULL);
  }
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--chapters") == 0) {
    for (size_t k = 0; k < sizeof chapters / sizeof chapters[0]; k++) puts(chapters[k].name);
    return 0;
  }
  const char *folder = getenv("DECANT_FIXTURES");
  if (folder == NULL) folder = "build/fixtures";
  if (!fixtures_load(folder) || !stream_models_load(folder)) return 2;
  if (count == 2 && strcmp(arguments[1], "--digests") == 0) {
    print_digests();
    print_stream_digests();
    return 0;
  }
  int failed = 0, ran = 0;
  for (size_t k = 0; k < sizeof chapters / sizeof chapters[0]; k++) {
    if (!wanted(chapters[k].name, count, arguments)) continue;
    failed += chapters[k].run();
    ran++;
  }
  if (ran == 0) fprintf(stderr, "ctests: no chapter has that name\n");
  return failed == 0 && ran > 0 ? 0 : 1;
}
