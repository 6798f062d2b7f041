/* Matching graphs, sampled and summed without the library; graph.h says what for. */
#include "graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t random_next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

void trim(uint8_t *detectors, uint32_t count) {
  if (count % 8 != 0) detectors[count / 8] &= (uint8_t)((1u << count % 8) - 1);
}

static void flip(uint8_t *bits, uint32_t k) { bits[k / 8] ^= (uint8_t)(1u << (k % 8)); }

static uint32_t root(uint32_t *parent, uint32_t x) {
  while (parent[x] != x) x = parent[x] = parent[parent[x]];
  return x;
}

static bool read_edge(FILE *file, graph_edge *e) {
  char line[1024];
  int64_t b;
  int length;
  if (fgets(line, sizeof line, file) == NULL) return false;
  int read = sscanf(line, "%" SCNu32 " %" SCNd64 " %" SCNd64 "%n", &e->a, &b, &e->weight, &length);
  if (read != 3) return false;
  e->b = b < 0 ? DECANT_BOUNDARY : (uint32_t)b;
  uint32_t observable;
  int more;
  for (const char *rest = line + length; sscanf(rest, "%" SCNu32 "%n", &observable, &more) == 1;
       rest += more) {
    if (observable >= GRAPH_OBSERVABLES) return false;
    flip(e->observables, observable);
  }
  return true;
}

/* Joins what edges join, and notes which components have a boundary. */
static void find_components(graph *g) {
  for (uint32_t d = 0; d < g->detectors; d++) g->component[d] = d;
  for (uint32_t e = 0; e < g->edges; e++) {
    if (g->edge[e].b == DECANT_BOUNDARY) continue;
    uint32_t a = root(g->component, g->edge[e].a), b = root(g->component, g->edge[e].b);
    g->component[a > b ? a : b] = a > b ? b : a;
  }
  for (uint32_t d = 0; d < g->detectors; d++) g->component[d] = root(g->component, d);
  for (uint32_t e = 0; e < g->edges; e++) {
    if (g->edge[e].b == DECANT_BOUNDARY) g->open[g->component[g->edge[e].a]] = true;
  }
}

bool graph_read(graph *g, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return false;
  char line[256];
  bool good =
      fgets(line, sizeof line, file) != NULL &&
      sscanf(line, "%" SCNu32 " %" SCNu32 " %" SCNu32, &g->detectors, &g->observables, &g->edges) == 3 &&
      g->observables <= GRAPH_OBSERVABLES;
  if (good) {
    g->edge = calloc(g->edges + 1, sizeof *g->edge);
    g->component = calloc(g->detectors + 1, sizeof *g->component);
    g->open = calloc(g->detectors + 1, sizeof *g->open);
    good = g->edge != NULL && g->component != NULL && g->open != NULL;
  }
  for (uint32_t e = 0; good && e < g->edges; e++) {
    good = read_edge(file, &g->edge[e]) && g->edge[e].a < g->detectors &&
           (g->edge[e].b == DECANT_BOUNDARY || (g->edge[e].b > g->edge[e].a && g->edge[e].b < g->detectors));
  }
  fclose(file);
  if (good) find_components(g);
  return good;
}

static bool is_set(const uint8_t *bits, uint32_t k) { return bits[k / 8] >> (k % 8) & 1; }

static size_t bytes_for(uint32_t bits) { return ((size_t)bits + 7) / 8; }

static void flip_ends(const graph_edge *e, uint8_t *detectors) {
  flip(detectors, e->a);
  if (e->b != DECANT_BOUNDARY) flip(detectors, e->b);
}

void graph_sample(const graph *g, double rate, uint64_t *random, uint8_t *detectors) {
  memset(detectors, 0, bytes_for(g->detectors));
  uint64_t threshold = (uint64_t)(rate * 4294967296.0);
  for (uint32_t e = 0; e < g->edges; e++) {
    if (random_next(random) >> 32 < threshold) flip_ends(&g->edge[e], detectors);
  }
}

bool graph_possible(const graph *g, const uint8_t *detectors) {
  uint8_t *odd = calloc(g->detectors + 1, 1);
  bool possible = true;
  for (uint32_t d = 0; d < g->detectors; d++) odd[g->component[d]] ^= is_set(detectors, d);
  for (uint32_t d = 0; d < g->detectors; d++) possible = possible && (odd[d] == 0 || g->open[d]);
  free(odd);
  return possible;
}

/* Orders (a, b), the boundary before every detector. */
static uint64_t rank(uint32_t a, uint32_t b) {
  return (uint64_t)a << 32 | (b == DECANT_BOUNDARY ? 0 : (uint64_t)b + 1);
}

static const graph_edge *find(const graph *g, decant_edge wanted) {
  for (uint32_t e = 0; e < g->edges; e++) {
    if (g->edge[e].a == wanted.a && g->edge[e].b == wanted.b) return &g->edge[e];
  }
  return NULL;
}

bool graph_explains(const graph *g, const decant_edge *edges, size_t count, const uint8_t *detectors,
                    int64_t *weight, uint8_t *observables) {
  size_t size = bytes_for(g->detectors);
  uint8_t *unexplained = malloc(size + 1);
  memcpy(unexplained, detectors, size);
  memset(observables, 0, bytes_for(g->observables));
  *weight = 0;
  bool good = true;
  for (size_t k = 0; k < count && good; k++) {
    const graph_edge *e = find(g, edges[k]);
    good = e != NULL && (k == 0 || rank(edges[k - 1].a, edges[k - 1].b) < rank(edges[k].a, edges[k].b));
    if (!good) break;
    flip_ends(e, unexplained);
    *weight += e->weight;
    for (size_t byte = 0; byte < bytes_for(g->observables); byte++) observables[byte] ^= e->observables[byte];
  }
  for (size_t k = 0; k < size; k++) good = good && unexplained[k] == 0;
  free(unexplained);
  return good;
}

bool edges_explain(const decant_edge *edges, size_t count, const uint8_t *detectors,
                   uint32_t detectors_count) {
  size_t size = bytes_for(detectors_count);
  uint8_t *unexplained = malloc(size + 1);
  memcpy(unexplained, detectors, size);
  bool good = true;
  for (size_t k = 0; k < count && good; k++) {
    good = edges[k].a < detectors_count && (edges[k].b == DECANT_BOUNDARY || edges[k].b < detectors_count);
    if (!good) break;
    flip(unexplained, edges[k].a);
    if (edges[k].b != DECANT_BOUNDARY) flip(unexplained, edges[k].b);
  }
  for (size_t k = 0; k < size; k++) good = good && unexplained[k] == 0;
  free(unexplained);
  return good;
}

int64_t *graph_least_weights(const graph *g) {
  size_t syndromes = (size_t)1 << g->detectors;
  int64_t *least = malloc(syndromes * sizeof *least), *before = malloc(syndromes * sizeof *before);
  for (size_t s = 0; s < syndromes; s++) least[s] = s == 0 ? 0 : INT64_MAX;
  for (uint32_t e = 0; e < g->edges; e++) {
    const graph_edge *edge = &g->edge[e];
    size_t touched = (size_t)1 << edge->a | (edge->b == DECANT_BOUNDARY ? 0 : (size_t)1 << edge->b);
    memcpy(before, least, syndromes * sizeof *least);
    for (size_t s = 0; s < syndromes; s++) {
      int64_t other = before[s ^ touched];
      if (other != INT64_MAX && other + edge->weight < least[s]) least[s] = other + edge->weight;
    }
  }
  free(before);
  return least;
}

graph graph_with_own_edges(const graph *g) {
  graph own = *g;
  own.edge = calloc(g->edges + 1, sizeof *own.edge);
  memcpy(own.edge, g->edge, g->edges * sizeof *own.edge);
  return own;
}

const graph_edge *graph_edge_between(const graph *g, uint32_t a, uint32_t b) {
  return find(g, a < b ? (decant_edge){a, b} : (decant_edge){b, a});
}

/* Distances from one detector on absolute weights, relaxed until nothing changes; and to the boundary. */
static int64_t find_distances(const graph *g, uint32_t from, int64_t *distance) {
  for (uint32_t d = 0; d < g->detectors; d++) distance[d] = d == from ? 0 : INT64_MAX;
  int64_t to_boundary = INT64_MAX;
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t e = 0; e < g->edges; e++) {
      const graph_edge *edge = &g->edge[e];
      for (int end = 0; end < 2; end++) {
        uint32_t near = end == 0 ? edge->a : edge->b, far = end == 0 ? edge->b : edge->a;
        if (near == DECANT_BOUNDARY || distance[near] == INT64_MAX) continue;
        int64_t *there = far == DECANT_BOUNDARY ? &to_boundary : &distance[far];
        int64_t length = distance[near] + llabs(edge->weight);
        if (length >= *there) continue;
        *there = length;
        changed = true;
      }
    }
  }
  return to_boundary;
}

static void lower(int64_t *best, int64_t a, int64_t b) {
  if (a != INT64_MAX && b != INT64_MAX && a + b < *best) *best = a + b;
}

bool graph_least_weight(const graph *g, const uint8_t *detectors, int64_t *weight) {
  uint8_t *odd = calloc(g->detectors + 1, 1);
  int64_t *distance = malloc((g->detectors + 1) * sizeof *distance), negative = 0;
  for (uint32_t d = 0; d < g->detectors; d++) odd[d] = is_set(detectors, d);
  for (uint32_t e = 0; e < g->edges; e++) {
    const graph_edge *edge = &g->edge[e];
    if (edge->weight >= 0) continue;
    negative += edge->weight;
    odd[edge->a] ^= 1;
    if (edge->b != DECANT_BOUNDARY) odd[edge->b] ^= 1;
  }
  uint32_t event[GRAPH_PAIRED_EVENTS], events = 0, found = 0;
  for (uint32_t d = 0; d < g->detectors; d++) {
    if (odd[d] == 0) continue;
    if (events < GRAPH_PAIRED_EVENTS) event[events++] = d;
    found++;
  }
  bool few = found == events;
  if (few) {
    int64_t apart[GRAPH_PAIRED_EVENTS][GRAPH_PAIRED_EVENTS], away[GRAPH_PAIRED_EVENTS];
    for (uint32_t k = 0; k < events; k++) {
      away[k] = find_distances(g, event[k], distance);
      for (uint32_t l = 0; l < events; l++) apart[k][l] = distance[event[l]];
    }
    static int64_t best[1 << GRAPH_PAIRED_EVENTS]; /* of each set of events */
    best[0] = negative;
    for (uint32_t set = 1; set < 1u << events; set++) {
      uint32_t first = (uint32_t)__builtin_ctz(set), rest = set & (set - 1);
      best[set] = INT64_MAX;
      lower(&best[set], away[first], best[rest]);
      for (uint32_t l = first + 1; l < events; l++) {
        if (rest >> l & 1) lower(&best[set], apart[first][l], best[rest ^ 1u << l]);
      }
    }
    *weight = best[(1u << events) - 1];
  }
  free(distance);
  free(odd);
  return few;
}
