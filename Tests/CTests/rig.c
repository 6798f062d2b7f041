/* Fixtures, guarded memory and ready-made decoders; rig.h says what for. */
#define _GNU_SOURCE
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Counted by PyMatching and by hand, not by Decant. */
fixture fixtures[FIXTURES] = {
    {.name = "surface_d3", 80, 1, 302, 80, 0, 2, 0, 8},
    {.name = "surface_d5", 120, 1, 502, 72, 0, 2, 0, 12},
    {.name = "repetition", 12, 1, 25, 8, 0, 1, 0, 4},
    {.name = "toric", 48, 2, 128, 0, 0, 1, 1, 6},
    {.name = "negative", 20, 2, 41, 10, 7, 1, 0, 4},
    {.name = "observables_100", 120, 100, 238, 60, 0, 1, 0, 4},
    {.name = "no_observables", 9, 0, 10, 2, 0, 1, 0, 2},
    {.name = "components", 12, 3, 10, 2, 0, 5, 3, 2},
    {.name = "empty", 0, 0, 0, 0, 0, 0, 0, 0},
    {.name = "surface_d3_correlated", 80, 1, 302, 80, 0, 2, 0, 8, .correlated = true},
    {.name = "surface_d5_correlated", 120, 1, 502, 72, 0, 2, 0, 12, .correlated = true},
    {.name = "repetition_correlated", 12, 1, 25, 8, 0, 1, 0, 4, .correlated = true},
    {.name = "surface_d3_network", 80, 1, 302, 80, 0, 2, 0, 8, .correlated = true, .network = true},
    {.name = "surface_d5_network", 120, 1, 502, 72, 0, 2, 0, 12, .correlated = true, .network = true},
    {.name = "repetition_network", 12, 1, 25, 8, 0, 1, 0, 4, .correlated = true, .network = true},
    {.name = "surface_d3_grid", 80, 1, 302, 80, 0, 2, 0, 8, .correlated = true, .grid = true},
    {.name = "surface_d5_grid", 120, 1, 502, 72, 0, 2, 0, 12, .correlated = true, .grid = true},
    {.name = "repetition_grid", 12, 1, 25, 8, 0, 1, 0, 4, .correlated = true, .grid = true},
};

/* ---- blocks */

typedef struct block {
  struct block *next;
  void *start;
  size_t length;
} block;

static block *blocks;

/* Images, which stay until the program ends; in a list, so that a search for leaks finds them. */
static block *kept;

/* Before and behind each block: far enough that a wrong index does not leap over it. */
enum { GUARD = 1 << 24 };

static void *guarded(size_t alignment, size_t size, void **start, size_t *length) {
#ifdef UNDER_ADDRESS_SANITIZER
  size_t at_least = alignment > sizeof(void *) ? alignment : sizeof(void *);
  *length = 0;
  if (posix_memalign(start, at_least, size) != 0) abort();
  return *start;
#else
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t usable = (size + alignment + page - 1) / page * page;
  *length = usable + 2 * GUARD;
  char *base = mmap(NULL, *length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED || mprotect(base + GUARD, usable, PROT_READ | PROT_WRITE) != 0) abort();
  *start = base;
  return (void *)(((uintptr_t)(base + GUARD + usable) - size) & ~(uintptr_t)(alignment - 1));
#endif
}

void *block_new(size_t alignment, size_t size) {
  block *entry = malloc(sizeof *entry);
  if (entry == NULL) abort();
  void *bytes = guarded(alignment, size, &entry->start, &entry->length);
  entry->next = blocks;
  blocks = entry;
  poison(bytes, size);
  return bytes;
}

void *block_copy(size_t alignment, const void *bytes, size_t size) {
  void *copy = block_new(alignment, size);
  memcpy(copy, bytes, size);
  return copy;
}

const void *blocks_mark(void) { return blocks; }

void blocks_release(const void *mark) {
  while (blocks != mark) {
    block *entry = blocks;
    blocks = entry->next;
    if (entry->length == 0) free(entry->start);
    else munmap(entry->start, entry->length);
    free(entry);
  }
}

void block_forbid_writing(const void *bytes, size_t size) {
#ifdef UNDER_ADDRESS_SANITIZER
  (void)bytes, (void)size;
#else
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = (uintptr_t)bytes & ~(page - 1);
  uintptr_t end = ((uintptr_t)bytes + size + page - 1) & ~(page - 1);
  if (mprotect((void *)first, end - first, PROT_READ) != 0) abort();
#endif
}

enum { POISON = 0xA5 };

void poison(void *bytes, size_t size) { memset(bytes, POISON, size); }

bool is_poison(const void *bytes, size_t size) {
  for (size_t k = 0; k < size; k++) {
    if (((const uint8_t *)bytes)[k] != POISON) return false;
  }
  return true;
}

/* ---- fixtures */

const uint8_t *image_read(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  block *entry = malloc(sizeof *entry);
  if (entry == NULL) abort();
  uint8_t *image = guarded(8, *size, &entry->start, &entry->length);
  entry->next = kept;
  kept = entry;
  bool whole = fread(image, 1, *size, file) == *size;
  fclose(file);
  block_forbid_writing(image, *size);
  return whole ? image : NULL;
}

static bool fixture_load(fixture *f, const char *folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.edges", folder, f->name);
  if (!graph_read(&f->graph, path)) {
    fprintf(stderr, "ctests: cannot read %s; `make fixtures` puts it there\n", path);
    return false;
  }
  snprintf(path, sizeof path, "%s/%s.image", folder, f->name);
  f->image = image_read(path, &f->image_size);
  if (f->image == NULL) fprintf(stderr, "ctests: cannot read %s; `make fixtures` makes it\n", path);
  return f->image != NULL;
}

bool fixtures_load(const char *folder) {
  for (int k = 0; k < FIXTURES; k++) {
    if (!fixture_load(&fixtures[k], folder)) return false;
  }
  return true;
}

const fixture *fixture_named(const char *name) {
  for (int k = 0; k < FIXTURES; k++) {
    if (strcmp(fixtures[k].name, name) == 0) return &fixtures[k];
  }
  fail_msg("no fixture is called %s", name);
  return NULL;
}

/* ---- rigs */

decant_decoder *rig_another_decoder(const rig *r, const decant_config *config) {
  decant_requirements needs = {.struct_size = sizeof needs};
  assert_status(decant_decoder_measure(r->fixture->image, r->fixture->image_size, config, &needs), DECANT_OK);
  void *workspace = block_new(64, needs.workspace_size);
  decant_decoder *decoder = NULL;
  assert_status(decant_decoder_init(workspace, needs.workspace_size, r->fixture->image,
                                    r->fixture->image_size, config, &decoder),
                DECANT_OK);
  return decoder;
}

rig rig_make(const fixture *of, const decant_config *config) {
  rig r = {.fixture = of, .graph = &of->graph, .needs = {.struct_size = sizeof r.needs}, .random = 1};
  assert_status(decant_decoder_measure(of->image, of->image_size, config, &r.needs), DECANT_OK);
  r.decoder = rig_another_decoder(&r, config);
  r.detectors = block_new(1, r.needs.detectors_size);
  r.observables = block_new(1, r.needs.observables_size);
  r.edges = block_new(4, r.needs.max_match_edges * sizeof(decant_edge));
  return r;
}

void rig_sample(rig *r) {
  static const double rates[] = {0.0, 0.005, 0.02, 0.05, 0.1, 0.3};
  double rate = rates[random_next(&r->random) % (sizeof rates / sizeof rates[0])];
  graph_sample(r->graph, rate, &r->random, r->detectors);
}

static int32_t random_weight(rig *r, int64_t now) {
  switch (random_next(&r->random) % 10) {
    case 0: return 0;
    case 1: return HEAVIEST;
    case 2:
    case 3:
    case 4: return (int32_t)(now / 4 * 2);
    case 5:
    case 6: return (int32_t)(now * 2 < HEAVIEST && now * 2 > -HEAVIEST ? now * 2 : now);
    case 7: return (int32_t)-now;
    case 8: return -2 * (int32_t)(random_next(&r->random) % 1000);
    default: return 2 * (int32_t)(random_next(&r->random) % 1000);
  }
}

void rig_reweight(rig *r, size_t most, graph *changed) {
  uint32_t edges = r->graph->edges, order[1024];
  if (edges > 1024) abort();
  if (most > edges) most = edges;
  size_t count = most == 0 ? 0 : random_next(&r->random) % (most + 1);
  decant_reweight *entries = block_new(4, count * sizeof *entries);
  decant_edge_reweight *numbered = block_new(4, count * sizeof *numbered);
  for (uint32_t e = 0; e < edges; e++) order[e] = e;
  for (size_t k = 0; k < count; k++) {
    size_t other = k + random_next(&r->random) % (edges - k);
    uint32_t e = order[other];
    order[other] = order[k];
    const graph_edge *edge = &r->graph->edge[e];
    bool turned = edge->b != DECANT_BOUNDARY && random_next(&r->random) % 2 == 0;
    entries[k] = (decant_reweight){turned ? edge->b : edge->a, turned ? edge->a : edge->b,
                                   random_weight(r, edge->weight)};
    numbered[k].weight = entries[k].weight;
    assert_status(decant_edge_number(r->decoder, entries[k].a, entries[k].b, &numbered[k].edge), DECANT_OK);
    if (changed != NULL) changed->edge[e].weight = entries[k].weight;
  }
  if (random_next(&r->random) % 2 == 0) assert_status(decant_reweight_next(r->decoder, entries, count), DECANT_OK);
  else assert_status(decant_reweight_edges_next(r->decoder, numbered, count), DECANT_OK);
  poison(entries, count * sizeof *entries); /* read during the call only */
  poison(numbered, count * sizeof *numbered);
}

decant_report rig_decode(rig *r) {
  decant_report report = {.struct_size = sizeof report};
  assert_status(decant_decode(r->decoder, r->detectors, r->needs.detectors_size, r->observables,
                              r->needs.observables_size, &report),
                DECANT_OK);
  if (r->fixture->observables % 8 != 0) {
    assert_int_equal(r->observables[r->needs.observables_size - 1] >> (r->fixture->observables % 8), 0);
  }
  return report;
}

uint64_t digest_of(const decant_decoder *decoder) {
  uint64_t digest = 0;
  assert_status(decant_digest(decoder, &digest), DECANT_OK);
  return digest;
}

decant_stats stats_of(const decant_decoder *decoder) {
  decant_stats stats = {.struct_size = sizeof stats};
  assert_status(decant_stats_read(decoder, &stats), DECANT_OK);
  return stats;
}

/* ---- running */

static const char *running_on;

void on_every_fixture(void **state) {
  rig_test test = *(rig_test *)*state;
  for (int k = 0; k < FIXTURES; k++) {
    if (fixtures[k].image == NULL) continue;
    running_on = fixtures[k].name;
    rig r = rig_make(&fixtures[k], NULL);
    test(&r);
    blocks_release(NULL);
  }
  running_on = NULL;
}

/* A failed assertion jumps out of the loop above; this runs afterwards either way. */
int tell_fixture(void **state) {
  (void)state;
  if (running_on != NULL) print_error("... on the fixture %s\n", running_on);
  running_on = NULL;
  blocks_release(NULL);
  return 0;
}
