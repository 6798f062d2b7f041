/* Any sequence of calls on a decoder, with any sizes, strides, limits and bytes: every promise of decant.h
 * about shots holds. The images are the C tests' fixtures, so that graph.c can judge the corrections. */
#include "../CTests/graph.h"
#include "fuzz.h"

enum { MODELS = 12, CORRELATED = 9 /* the first that has correlations */ };
static const char *const names[MODELS] = {"surface_d3",     "surface_d5", "repetition",
                                          "toric",          "negative",   "observables_100",
                                          "no_observables", "components", "empty",
                                          "surface_d3_correlated", "surface_d5_correlated",
                                          "repetition_correlated"};
static struct {
  uint8_t *image;
  size_t size;
  graph graph;
} models[MODELS];

/* What models from CORRELATED on are with an event network, and with a grid network: the same otherwise. */
enum { KINDS = 2 };
static struct {
  uint8_t *image;
  size_t size;
} networks[KINDS][MODELS - CORRELATED];
static const char *const network_names[KINDS][MODELS - CORRELATED] = {
    {"surface_d3_network", "surface_d5_network", "repetition_network"},
    {"surface_d3_grid", "surface_d5_grid", "repetition_grid"}};

static void load(void) {
  const char *folder = getenv("DECANT_FIXTURES");
  if (folder == NULL) folder = "build/fixtures";
  for (int k = 0; k < MODELS; k++) {
    char path[4096];
    models[k].image = read_image(names[k], &models[k].size);
    for (int kind = 0; kind < KINDS && k >= CORRELATED; kind++) {
      int n = k - CORRELATED;
      networks[kind][n].image = read_image(network_names[kind][n], &networks[kind][n].size);
    }
    snprintf(path, sizeof path, "%s/%s.edges", folder, names[k]);
    HOLD(graph_read(&models[k].graph, path));
  }
}

/* A size near the right one, or a wild one. */
static size_t near(input *in, size_t right) {
  uint8_t how = choice(in);
  if (how < 200) return right;
  if (how < 210) return right + how - 199;
  if (how < 220) return right - (size_t)(how - 209); /* may wrap round: all the better */
  static const size_t wild[] = {
      0, 1, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 2 + 1, (size_t)1 << 32, (size_t)1 << 62};
  return wild[how % (sizeof wild / sizeof wild[0])];
}

/* ---- one decoder and what is known about it */

typedef struct session {
  const graph *graph;
  graph changed; /* the same with the weights that are staged */
  bool correlated, network, grid; /* of network: whether it is a grid network */
  const uint8_t *image;
  size_t image_size;
  decant_config config;
  decant_requirements needs;
  decant_decoder *decoder;
  uint64_t shots;
} session;

static uint64_t digest_of(const session *s) {
  uint64_t digest;
  HOLD(decant_digest(s->decoder, &digest) == DECANT_OK);
  return digest;
}

/* ---- weights for the next shot */

static void unstage(session *s) {
  memcpy(s->changed.edge, s->graph->edge, s->graph->edges * sizeof *s->changed.edge);
}

/* Edges that are there or nearly so, weights of every kind; what may be staged, is. */
static void reweight(session *s, input *in) {
  enum { MOST = 12, HEAVIEST = 33554430 };
  uint8_t form = choice(in);
  size_t count = form % (MOST + 1);
  bool by_number = form / (MOST + 1) % 2 == 1;
  decant_reweight *entries = exactly(4, count * sizeof *entries);
  decant_edge_reweight *numbered = exactly(4, count * sizeof *numbered);
  bool good = true;
  unstage(s); /* whatever becomes of it */
  bool taken[1024] = {false};
  for (size_t k = 0; k < count; k++) {
    uint32_t e = choice(in) | (uint32_t)choice(in) << 8;
    uint8_t how = choice(in);
    int32_t weight = (int32_t)(choice(in) | choice(in) << 8 | choice(in) << 16) * 4 - HEAVIEST;
    if (s->graph->edges == 0) {
      entries[k] = (decant_reweight){e, how, weight};
      numbered[k] = (decant_edge_reweight){e, weight};
      good = false;
      continue;
    }
    e %= s->graph->edges;
    const graph_edge *edge = &s->graph->edge[e];
    bool turned = how % 2 == 1 && edge->b != DECANT_BOUNDARY;
    if (how / 2 % 4 == 0) weight = (int32_t)-edge->weight;
    if (how / 2 % 4 == 1) weight = 2 * (weight % 64);
    entries[k] = (decant_reweight){turned ? edge->b : edge->a, turned ? edge->a : edge->b, weight};
    if (how == 255) entries[k].a ^= 1u << weight % 32;
    if (how == 254) entries[k].b ^= 1u << weight % 32;
    if (how == 253) entries[k].weight = (int32_t)((uint32_t)weight * 129 + 1);
    numbered[k] = (decant_edge_reweight){s->graph->edges + entries[k].a, entries[k].weight};
    decant_edge_number(s->decoder, entries[k].a, entries[k].b, &numbered[k].edge);
    const graph_edge *named = graph_edge_between(s->graph, entries[k].a, entries[k].b);
    if (named == NULL || entries[k].a == DECANT_BOUNDARY || entries[k].weight % 2 != 0 ||
        entries[k].weight > HEAVIEST || entries[k].weight < -HEAVIEST || taken[named - s->graph->edge]) {
      good = false;
    } else {
      taken[named - s->graph->edge] = true;
      s->changed.edge[named - s->graph->edge].weight = entries[k].weight;
    }
  }
  uint64_t before = digest_of(s);
  decant_status status = by_number ? decant_reweight_edges_next(s->decoder, numbered, count)
                                   : decant_reweight_next(s->decoder, entries, count);
  HOLD(digest_of(s) == before);
  HOLD((status == DECANT_OK) == (count == 0 || (good && count <= s->config.max_reweights)));
  if (status != DECANT_OK) unstage(s);
  free(numbered);
  free(entries);
}

static void edge_weight(session *s, input *in) {
  uint32_t a = choice(in), b = choice(in);
  if (b >= 250) b = DECANT_BOUNDARY - (b - 250);
  const graph_edge *edge = graph_edge_between(s->graph, a, b);
  int32_t weight;
  decant_status status = decant_edge_weight(s->decoder, a, b, &weight);
  HOLD(status == (edge != NULL ? DECANT_OK : DECANT_BAD_ARGUMENT));
  if (edge != NULL) HOLD(weight == edge->weight);
  uint32_t number;
  HOLD(decant_edge_number(s->decoder, a, b, &number) == status);
  decant_edge ends;
  if (edge != NULL) HOLD(decant_edge_ends(s->decoder, number, 1, &ends) == DECANT_OK && ends.a == edge->a && ends.b == edge->b);
  HOLD(decant_edge_ends(s->decoder, a, 1, &ends) == (a < s->graph->edges ? DECANT_OK : DECANT_BAD_ARGUMENT));
}

/* ---- shots */

static uint8_t *shot(session *s, input *in, size_t size, bool *possible) {
  uint8_t *detectors = exactly(1, size);
  uint8_t density = choice(in);
  for (size_t k = 0; k < size; k++) {
    uint8_t byte = choice(in);
    detectors[k] = density < 128 ? byte & (uint8_t)(byte * 37) : byte;
  }
  *possible = false;
  if (size != s->needs.detectors_size) return detectors;
  bool clean = s->graph->detectors % 8 == 0 || detectors[size - 1] >> s->graph->detectors % 8 == 0;
  if (!clean && density % 16 != 0) {
    trim(detectors, s->graph->detectors);
    clean = true;
  }
  *possible = clean && graph_possible(s->graph, detectors);
  return detectors;
}

/* decant_decode or decant_match */
static void decode(session *s, input *in, bool match) {
  /* A buffer as long as it is said to be; and for sizes that no buffer has, none is looked at. */
  size_t n = near(in, s->needs.detectors_size), m = near(in, s->needs.observables_size);
  size_t real_n = n > 4096 ? 0 : n, real_m = m > 4096 ? s->needs.observables_size : m;
  bool possible;
  uint8_t *detectors = shot(s, in, real_n, &possible), *observables = exactly(1, real_m);
  memset(observables, 0xA5, real_m);
  decant_report report = {.struct_size = choice(in) < 240 ? sizeof report : choice(in)};
  bool sound = report.struct_size >= sizeof report;
  uint64_t before = digest_of(s);
  decant_status status =
      (match ? decant_match : decant_decode)(s->decoder, detectors, n, observables, m, &report);
  if (status >= 0) {
    unstage(s);
    HOLD(possible && sound && n == s->needs.detectors_size && m >= s->needs.observables_size);
    HOLD((status == DECANT_TRUNCATED) == (report.flags == DECANT_REPORT_TRUNCATED));
    HOLD(status == DECANT_OK || s->config.work_limit != 0);
    HOLD(report.work <= s->needs.worst_case_work);
    HOLD(digest_of(s) != before);
    for (size_t k = s->needs.observables_size; k < real_m; k++) HOLD(observables[k] == 0xA5);
    s->shots++;
  } else {
    HOLD(digest_of(s) == before);
    for (size_t k = 0; k < real_m; k++) HOLD(observables[k] == 0xA5);
    HOLD(!(possible && sound && n == s->needs.detectors_size && m >= s->needs.observables_size && m <= 4096));
  }
  free(observables);
  free(detectors);
}

static void *copied(const session *s) {
  return memcpy(exactly(64, s->needs.workspace_size), s->decoder, s->needs.workspace_size);
}

static void match_edges(session *s, input *in) {
  size_t n = near(in, s->needs.detectors_size), capacity = near(in, s->needs.max_match_edges);
  size_t real_n = n > 4096 ? 0 : n, real_capacity = capacity > 4096 ? s->needs.max_match_edges : capacity;
  bool possible;
  uint8_t *detectors = shot(s, in, real_n, &possible);
  decant_edge *edges = exactly(4, real_capacity * sizeof *edges);
  decant_report report = {.struct_size = sizeof report};
  size_t count = 12345;
  uint64_t before = digest_of(s);
  decant_decoder *twin = copied(s);
  decant_status status = decant_match_edges(s->decoder, detectors, n, edges, capacity, &count, &report);
  if (status >= 0) {
    HOLD(possible && n == s->needs.detectors_size && count <= capacity && count <= s->needs.max_match_edges);
    int64_t weight;
    uint8_t observables[16];
    HOLD(graph_explains(&s->changed, edges, count, detectors, &weight, observables));
    if (!s->network) HOLD(s->correlated ? weight >= report.weight : weight == report.weight);
    s->shots++;
    unstage(s);
    /* The same shot on the same weights, for its observables. */
    uint8_t *answer = exactly(1, s->needs.observables_size);
    decant_report again = {.struct_size = sizeof again};
    HOLD(decant_decode(twin, detectors, n, answer, s->needs.observables_size, &again) == status);
    HOLD(memcmp(&again, &report, sizeof again) == 0);
    HOLD(memcmp(answer, observables, s->needs.observables_size) == 0);
    free(answer);
  } else {
    if (status == DECANT_BUFFER_TOO_SMALL) unstage(s);
    HOLD(count == 12345 && digest_of(s) == before);
    HOLD(status == DECANT_BUFFER_TOO_SMALL || !(possible && n == s->needs.detectors_size));
  }
  free(twin);
  free(edges);
  free(detectors);
}

static void batch(session *s, input *in) {
  size_t shots = choice(in) % 6, n = s->needs.detectors_size, m = s->needs.observables_size;
  size_t in_stride = n + choice(in) % 3, out_stride = m + choice(in) % 3;
  size_t in_size = shots == 0 ? 0 : (shots - 1) * in_stride + n;
  size_t out_size = shots == 0 ? 0 : (shots - 1) * out_stride + m;
  uint8_t *detectors = exactly(1, in_size), *observables = exactly(1, out_size);
  for (size_t k = 0; k < in_size; k++) {
    uint8_t byte = choice(in);
    detectors[k] = byte & (uint8_t)(byte * 37);
  }
  if (choice(in) % 4 != 0) {
    for (size_t k = 0; k < shots; k++) trim(detectors + k * in_stride, s->graph->detectors);
  }
  size_t done = 12345;
  decant_status status =
      decant_decode_batch(s->decoder, shots, detectors, in_stride, observables, out_stride, &done);
  HOLD(status >= 0 ? done == shots : done < shots);
  s->shots += done;
  if (done > 0) unstage(s);
  free(observables);
  free(detectors);
}

/* Any buffers for any outputs; what is written is what is promised, and nothing else happens. */
static void predecode(session *s, input *in) {
  size_t n = near(in, s->needs.detectors_size), capacity = near(in, s->needs.max_weight_changes);
  size_t real_n = n > 4096 ? 0 : n, real_capacity = capacity > 4096 ? 4096 : capacity;
  bool possible;
  uint8_t *detectors = shot(s, in, real_n, &possible), *residual = exactly(1, real_n);
  decant_reweight *changes = exactly(4, real_capacity * sizeof *changes);
  uint64_t before = digest_of(s);
  size_t count = 12345;
  decant_status status = decant_predecode(s->decoder, detectors, n, residual, real_n, NULL, 0, changes,
                                          real_capacity, &count, NULL);
  HOLD(digest_of(s) == before);
  if (status == DECANT_OK) {
    HOLD(s->network && n == s->needs.detectors_size && count <= real_capacity);
    if (s->grid) {
      /* Events are only taken away. */
      for (size_t k = 0; k < n; k++) HOLD((residual[k] & ~detectors[k]) == 0);
    } else {
      HOLD(memcmp(residual, detectors, n) == 0);
    }
    for (size_t k = 0; k < count; k++) {
      HOLD(graph_edge_between(s->graph, changes[k].a, changes[k].b) != NULL);
      HOLD(changes[k].weight >= 2 && changes[k].weight <= 33554430 && changes[k].weight % 2 == 0);
    }
  } else {
    HOLD(count == 12345);
    HOLD(!(s->network && possible && n == s->needs.detectors_size && real_capacity >= s->needs.max_weight_changes));
  }
  free(changes);
  free(residual);
  free(detectors);
}

/* Goes on in a copy elsewhere, the original overwritten. */
static void move(session *s) {
  void *copy = copied(s);
  memset(s->decoder, 0xA5, s->needs.workspace_size);
  free(s->decoder);
  s->decoder = copy;
}

static void start(session *s) {
  void *workspace = exactly(64, s->needs.workspace_size);
  HOLD(decant_decoder_init(workspace, s->needs.workspace_size, s->image, s->image_size, &s->config,
                           &s->decoder) == DECANT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (models[0].image == NULL) load();
  input in = {data, size};
  int k = choice(&in) % MODELS;
  uint8_t limit = choice(&in), with = choice(&in);
  session s = {.graph = &models[k].graph, .image = models[k].image, .image_size = models[k].size};
  s.correlated = k >= CORRELATED && with % 4 != 0;
  s.network = k >= CORRELATED && with >= 128;
  s.grid = s.network && limit % 8 >= 6;
  if (s.network) {
    s.image = networks[s.grid][k - CORRELATED].image;
    s.image_size = networks[s.grid][k - CORRELATED].size;
  }
  s.config = (decant_config){.struct_size = sizeof s.config,
                             .flags = (s.correlated ? DECANT_CONFIG_CORRELATED : 0) |
                                      (with / 64 % 2 == 1 ? DECANT_CONFIG_UNION_FIND : 0) |
                                      (s.network ? DECANT_CONFIG_NETWORK : 0),
                             .work_limit = limit % 2 == 0 ? 0 : (uint64_t)limit * 3,
                             .max_reweights = with / 4 % 16};
  s.changed = graph_with_own_edges(s.graph);
  s.needs = measured(s.image, s.image_size, &s.config);
  start(&s);
  while (in.size > 0) {
    switch (choice(&in) % 11) {
      case 0:
      case 1: decode(&s, &in, false); break;
      case 2: decode(&s, &in, true); break;
      case 3:
      case 4: match_edges(&s, &in); break;
      case 5: batch(&s, &in); break;
      case 6: move(&s); break;
      case 7:
        HOLD(decant_decoder_reset(s.decoder) == DECANT_OK);
        s.shots = 0;
        unstage(&s);
        break;
      case 8:
      case 9: reweight(&s, &in); break;
      case 10:
        edge_weight(&s, &in);
        if (s.network) predecode(&s, &in);
        break;
    }
    decant_stats stats = {.struct_size = sizeof stats};
    HOLD(decant_stats_read(s.decoder, &stats) == DECANT_OK);
    HOLD(stats.shots == s.shots);
  }
  free(s.decoder);
  free(s.changed.edge);
  return 0;
}
