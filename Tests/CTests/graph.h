/* A matching graph as PyMatching built it (Tests/golden/dem/NAME.edges): what the tests hold answers against.
 * It shares nothing with the library, neither code nor format.
 */
#ifndef DECANT_TESTS_GRAPH_H
#define DECANT_TESTS_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <decant.h>

enum { GRAPH_OBSERVABLES = 128 }; /* most that a fixture may have */

typedef struct graph_edge {
  uint32_t a, b;  /* b is DECANT_BOUNDARY or above a */
  int64_t weight; /* negative where an error is likelier than not */
  uint8_t observables[GRAPH_OBSERVABLES / 8];
} graph_edge;

typedef struct graph {
  uint32_t detectors, observables, edges;
  graph_edge *edge;
  uint32_t *component; /* of each detector: its lowest detector */
  bool *open;          /* of each component, at that lowest detector */
} graph;

/* Clears the unused bits of the last byte of a shot with this many detectors. */
void trim(uint8_t *detectors, uint32_t count);

/* splitmix64: the same numbers on every machine. */
uint64_t random_next(uint64_t *state);

/* Reads an .edges file; false if it is not one. */
bool graph_read(graph *g, const char *path);

/* Lets each edge flip at this rate, and writes the detection events that follow. */
void graph_sample(const graph *g, double rate, uint64_t *random, uint8_t *detectors);

/* Whether any set of edges explains these events. */
bool graph_possible(const graph *g, const uint8_t *detectors);

/* Whether these edges exist, ascend, and together explain exactly these events; and what they weigh and flip.
 * observables: ceil(observables / 8) bytes. */
bool graph_explains(const graph *g, const decant_edge *edges, size_t count, const uint8_t *detectors,
                    int64_t *weight, uint8_t *observables);

/* Whether these edges, existing or not, have exactly these events at their ends. */
bool edges_explain(const decant_edge *edges, size_t count, const uint8_t *detectors,
                   uint32_t detectors_count);

/* The least weight that explains each of the 2^detectors syndromes, by trying edge after edge; INT64_MAX
 * where none does. For at most 20 detectors. The caller frees it. */
int64_t *graph_least_weights(const graph *g);

enum { GRAPH_PAIRED_EVENTS = 12 };

/* The least weight that explains these events, by pairing them along shortest paths in every way; INT64_MAX
 * where nothing does. False if more than GRAPH_PAIRED_EVENTS are left once negative edges are flipped. */
bool graph_least_weight(const graph *g, const uint8_t *detectors, int64_t *weight);

/* The same graph with edges of its own, whose weights may be changed. The caller frees edge. */
graph graph_with_own_edges(const graph *g);

/* The edge between a and b (or DECANT_BOUNDARY), in either order; NULL if there is none. */
const graph_edge *graph_edge_between(const graph *g, uint32_t a, uint32_t b);

#endif
