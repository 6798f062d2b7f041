/* add_network IMAGE OUT ROUND_RADIUS ROW_RADIUS COLUMN_RADIUS HIDDEN UNITS [MODEL.dem]
 *
 * Adds an event network to a decoder image that has none: numbers from a generator, so that it predicts nothing, but
 * always the same. For tests and timings that need no trained network. It knows the format from nothing but
 * Sources/DecantCore/Image, and shares no code with the compiler.
 *
 * Detectors stand where the model's `detector` declarations say, in coordinates that are even as Stim's surface codes
 * have them; without a model they fill a made-up lattice of 6 columns and 5 rows, and every eleventh is left out. Weights
 * move by about a twentieth of the largest. */
#include "image.h"

/* ---- where detectors stand */

typedef struct site {
  int round, row, column, known;
} site;

static void read_sites(const char *path, site *sites, uint32_t detectors) {
  size_t size;
  const char *text = (const char *)read_file(path, &size);
  for (const char *line = text; (line = strstr(line, "detector(")) != NULL; line++) {
    double x, y, t;
    unsigned detector;
    if (sscanf(line, "detector(%lf, %lf, %lf) D%u", &x, &y, &t, &detector) != 4 || detector >= detectors) continue;
    sites[detector] = (site){(int)t, (int)x / 2, (int)y / 2, 1};
  }
}

static void invent_sites(site *sites, uint32_t detectors) {
  for (uint32_t k = 0; k < detectors; k++)
    sites[k] = (site){(int)k / 30, (int)k / 6 % 5, (int)k % 6, k % 11 != 10};
}

/* ---- the network */

enum { OUTPUTS = 13, NONE = 255 };

typedef struct pattern {
  uint32_t first, degree, closest, boundary_weight, first_own, own_count;
} pattern;

static pattern pattern_of(uint32_t node) {
  pattern p;
  memcpy(&p, section_of(2) + sizeof p * u32(section_of(1) + 8 * node), sizeof p);
  return p;
}

/* The position that an output of a detector is about, or NONE: its first slots in their order; on the made-up lattice
 * every fifth detector has fewer. */
static uint32_t position_of(uint32_t node, uint32_t output, const site *sites, int made_up) {
  const pattern p = pattern_of(node);
  const uint32_t slots = p.degree + (p.boundary_weight != UINT32_MAX);
  if (!sites[node].known) return NONE;
  if (made_up && node % 5 == 0 && slots >= 3) {
    const uint32_t few[2] = {node % 2 ? 7 : 12, 2};
    return output == few[0] ? 2 : output == few[1] ? 0 : NONE;
  }
  return output < slots ? output : NONE;
}

static void write_slots(uint8_t *group, uint32_t node, const site *sites, int made_up) {
  memset(group, NONE, 64);
  const pattern p = pattern_of(node);
  for (uint32_t output = 0; output < OUTPUTS; output++) {
    const uint32_t position = position_of(node, output, sites, made_up);
    if (position == NONE) continue;
    const uint32_t step = u32(section_of(3) + 8 * (p.first + position)), neighbour = node + step;
    uint32_t there = position, other = NONE;
    if (step != 0) {
      const uint32_t first = pattern_of(neighbour).first;
      for (there = 0; u32(section_of(3) + 8 * (first + there)) != 0 - step;) there++;
      for (uint32_t k = 0; k < OUTPUTS; k++) {
        if (position_of(neighbour, k, sites, made_up) == there) other = k;
      }
    }
    const uint8_t slot[4] = {(uint8_t)output, (uint8_t)position, (uint8_t)there, (uint8_t)other};
    memcpy(group, slot, 4);
    group += 4;
  }
}

int main(int count, char **arguments) {
  if (count != 8 && count != 9) fail("usage: IMAGE OUT ROUND_RADIUS ROW_RADIUS COLUMN_RADIUS HIDDEN UNITS [MODEL.dem]");
  size_t size;
  const uint8_t *image = read_file(arguments[1], &size);
  const int radius[3] = {atoi(arguments[3]), atoi(arguments[4]), atoi(arguments[5])};
  const uint32_t hidden = (uint32_t)atoi(arguments[6]), units = (uint32_t)atoi(arguments[7]);
  const uint32_t width = (uint32_t)radius[2] + 1;
  const uint32_t features = (uint32_t)((2 * radius[0] + 1) * (2 * radius[1] + 1)) * width;
  copy_sections(image);
  const uint32_t detectors = u32(image + 32);
  site *sites = calloc(detectors + 1, sizeof *sites);
  if (sites == NULL) fail("out of memory");
  if (count == 9) read_sites(arguments[8], sites, detectors);
  else invent_sites(sites, detectors);

  int rounds = 0, rows = 0;
  for (uint32_t k = 0; k < detectors; k++) {
    if (sites[k].round >= rounds) rounds = sites[k].round + 1;
    if (sites[k].row >= rows) rows = sites[k].row + 1;
  }
  const int stride = rounds + 2 * radius[0], board_rows = rows + 2 * radius[1];
  const int late = (radius[1] + radius[2]) % 2 == 0; /* whether even rows of a window begin with a gap */
  const uint32_t full = (UINT32_C(1) << width) - 1;

  const uint32_t record[14] = {hidden, units, OUTPUTS, (uint32_t)radius[0], (uint32_t)radius[1], (uint32_t)radius[2],
                               (uint32_t)stride, (uint32_t)(stride * board_rows), late ? full >> 1 : full,
                               late ? full : full >> 1, 2, 29, 24, 2};
  memcpy(add(14, sizeof record, 1), record, sizeof record);

  enum { PLACE = 20, GROUP = 64 };
  uint8_t *places = add(15, PLACE, detectors), *place = places;
  for (uint32_t k = 0; k < detectors; k++, place += PLACE) {
    place[19] = 255;
    if (!sites[k].known) continue;
    const uint32_t words[4] = {
        (uint32_t)(sites[k].row * stride + sites[k].round),
        (uint32_t)((sites[k].row + radius[1]) * stride + sites[k].round + radius[0]), k % 3, k};
    memcpy(place, words, 16);
    place[16] = (uint8_t)((sites[k].column + late) / 2);
    place[17] = (uint8_t)((sites[k].column + 1 - late) / 2);
    place[18] = (uint8_t)((sites[k].column + radius[2]) / 2);
    place[19] = (uint8_t)((sites[k].row + sites[k].column) & 1);
  }

  int16_t *biases = add(16, 2 * hidden, 3);
  for (uint32_t k = 0; k < 3 * hidden; k++) biases[k] = (int16_t)between(-200, 400);
  int16_t *sums = add(17, 2 * hidden, features);
  for (uint32_t k = 0; k < features * hidden; k++) sums[k] = (int16_t)between(-100, 100);

  uint8_t *dense = add(18, 4, 2 * units + hidden * units / 4 + 32 + 4 * units);
  const uint32_t heaviest = u32(image + 68);
  for (int layer = 0; layer < 2; layer++) {
    const uint32_t inputs = layer == 0 ? hidden : units, outputs = layer == 0 ? units : 16;
    for (uint32_t k = 0; k < outputs; k++) {
      const int32_t bias = (int32_t)between(-1000, 1000);
      const int64_t most = layer == 0 ? 1 << 20 : (int64_t)heaviest * 25;
      const int32_t multiplier = (int32_t)between(most / 2, most);
      memcpy(dense + 4 * k, &bias, 4);
      memcpy(dense + 4 * (outputs + k), &multiplier, 4);
    }
    dense += 8 * outputs;
    for (uint32_t k = 0; k < inputs * outputs; k++) *dense++ = (uint8_t)between(-127, 127);
  }

  /* Each group once, however many detectors have it. */
  uint8_t *slots = add(19, GROUP, detectors);
  uint32_t groups = 0;
  for (uint32_t k = 0; k < detectors; k++) {
    uint32_t group = 0;
    if (!sites[k].known) continue;
    write_slots(slots + GROUP * groups, k, sites, count == 8);
    while (memcmp(slots + GROUP * group, slots + GROUP * groups, GROUP) != 0) group++;
    if (group == groups) groups++;
    memcpy(places + PLACE * k + 12, &group, 4);
  }
  sections[section_count - 1].size = GROUP * groups;
  write_image(image, arguments[2]);
  return 0;
}
