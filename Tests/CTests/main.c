/* ctests [CHAPTER...]  runs these chapters, or all, on the images in $DECANT_FIXTURES (or build/fixtures)
 * ctests --digests     prints a digest per image, for comparing builds and machines
 *
 * `make fixtures` makes the images. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
  const char *name;
  int (*run)(void);
} chapters[] = {
    {"identity", run_identity},       {"layout", run_layout},         {"image", run_image},
    {"decoder", run_decoder},         {"shots", run_shots},           {"matching", run_matching},
    {"watching", run_watching},       {"checkpoint", run_checkpoint}, {"sharing", run_sharing},
    {"allocations", run_allocations},
};

static bool wanted(const char *chapter, int count, char **arguments) {
  if (count == 1) return true;
  for (int k = 1; k < count; k++) {
    if (strcmp(arguments[k], chapter) == 0) return true;
  }
  return false;
}

/* Ten thousand shots, and as many cut short: one number says whether two builds decode alike. */
static void print_digests(void) {
  for (int k = 0; k < FIXTURES; k++) {
    for (uint64_t limit = 0; limit <= 40; limit += 40) {
      decant_config config = {.struct_size = sizeof config, .work_limit = limit};
      rig r = rig_make(&fixtures[k], &config);
      for (int shot = 0; shot < 10000; shot++) {
        rig_sample(&r);
        decant_status status = decant_decode(r.decoder, r.detectors, r.needs.detectors_size, r.observables,
                                             r.needs.observables_size, NULL);
        if (status < 0) abort();
      }
      printf("%-16s work_limit %2d  %016llx\n", fixtures[k].name, (int)limit,
             (unsigned long long)digest_of(r.decoder));
      blocks_release(NULL);
    }
  }
}

int main(int count, char **arguments) {
  const char *folder = getenv("DECANT_FIXTURES");
  if (!fixtures_load(folder != NULL ? folder : "build/fixtures")) return 2;
  if (count == 2 && strcmp(arguments[1], "--digests") == 0) {
    print_digests();
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
