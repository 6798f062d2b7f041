/* Allocations: no function of decant.h allocates. Counted, by standing in for malloc in this program; the
 * proof by compiler (-no-allocations) covers only the Embedded build. Sanitizers and valgrind stand in for
 * malloc themselves, so that their runs leave this chapter out. */
#include "stream_rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(UNDER_ADDRESS_SANITIZER) || defined(UNDER_THREAD_SANITIZER) || defined(DECANT_TESTS_KEEP_MALLOC)

int run_allocations(void) {
  printf("allocations: not counted in this build\n");
  return 0;
}

#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static _Thread_local uint64_t allocations;

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  allocations++;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  allocations++;
  *memory = __libc_memalign(alignment, size);
  return *memory == NULL ? ENOMEM : 0;
}

void free(void *memory) {
  if (memory != NULL) allocations++; /* giving memory back is an allocator's work, too */
  __libc_free(memory);
}

static void the_counter_counts(void **state) {
  (void)state;
  void *(*volatile allocate)(size_t) = malloc; /* a compiler may drop a malloc that it recognises */
  void (*volatile give_back)(void *) = free;
  uint64_t before = allocations;
  void *memory = allocate(1);
  assert_true(allocations == before + 1);
  give_back(memory);
  assert_true(allocations == before + 2);
}

static void no_call_allocates_with(rig *r, decant_config config) {
  const fixture *f = r->fixture;
  size_t n = r->needs.detectors_size, m = r->needs.observables_size, count;
  enum { SHOTS = 10000, BATCH = 100 };
  uint8_t *batch = block_new(1, BATCH * n), *answers = block_new(1, BATCH * m);
  decant_report report = {.struct_size = sizeof report};
  decant_stats stats = {.struct_size = sizeof stats};
  decant_image_info info = {.struct_size = sizeof info};
  const graph_edge *changed = config.max_reweights > 0 && f->edges > 0 ? r->graph->edge : NULL;
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status worst = DECANT_OK;
  uint64_t digest, spent = 0;
#define counted(call) \
  do { \
    uint64_t before = allocations; \
    decant_status status = call; \
    spent += allocations - before; \
    if (status < worst) worst = status; \
  } while (0)
  counted(decant_image_inspect(f->image, f->image_size, &info));
  counted(decant_decoder_measure(f->image, f->image_size, &config, &needs));
  void *workspace = block_new(64, needs.workspace_size);
  counted(decant_decoder_init(workspace, needs.workspace_size, f->image, f->image_size, &config, &r->decoder));
  for (int shot = 0; shot < SHOTS; shot++) {
    rig_sample(r);
    memcpy(batch + (size_t)(shot % BATCH) * n, r->detectors, n);
    if (changed != NULL) {
      int32_t weight = 0;
      counted(decant_edge_weight(r->decoder, changed[shot % f->edges].a, changed[shot % f->edges].b, &weight));
      decant_reweight entry = {changed[shot % f->edges].a, changed[shot % f->edges].b,
                               shot % 3 == 0 ? -weight : weight / 4 * 2};
      decant_edge_reweight numbered = {0, entry.weight};
      counted(decant_edge_number(r->decoder, entry.a, entry.b, &numbered.edge));
      if (shot % 2 == 0) counted(decant_reweight_next(r->decoder, &entry, 1));
      else counted(decant_reweight_edges_next(r->decoder, &numbered, 1));
    }
    counted(decant_decode(r->decoder, r->detectors, n, r->observables, m, &report));
    if (shot % BATCH != BATCH - 1) continue;
    counted(decant_decode_batch(r->decoder, BATCH, batch, n, answers, m, &count));
    counted(decant_match(r->decoder, r->detectors, n, r->observables, m, &report));
    counted(
        decant_match_edges(r->decoder, r->detectors, n, r->edges, r->needs.max_match_edges, &count, &report));
    counted(decant_stats_read(r->decoder, &stats));
    counted(decant_digest(r->decoder, &digest));
  }
  counted(decant_decoder_reset(r->decoder));
#undef counted
  assert_status(worst, DECANT_OK);
  assert_int_equal(spent, 0);
}

static void no_call_allocates(rig *r) {
  decant_config config = {.struct_size = sizeof config};
  no_call_allocates_with(r, config);
  config.max_reweights = 4;
  no_call_allocates_with(r, config);
  config.flags = DECANT_CONFIG_UNION_FIND;
  no_call_allocates_with(r, config);
  if (!r->fixture->correlated) return;
  config.flags |= DECANT_CONFIG_CORRELATED;
  no_call_allocates_with(r, config);
  config.flags = DECANT_CONFIG_CORRELATED;
  no_call_allocates_with(r, config);
  if (!r->fixture->network && !r->fixture->grid) return;
  config.flags = DECANT_CONFIG_NETWORK;
  no_call_allocates_with(r, config);
}

static void no_stream_call_allocates(void **state) {
  (void)state;
  for (int k = 0; k < STREAM_MODELS * STREAM_CONFIGS; k++) {
    const stream_model *m = &stream_models[k / STREAM_CONFIGS];
    stream s = stream_make(m, stream_config(m, k % STREAM_CONFIGS));
    decant_stream_info info = {.struct_size = sizeof info};
    decant_frame frame = {.struct_size = sizeof frame};
    uint8_t observables[8];
    uint64_t before = allocations, spent = 0, frames = 0;
    assert_status(decant_stream_inspect(m->image, m->image_size, &info), DECANT_OK);
    spent += allocations - before;
    for (int n = 0; n < 200; n++) {
      for (stream_begin(&s, info.shortest); !stream_is_over(&s);) {
        stream_prepare(&s);
        before = allocations;
        decant_status status = stream_call(&s);
        if (status == DECANT_FULL || (status != DECANT_PENDING && n % 2 == 0)) {
          frames += decant_stream_pop(s.decoder, &frame, observables, sizeof observables) == DECANT_OK;
        }
        spent += allocations - before;
      }
    }
    before = allocations;
    decant_decoder_reset(s.decoder);
    spent += allocations - before;
    assert_int_equal(spent, 0);
    assert_true(frames > 100);
    blocks_release(NULL);
  }
}

int run_allocations(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_counter_counts),
      cmocka_unit_test(no_stream_call_allocates),
      every_fixture(no_call_allocates),
  };
  return cmocka_run_group_tests_name("allocations", tests, NULL, NULL);
}

#endif
