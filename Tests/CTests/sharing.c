/* Sharing: decoders on several threads use one image, and each answers as if it were alone. */
#include "rig.h"

#include <pthread.h>

enum { THREADS = 4, SHOTS = 500 };

typedef struct task {
  const graph *graph;
  decant_decoder *decoder;
  decant_requirements needs;
  uint8_t *detectors, *observables;
  uint64_t seed, digest;
} task;

/* No assertion here: cmocka's belong to the main thread. */
static void *decode_alone(void *argument) {
  task *t = argument;
  uint64_t random = t->seed;
  for (int shot = 0; shot < SHOTS; shot++) {
    graph_sample(t->graph, 0.03, &random, t->detectors);
    decant_status status = decant_decode(t->decoder, t->detectors, t->needs.detectors_size, t->observables,
                                         t->needs.observables_size, NULL);
    if (status != DECANT_OK) return t;
  }
  return decant_digest(t->decoder, &t->digest) == DECANT_OK ? NULL : t;
}

static void decoders_share_an_image(rig *r) {
  task tasks[THREADS];
  pthread_t threads[THREADS];
  for (int k = 0; k < THREADS; k++) {
    tasks[k] = (task){
        .graph = r->graph,
        .decoder = rig_another_decoder(r, NULL),
        .needs = r->needs,
        .detectors = block_new(1, r->needs.detectors_size),
        .observables = block_new(1, r->needs.observables_size),
        .seed = (uint64_t)k / 2, /* two pairs that must agree */
    };
  }
  for (int k = 0; k < THREADS; k++) {
    assert_int_equal(pthread_create(&threads[k], NULL, decode_alone, &tasks[k]), 0);
  }
  for (int k = 0; k < THREADS; k++) {
    void *failed;
    assert_int_equal(pthread_join(threads[k], &failed), 0);
    assert_null(failed);
  }
  for (int k = 0; k < THREADS; k++) {
    task alone = tasks[k];
    alone.decoder = rig_another_decoder(r, NULL);
    assert_null(decode_alone(&alone));
    assert_true(alone.digest == tasks[k].digest);
  }
}

int run_sharing(void) {
  const struct CMUnitTest tests[] = {every_fixture(decoders_share_an_image)};
  return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
