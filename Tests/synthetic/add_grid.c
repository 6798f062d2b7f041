/* add_grid IMAGE OUT ROUNDS ROWS COLUMNS WIDTH KERNEL LAYERS
 *
 * Adds a grid network to a decoder image that has none: numbers from a generator, so that it predicts nothing, but always
 * the same. For tests that need no trained network.
 *
 * Detectors fill the volume's voxels in their order, types by turns, and begin anew where there are more; every eleventh
 * is not shown. The chain of an edge is one to three logits from the voxel of its lower detector on; every thirteenth edge
 * has none. Some edges of every crowded shot are accepted. */
#include "image.h"

enum { CHANNELS = 4, BLOCK = 16 };

static uint32_t rounded_up(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }

static void put(uint8_t **at, uint32_t value) {
  memcpy(*at, &value, 4);
  *at += 4;
}

static uint8_t *add_layer(uint8_t *parameters, int8_t *weights, uint32_t inputs, uint32_t outputs, uint32_t kernel,
                          int last, uint32_t heaviest) {
  const uint32_t taps = kernel * kernel * kernel, groups = (inputs + 3) / 4, blocks = rounded_up(outputs, BLOCK) / BLOCK;
  for (uint32_t b = 0; b < blocks; b++) {
    for (uint32_t k = 0; k < taps * groups * BLOCK * 4; k++) {
      const uint32_t input = k / (4 * BLOCK) % groups * 4 + k % 4, output = b * BLOCK + k / 4 % BLOCK;
      *weights++ = input < inputs && output < outputs ? (int8_t)between(-100, 100) : 0;
    }
  }
  for (uint32_t m = 0; m < blocks * BLOCK; m++) {
    put(&parameters, m < outputs ? (uint32_t)between(-20000, 20000) : 0);
  }
  /* Sums reach some 100 * 128 * sqrt(inputs * taps): they become a table's 256 entries, or the heaviest weight. */
  uint32_t root = 1;
  while (root * root < inputs * taps) root++;
  const int64_t reach = (last ? heaviest / 4 : 200) * (INT64_C(1) << 20) / (6000 * (int64_t)root);
  for (uint32_t m = 0; m < blocks * BLOCK; m++) {
    const int64_t multiplier = m < outputs ? between(reach / 2, reach) : 0;
    put(&parameters, (uint32_t)(multiplier > INT32_MAX ? INT32_MAX : multiplier));
  }
  if (last) return parameters;
  for (uint32_t k = 0; k < 256; k++) *parameters++ = (uint8_t)between(0, 255);
  return parameters;
}

int main(int count, char **arguments) {
  if (count != 9) fail("usage: IMAGE OUT ROUNDS ROWS COLUMNS WIDTH KERNEL LAYERS");
  size_t size;
  const uint8_t *image = read_file(arguments[1], &size);
  uint32_t shape[6];
  for (int k = 0; k < 6; k++) shape[k] = (uint32_t)atoi(arguments[3 + k]);
  const uint32_t rounds = shape[0], rows = shape[1], columns = shape[2], width = shape[3], kernel = shape[4];
  const uint32_t layers = shape[5], margin = kernel / 2, voxels = rounds * rows * columns;
  const uint32_t padded_rows = rows + 2 * margin, padded_columns = columns + 2 * margin;
  const uint32_t detectors = u32(image + 32), heaviest = u32(image + 68);
  copy_sections(image);

  /* An edge that weighs less than a quarter of the heaviest, after half of what the network says. */
  const uint32_t record[7] = {rounds, rows, columns, margin, heaviest / 64, 128, 2};
  memcpy(add(20, sizeof record, 1), record, sizeof record);
  uint8_t *layer = add(21, 20, layers);
  uint64_t weight_bytes = 0, parameter_bytes = 0;
  for (uint32_t k = 0; k < layers; k++) {
    const int last = k + 1 == layers;
    const uint32_t inputs = k == 0 ? CHANNELS : width, outputs = last ? CHANNELS : width;
    const uint32_t fields[5] = {inputs, outputs, kernel, 20, last ? 0 : (uint32_t)between(0, 255)};
    for (int f = 0; f < 5; f++) put(&layer, fields[f]);
    const uint32_t blocks = rounded_up(outputs, BLOCK) / BLOCK;
    weight_bytes += (uint64_t)64 * blocks * kernel * kernel * kernel * ((inputs + 3) / 4);
    parameter_bytes += 128 * blocks + (last ? 0 : 256);
  }
  int8_t *weights = add(22, 4, weight_bytes / 4);
  uint8_t *parameters = add(23, 4, parameter_bytes / 4);
  for (uint32_t k = 0; k < layers; k++) {
    const int last = k + 1 == layers;
    const uint32_t inputs = k == 0 ? CHANNELS : width, outputs = last ? CHANNELS : width;
    parameters = add_layer(parameters, weights, inputs, outputs, kernel, last, heaviest);
    weights += (uint64_t)64 * (rounded_up(outputs, BLOCK) / BLOCK) * kernel * kernel * kernel * ((inputs + 3) / 4);
  }

  uint8_t *input = add(24, 4, (uint64_t)(rounds + 2 * margin) * padded_rows * padded_columns);
  uint8_t *place = add(25, 12, detectors);
  for (uint32_t k = 0; k < voxels; k++) {
    const uint32_t t = k / (rows * columns) + margin, r = k / columns % rows + margin, c = k % columns + margin;
    uint8_t *voxel = input + 4 * ((t * padded_rows + r) * padded_columns + c);
    voxel[2] = (uint8_t)between(0, 2), voxel[3] = (uint8_t)between(0, 2);
  }
  const uint8_t *nodes = section_of(1);
  const uint32_t edges = u32(nodes + 8 * detectors + 4);
  for (uint32_t k = 0; k < detectors; k++) {
    const uint32_t at = k / 2 % voxels;
    const uint32_t t = at / (rows * columns) + margin, r = at / columns % rows + margin, c = at % columns + margin;
    put(&place, k % 11 == 10 ? UINT32_MAX : 4 * ((t * padded_rows + r) * padded_columns + c) + k % 2);
    put(&place, 4 * at);
    put(&place, u32(nodes + 8 * k + 4) + k); /* each detector has a group of its own, with one entry for its end */
  }
  uint8_t *starts = add(26, 4, edges + detectors), *chains = add(27, 4, 3 * edges);
  uint32_t members = 0;
  for (uint32_t k = 0; k < detectors; k++) {
    const uint32_t first = u32(nodes + 8 * k + 4), end = u32(nodes + 8 * k + 12), origin = 4 * (k / 2 % voxels);
    put(&starts, members);
    for (uint32_t e = first; e < end; e++) {
      const uint32_t length = e % 13 == 12 ? 0 : 1 + e % 3;
      for (uint32_t m = 0; m < length; m++, members++)
        put(&chains, (origin + 4 * m + (uint32_t)between(0, 3)) % (4 * voxels) - origin);
      put(&starts, members);
    }
  }
  sections[section_count - 1].size = 4 * members;
  write_image(image, arguments[2]);
  return 0;
}
