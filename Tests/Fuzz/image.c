/* Any bytes as a decoder image: refused, or good to decode with.
 *
 * The checksum is made right before each call, for no mutation would ever find it; so what is tried here are
 * the checks behind it. An image that passes them decodes shots drawn from the input's own bytes. */
#include "../CTests/graph.h"
#include "fuzz.h"

enum { AT_SIZE = 16, AT_CRC = 24, HEADER = 128, MOST_MEMORY = 1 << 22, MOST_MULTIPLICATIONS = 1 << 22 };

static void repair(uint8_t *image, size_t size) {
  if (size < HEADER) return;
  uint64_t claimed;
  memcpy(&claimed, image + AT_SIZE, sizeof claimed);
  if (claimed > size) return;
  memset(image + AT_CRC, 0, 4);
  uint32_t crc = UINT32_MAX;
  for (size_t k = 0; k < claimed; k++) {
    crc ^= image[k];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  crc = ~crc;
  memcpy(image + AT_CRC, &crc, sizeof crc);
}

/* Shots are slices of the input, dense and sparse in turn. */
static void fill(uint8_t *detectors, size_t size, uint32_t count, const uint8_t *data, size_t length,
                 size_t shot) {
  for (size_t k = 0; k < size; k++) {
    uint8_t byte = data[(shot * 31 + k * (shot + 1)) % length];
    detectors[k] = shot % 2 ? byte : (uint8_t)(byte & data[(shot * 17 + k * 7 + 5) % length]);
  }
  trim(detectors, count);
}

static void use(const uint8_t *image, size_t size, uint32_t detectors_count, uint32_t flags) {
  decant_config config = {.struct_size = sizeof config,
                          .flags = flags,
                          .work_limit = image[size - 1] % 4 == 0 ? image[size - 2] : 0,
                          .max_reweights = image[size - 3] % 4};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status status = decant_decoder_measure(image, size, &config, &needs);
  const uint32_t wants = DECANT_CONFIG_CORRELATED | DECANT_CONFIG_NETWORK;
  if (flags & wants && status == DECANT_UNSUPPORTED) return; /* there is nothing of the kind here */
  HOLD(status == DECANT_OK);
  if (needs.workspace_size > MOST_MEMORY || needs.max_match_edges > MOST_MEMORY / sizeof(decant_edge)) return;
  if (needs.network_multiplications > MOST_MULTIPLICATIONS) return; /* right, but slow under the sanitizer */
  uint8_t *detectors = exactly(1, needs.detectors_size), *observables = exactly(1, needs.observables_size);
  decant_edge *edges = exactly(4, needs.max_match_edges * sizeof *edges);
  decant_reweight entries[3];
  void *workspace = exactly(64, needs.workspace_size);
  decant_decoder *decoder;
  HOLD(decant_decoder_init(workspace, needs.workspace_size, image, size, &config, &decoder) == DECANT_OK);
  for (size_t shot = 0; shot < 8; shot++) {
    fill(detectors, needs.detectors_size, detectors_count, image, size, shot);
    decant_report report = {.struct_size = sizeof report};
    status =
        decant_decode(decoder, detectors, needs.detectors_size, observables, needs.observables_size, &report);
    HOLD(status == DECANT_OK || status == DECANT_IMPOSSIBLE ||
         (status == DECANT_TRUNCATED && config.work_limit != 0));
    if (status >= 0) HOLD(report.work <= needs.worst_case_work);
    decant_status same = status;
    size_t count = 0;
    status = decant_match_edges(decoder, detectors, needs.detectors_size, edges, needs.max_match_edges,
                                &count, NULL);
    HOLD(status == same && count <= needs.max_match_edges);
    if (status < 0) continue;
    HOLD(edges_explain(edges, count, detectors, detectors_count));
    /* Edges of this correction are there to be changed for the next shot. */
    if (count > config.max_reweights) count = config.max_reweights;
    for (size_t k = 0; k < count; k++) {
      int32_t weight;
      HOLD(decant_edge_weight(decoder, edges[k].a, edges[k].b, &weight) == DECANT_OK);
      entries[k] = (decant_reweight){edges[k].a, edges[k].b, k % 2 == 0 ? -weight : weight / 4 * 2};
    }
    /* A damaged image may give two edges the same ends: then one of them is named twice. */
    status = decant_reweight_next(decoder, entries, count);
    HOLD(status == DECANT_OK || (status == DECANT_BAD_ARGUMENT && count > 1));
    if (status != DECANT_OK || shot % 2 != 0) continue;
    status = decant_match_edges(decoder, detectors, needs.detectors_size, edges, needs.max_match_edges,
                                &count, NULL);
    HOLD(status == DECANT_OK || (status == DECANT_TRUNCATED && config.work_limit != 0));
    HOLD(edges_explain(edges, count, detectors, detectors_count));
  }
  free(workspace);
  free(edges);
  free(observables);
  free(detectors);
}

/* An image of a stream takes rounds, in windows short and longer than its shapes. */
static void use_stream(const uint8_t *image, size_t size, uint32_t flags, uint32_t commit, uint32_t buffer) {
  decant_stream_info info = {.struct_size = sizeof info};
  HOLD(decant_stream_inspect(image, size, &info) == DECANT_OK);
  decant_config config = {.struct_size = sizeof config,
                          .flags = flags,
                          .work_limit = image[size - 1] % 4 == 0 ? image[size - 2] : 0,
                          .commit_rounds = commit,
                          .buffer_rounds = buffer};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status status = decant_decoder_measure(image, size, &config, &needs);
  if (status == DECANT_UNSUPPORTED) return; /* no correlations, or no such windows */
  HOLD(status == DECANT_OK);
  if (needs.workspace_size > MOST_MEMORY || needs.observables_size > MOST_MEMORY) return;
  uint8_t *bits = exactly(1, needs.detectors_size), *observables = exactly(1, needs.observables_size);
  void *workspace = exactly(64, needs.workspace_size);
  decant_decoder *decoder;
  HOLD(decant_decoder_init(workspace, needs.workspace_size, image, size, &config, &decoder) == DECANT_OK);
  decant_round round = {.struct_size = sizeof round};
  decant_frame frame = {.struct_size = sizeof frame};
  for (uint32_t call = 0; call < 100; call++) {
    uint8_t whim = image[(call * 31 + commit) % size];
    bool last = whim % 16 == 5;
    uint32_t count = last ? info.last_detectors : round.sequence == 0 ? info.first_detectors : info.round_detectors;
    size_t length = (count + 7) / 8;
    fill(bits, length, count, image, size, call);
    round.flags = last ? DECANT_ROUND_LAST : 0;
    status = decant_stream_push(decoder, &round, bits, length);
    if (status == DECANT_UNSUPPORTED && last) continue;
    HOLD(status == DECANT_OK || status == DECANT_PENDING || (status == DECANT_TRUNCATED && config.work_limit != 0));
    round.sequence = last ? 0 : round.sequence + 1;
    if (whim % 32 == 7) {
      status = decant_stream_finish(decoder);
      HOLD(status >= 0 || status == DECANT_UNSUPPORTED);
      if (status >= 0) round.sequence = 0;
    }
    while ((status = decant_stream_pop(decoder, &frame, observables, needs.observables_size)) == DECANT_OK) {
      HOLD(frame.work <= needs.worst_case_work);
    }
    HOLD(status == DECANT_EMPTY);
  }
  free(workspace);
  free(observables);
  free(bits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *image = exactly(8, size);
  memcpy(image, data, size);
  repair(image, size);
  decant_image_info info = {.struct_size = sizeof info};
  decant_status status = decant_image_inspect(image, size, &info);
  HOLD(status == DECANT_OK || status == DECANT_BAD_IMAGE || status == DECANT_UNSUPPORTED);
  if (status == DECANT_OK && info.flags & DECANT_IMAGE_STREAM) {
    for (uint32_t flags = 0; flags < 4; flags++) {
      use_stream(image, size, flags, 0, 0);
      use_stream(image, size, flags, 1, 2);
      use_stream(image, size, flags, 40, 3);
    }
  } else if (status == DECANT_OK) {
    HOLD(info.image_size <= size);
    use(image, size, info.detectors, 0);
    use(image, size, info.detectors, DECANT_CONFIG_CORRELATED);
    use(image, size, info.detectors, DECANT_CONFIG_UNION_FIND);
    use(image, size, info.detectors, DECANT_CONFIG_UNION_FIND | DECANT_CONFIG_CORRELATED);
    use(image, size, info.detectors, DECANT_CONFIG_NETWORK);
    use(image, size, info.detectors, DECANT_CONFIG_NETWORK | DECANT_CONFIG_CORRELATED);
  }
  free(image);
  return 0;
}
