/* What every chapter of the C tests stands on: images to decode, memory that tells when it is misused,
 * and a decoder ready to go.
 *
 * Blocks end at memory that may not be touched (or are the sanitizer's, in its build), so that one byte
 * read or written too far ends the test; they are poisoned, so that an output written on an error shows.
 */
#ifndef DECANT_TESTS_RIG_H
#define DECANT_TESTS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <decant.h>

#include "graph.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define UNDER_THREAD_SANITIZER 1
#endif
#endif

/* One image of build/fixtures, and what others say of its model (Tests/golden/dem/README.md). Images called
 * NAME_correlated are those of NAME compiled with correlations, NAME_network and NAME_grid such with a made-up event
 * or grid network added (Tests/synthetic); all else about them is the same. */
typedef struct fixture {
  const char *name;
  uint32_t detectors, observables, edges, boundary_edges, negative_edges, components, closed_components,
      max_degree;
  bool correlated, network, grid;
  const uint8_t *image; /* exactly image_size readable, unwritable bytes */
  size_t image_size;
  graph graph;
} fixture;

enum { FIXTURES = 18 };
extern fixture fixtures[FIXTURES];

/* Reads every image, or says what is missing. */
bool fixtures_load(const char *folder);

/* Exactly `size` readable, unwritable bytes, kept until the program ends; NULL if there is no such file. */
const uint8_t *image_read(const char *path, size_t *size);
const fixture *fixture_named(const char *name);

/* A decoder of one fixture with exact buffers, made anew for each test. */
typedef struct rig {
  const fixture *fixture;
  const graph *graph;
  decant_requirements needs;
  decant_decoder *decoder;
  uint8_t *detectors;   /* needs.detectors_size bytes */
  uint8_t *observables; /* needs.observables_size bytes */
  decant_edge *edges;   /* needs.max_match_edges of them */
  uint64_t random;
} rig;

rig rig_make(const fixture *of, const decant_config *config);

/* Another decoder of the same image in a workspace of its own. */
decant_decoder *rig_another_decoder(const rig *r, const decant_config *config);

/* Puts a random shot into r->detectors; every kind comes up, from empty to crowded. Always possible. */
void rig_sample(rig *r);

/* Stages random weights for the next shot, up to this many, and writes them into changed (which may be NULL),
 * a graph of the same fixture. Everything comes up: lighter and heavier edges, free ones, other signs. */
void rig_reweight(rig *r, size_t most, graph *changed);

/* Decodes that shot, and checks status and unused bits. */
decant_report rig_decode(rig *r);

uint64_t digest_of(const decant_decoder *decoder);
decant_stats stats_of(const decant_decoder *decoder);

/* Poisoned memory of exactly this size; freed when the test ends, or by releasing all since a mark. */
void *block_new(size_t alignment, size_t size);
const void *blocks_mark(void);
void blocks_release(const void *mark);
void *block_copy(size_t alignment, const void *bytes, size_t size);
void block_forbid_writing(const void *block, size_t size);
void poison(void *bytes, size_t size);
bool is_poison(const void *bytes, size_t size);
#define assert_untouched(bytes, size) assert_true(is_poison(bytes, size))

/* Valgrind takes some thirty times as long: there, a part of the experiments. Tests say which loops are cut. */
#ifdef DECANT_TESTS_KEEP_MALLOC
enum { SHARE = 4 };
#else
enum { SHARE = 1 };
#endif

enum { HEAVIEST = 33554430 }; /* weight that decant_reweight_next takes */

/* Compares statuses by name, so that a failure reads well. */
#define assert_status(call, expected) \
  assert_string_equal(decant_status_name(call), decant_status_name(expected))

/* A test that runs once on each fixture, and on failure says on which. */
typedef void (*rig_test)(rig *r);
void on_every_fixture(void **state);
int tell_fixture(void **state);
#define every_fixture(test) {#test, on_every_fixture, NULL, tell_fixture, &(rig_test){test}}

/* One run per chapter; each returns the number of failed tests. */
int run_identity(void);
int run_layout(void);
int run_image(void);
int run_decoder(void);
int run_shots(void);
int run_matching(void);
int run_reweighting(void);
int run_correlated(void);
int run_union_find(void);
int run_network(void);
int run_stream(void);
int run_spreading(void);
int run_blocks(void);
int run_strips(void);
int run_grid(void);
int run_watching(void);
int run_checkpoint(void);
int run_succession(void);
int run_sharing(void);
int run_allocations(void);

#endif
