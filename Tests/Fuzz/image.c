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

static void use(const uint8_t *image, size_t size, const decant_image_info *info, uint32_t flags) {
  bool is_strip = info->flags & DECANT_IMAGE_STRIP; /* which takes no changed weights */
  uint32_t detectors_count = info->detectors;
  decant_config config = {.struct_size = sizeof config,
                          .flags = flags,
                          .work_limit = image[size - 1] % 4 == 0 ? image[size - 2] : 0,
                          .max_reweights = is_strip ? 0 : image[size - 3] % 4};
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
    decant_edge_reweight numbered[3];
    for (size_t k = 0; k < count; k++) {
      numbered[k].weight = entries[k].weight;
      HOLD(decant_edge_number(decoder, entries[k].a, entries[k].b, &numbered[k].edge) == DECANT_OK);
    }
    status = shot % 4 < 2 ? decant_reweight_next(decoder, entries, count)
                          : decant_reweight_edges_next(decoder, numbered, count);
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

/* A strip decodes whatever fires and whatever its seams say, if they say nothing of detectors that are not on them. */
static void use_strip(const uint8_t *image, size_t size, uint32_t flags) {
  decant_strip_info info = {.struct_size = sizeof info};
  HOLD(decant_strip_inspect(image, size, &info, NULL, 0) == DECANT_OK);
  decant_config config = {.struct_size = sizeof config,
                          .flags = flags,
                          .work_limit = image[size - 1] % 4 == 0 ? image[size - 2] : 0};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status status = decant_decoder_measure(image, size, &config, &needs);
  if (flags & DECANT_CONFIG_CORRELATED && status == DECANT_UNSUPPORTED) return;
  HOLD(status == DECANT_OK);
  size_t shot_size = (info.shot_detectors + 7) / 8;
  if (needs.workspace_size > MOST_MEMORY || needs.seam_size > MOST_MEMORY || shot_size > MOST_MEMORY) return;
  uint32_t *numbers = exactly(4, info.detectors * sizeof *numbers);
  HOLD(decant_strip_inspect(image, size, &info, numbers, info.detectors) == DECANT_OK);
  size_t n = (size_t)needs.detectors_size, o = (size_t)needs.observables_size, seam = (size_t)needs.seam_size;
  uint8_t *shot = exactly(1, shot_size), *bits = exactly(1, n), *observables = exactly(1, o);
  uint8_t *seams[2] = {exactly(1, seam), exactly(1, seam)};
  const uint32_t counts[2] = {info.before, info.after};
  void *workspace = exactly(64, needs.workspace_size);
  decant_decoder *decoder;
  HOLD(decant_decoder_init(workspace, needs.workspace_size, image, size, &config, &decoder) == DECANT_OK);
  for (size_t call = 0; call < 8; call++) {
    fill(shot, shot_size, info.shot_detectors, image, size, call);
    HOLD(decant_strip_gather(decoder, shot, shot_size, bits, n) == DECANT_OK);
    for (uint32_t d = 0; d < info.detectors; d++) {
      HOLD((bits[d / 8] >> d % 8 & 1) == (shot[numbers[d] / 8] >> numbers[d] % 8 & 1));
    }
    bool is_stray = false;
    for (int side = 0; side < 2; side++) {
      fill(seams[side], seam, call % 4 == 3 ? 8 * (uint32_t)seam : counts[side], image, size, call + 1 + (size_t)side);
      if (call % 4 != 3) memset(seams[side] + (counts[side] + 7) / 8, 0, seam - (counts[side] + 7) / 8);
      bool exists = side == 0 ? info.index > 0 : info.index + 1 < info.strips;
      for (size_t bit = counts[side]; exists && bit < 8 * seam; bit++) is_stray |= seams[side][bit / 8] >> bit % 8 & 1;
    }
    decant_report report = {.struct_size = sizeof report};
    status = decant_strip_decode(decoder, bits, n, seams[0], seams[1], seam, observables, o, &report);
    if (info.flags & DECANT_STRIP_SECOND && is_stray) {
      HOLD(status == DECANT_BAD_ARGUMENT);
      continue;
    }
    HOLD(status == DECANT_OK || status == DECANT_IMPOSSIBLE || (status == DECANT_TRUNCATED && config.work_limit != 0));
    if (status >= 0) HOLD(report.work <= needs.worst_case_work);
  }
  free(workspace);
  free(seams[1]);
  free(seams[0]);
  free(observables);
  free(bits);
  free(shot);
  free(numbers);
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
    use(image, size, &info, 0);
    use(image, size, &info, DECANT_CONFIG_CORRELATED);
    use(image, size, &info, DECANT_CONFIG_UNION_FIND);
    use(image, size, &info, DECANT_CONFIG_UNION_FIND | DECANT_CONFIG_CORRELATED);
    use(image, size, &info, DECANT_CONFIG_NETWORK);
    use(image, size, &info, DECANT_CONFIG_NETWORK | DECANT_CONFIG_CORRELATED);
    if (info.flags & DECANT_IMAGE_STRIP) {
      for (uint32_t flags = 0; flags < 4; flags++) use_strip(image, size, flags);
    }
  }
  free(image);
  return 0;
}
