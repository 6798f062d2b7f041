/* Image: what is not a whole, undamaged image is refused, whatever it is. */
#include "rig.h"

#include <stdlib.h>

/* Bytes of the format (ImageLayout.swift) that these tests damage on purpose. */
enum { HEADER = 128, AT_VERSION = 8, AT_SIZE = 16, AT_CRC = 24, AT_FLAGS = 28, AT_SECTIONS = 72, ENTRY = 32 };

static uint32_t crc32_of(const uint8_t *image, size_t size) {
  uint32_t crc = UINT32_MAX;
  for (size_t k = 0; k < size; k++) {
    crc ^= k >= AT_CRC && k < AT_CRC + 4 ? 0 : image[k];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

static void repair(uint8_t *image, size_t size) {
  uint32_t crc = crc32_of(image, size);
  memcpy(image + AT_CRC, &crc, sizeof crc); /* on the little-endian hosts that run these tests */
}

/* Inspects without a word about what comes out; on an error the output must be untouched. */
static decant_status inspect(const void *image, size_t size) {
  decant_image_info info;
  poison(&info, sizeof info);
  info.struct_size = sizeof info;
  decant_status status = decant_image_inspect(image, size, &info);
  assert_int_equal(info.struct_size, sizeof info);
  if (status != DECANT_OK) assert_untouched((uint8_t *)&info + 4, sizeof info - 4);
  return status;
}

static bool refused(decant_status status) {
  return status == DECANT_BAD_IMAGE || status == DECANT_UNSUPPORTED;
}

static void tells_what_it_holds(rig *r) {
  const fixture *f = r->fixture;
  decant_image_info info;
  poison(&info, sizeof info);
  info.struct_size = sizeof info;
  assert_status(decant_image_inspect(f->image, f->image_size, &info), DECANT_OK);
  assert_int_equal(info.struct_size, sizeof info);
  assert_int_equal(info.format_version, 1);
  assert_int_equal(info.image_size, f->image_size);
  assert_int_equal(info.crc32, crc32_of(f->image, f->image_size));
  assert_int_equal(info.flags, (f->correlated ? DECANT_IMAGE_CORRELATED : 0) | (f->network ? DECANT_IMAGE_NETWORK : 0) |
                                   (f->grid ? DECANT_IMAGE_NETWORK | DECANT_IMAGE_GRID : 0));
  assert_int_equal(info.detectors, f->detectors);
  assert_int_equal(info.observables, f->observables);
  assert_int_equal(info.edges, f->edges);
  assert_int_equal(info.boundary_edges, f->boundary_edges);
  assert_int_equal(info.negative_edges, f->negative_edges);
  assert_int_equal(info.components, f->components);
  assert_int_equal(info.closed_components, f->closed_components);
  assert_int_equal(info.max_degree, f->max_degree);
  int64_t heaviest = 0;
  for (uint32_t e = 0; e < f->graph.edges; e++) {
    int64_t weight = llabs(f->graph.edge[e].weight);
    if (weight > heaviest) heaviest = weight;
  }
  assert_int_equal(info.max_weight, heaviest);
  assert_true(info.weight_scale > 0);
}

static void refuses_bad_arguments(rig *r) {
  const fixture *f = r->fixture;
  assert_status(inspect(NULL, f->image_size), DECANT_BAD_ARGUMENT);
  assert_status(inspect(NULL, 0), DECANT_BAD_ARGUMENT);
  assert_status(decant_image_inspect(f->image, f->image_size, NULL), DECANT_BAD_ARGUMENT);
  uint8_t *room = block_new(8, f->image_size + 8);
  for (size_t shift = 1; shift < 8; shift++) {
    memcpy(room + shift, f->image, f->image_size);
    assert_status(inspect(room + shift, f->image_size), DECANT_MISALIGNED);
  }
}

static void refuses_short_structs(rig *r) {
  decant_image_info info;
  for (uint32_t size = 0; size < sizeof info; size++) {
    poison(&info, sizeof info);
    info.struct_size = size;
    assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info), DECANT_BAD_ABI);
    assert_int_equal(info.struct_size, size);
    assert_untouched((uint8_t *)&info + 4, sizeof info - 4);
  }
}

/* A program compiled against a later header has a longer struct; the library fills in what it knows. */
static void fills_in_longer_structs(rig *r) {
  struct {
    decant_image_info known;
    uint8_t later[24];
  } info;
  memset(&info, 0, sizeof info);
  info.known.struct_size = sizeof info;
  assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info.known), DECANT_OK);
  assert_int_equal(info.known.struct_size, sizeof info);
  assert_int_equal(info.known.detectors, r->fixture->detectors);
  for (size_t k = 0; k < sizeof info.later; k++) assert_int_equal(info.later[k], 0);
}

static void may_be_followed_by_other_bytes(rig *r) {
  const fixture *f = r->fixture;
  uint8_t *room = block_new(8, f->image_size + 100);
  memcpy(room, f->image, f->image_size);
  for (size_t more = 0; more <= 100; more++) assert_status(inspect(room, f->image_size + more), DECANT_OK);
}

/* Every prefix of a small image; of a large one, those that end in its header or table, and a sample. */
static void refuses_truncation(rig *r) {
  const fixture *f = r->fixture;
  for (size_t size = 0; size < f->image_size; size += size < 600 || f->image_size - size < 70 ? 1 : 61) {
    const void *mark = blocks_mark();
    uint8_t *prefix = block_copy(8, f->image, size); /* a read beyond it ends the test */
    assert_status(inspect(prefix, size), DECANT_BAD_IMAGE);
    blocks_release(mark);
  }
}

static void refuses_any_flipped_bit(rig *r) {
  const fixture *f = r->fixture;
  uint8_t *image = block_copy(8, f->image, f->image_size);
  size_t table_end = HEADER + ENTRY * (size_t)f->image[AT_SECTIONS];
  for (size_t byte = 0; byte < f->image_size; byte += byte < table_end ? 1 : 7) {
    for (int bit = 0; bit < 8; bit += byte < table_end ? 1 : 3) {
      image[byte] ^= (uint8_t)(1 << bit);
      assert_true(refused(inspect(image, f->image_size)));
      image[byte] ^= (uint8_t)(1 << bit);
    }
  }
  assert_status(inspect(image, f->image_size), DECANT_OK);
}

static void refuses_foreign_bytes(void **state) {
  (void)state;
  enum { ROOM = 4096 };
  uint8_t *bytes = block_new(8, ROOM);
  assert_status(inspect(bytes, ROOM), DECANT_BAD_IMAGE);
  memset(bytes, 0, ROOM);
  assert_status(inspect(bytes, ROOM), DECANT_BAD_IMAGE);
  memset(bytes, 0xFF, ROOM);
  assert_status(inspect(bytes, ROOM), DECANT_BAD_IMAGE);
  strcpy((char *)bytes, "error(0.1) D0 D1 L0\n");
  assert_status(inspect(bytes, ROOM), DECANT_BAD_IMAGE);
  uint64_t random = 3;
  for (int attempt = 0; attempt < 200; attempt++) {
    for (size_t k = 0; k < ROOM; k++) bytes[k] = (uint8_t)random_next(&random);
    assert_status(inspect(bytes, ROOM), DECANT_BAD_IMAGE);
    memcpy(bytes, fixtures[0].image, 16); /* the magic and version of a real one */
    assert_true(refused(inspect(bytes, ROOM)));
  }
}

static void refuses_newer_formats(rig *r) {
  const fixture *f = r->fixture;
  uint8_t *image = block_copy(8, f->image, f->image_size);
  image[AT_VERSION] = 2;
  repair(image, f->image_size);
  assert_status(inspect(image, f->image_size), DECANT_UNSUPPORTED);
  memcpy(image, f->image, f->image_size);
  image[AT_FLAGS] = 1;
  repair(image, f->image_size);
  assert_true(refused(inspect(image, f->image_size)));
  memcpy(image, f->image, f->image_size);
  image[HEADER + ENTRY * (image[AT_SECTIONS] - 1)] = 99; /* the last section's kind */
  repair(image, f->image_size);
  assert_true(refused(inspect(image, f->image_size)));
}

/* An image size that no buffer has, and sizes that are negative as signed numbers. */
static void survives_huge_sizes(rig *r) {
  const fixture *f = r->fixture;
  uint8_t *image = block_copy(8, f->image, f->image_size);
  static const uint64_t sizes[] = {UINT64_MAX,      UINT64_MAX / 2, UINT64_MAX / 2 + 1,
                                   UINT64_MAX - 63, 1ull << 32,     0};
  for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
    memcpy(image + AT_SIZE, &sizes[k], sizeof sizes[k]);
    assert_true(refused(inspect(image, f->image_size)));
  }
  assert_true(inspect(f->image, SIZE_MAX) <= 0); /* no such buffer exists; any answer will do, but no trap */
}

static bool decoded(decant_status status, uint64_t work_limit) {
  return status == DECANT_OK || (status == DECANT_TRUNCATED && work_limit != 0);
}

/* Uses a damaged image for all that it is good for: its graph is another one, but decodes like any. */
static void use(const uint8_t *image, size_t size, uint64_t work_limit, uint32_t flags) {
  decant_config config = {
      .struct_size = sizeof config, .flags = flags, .work_limit = work_limit, .max_reweights = 3};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status status = decant_decoder_measure(image, size, &config, &needs);
  if (status != DECANT_OK) {
    assert_true(refused(status));
    return;
  }
  if (needs.workspace_size > 1 << 24 || needs.observables_size > 1 << 16) return;
  void *workspace = block_new(64, needs.workspace_size);
  uint8_t *detectors = block_new(1, needs.detectors_size);
  uint8_t *observables = block_new(1, needs.observables_size);
  decant_edge *edges = block_new(4, needs.max_match_edges * sizeof *edges);
  decant_decoder *decoder;
  assert_status(decant_decoder_init(workspace, needs.workspace_size, image, size, &config, &decoder),
                DECANT_OK);
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(image, size, &info), DECANT_OK);
  uint64_t random = 11;
  size_t count = 0;
  for (int shot = 0; shot < 20; shot++) {
    for (size_t k = 0; k < needs.detectors_size; k++) {
      detectors[k] = (uint8_t)(random_next(&random) & (shot < 10 ? random_next(&random) : UINT64_MAX));
    }
    trim(detectors, info.detectors);
    if (shot % 2 == 1 && status >= 0 && count > 0) {
      /* Edges of the last correction are there to be changed. */
      decant_reweight entries[2] = {{edges[0].a, edges[0].b, -2 * shot},
                                    {edges[count - 1].a, edges[count - 1].b, 2 * shot}};
      assert_status(decant_reweight_next(decoder, entries, count > 1 ? 2 : 1), DECANT_OK);
    }
    status =
        decant_decode(decoder, detectors, needs.detectors_size, observables, needs.observables_size, NULL);
    assert_true(decoded(status, work_limit) || status == DECANT_IMPOSSIBLE);
    count = 0;
    status = decant_match_edges(decoder, detectors, needs.detectors_size, edges, needs.max_match_edges,
                                &count, NULL);
    assert_true(decoded(status, work_limit) || status == DECANT_IMPOSSIBLE);
    if (status >= 0) assert_true(edges_explain(edges, count, detectors, info.detectors));
  }
}

/* With its checksum made right again, a damaged image is either refused or harmless: the checksum guards
 * against accidents, and the checks behind it against everything else. */
static void survives_repaired_damage(rig *r) {
  const fixture *f = r->fixture;
  uint8_t *image = malloc(f->image_size);
  size_t table_end = HEADER + ENTRY * (size_t)f->image[AT_SECTIONS];
  uint64_t random = 17;
  size_t accepted = 0;
  for (size_t attempt = 0; attempt < 8 * table_end + 2000; attempt++) {
    memcpy(image, f->image, f->image_size);
    if (attempt < 8 * table_end) {
      image[attempt / 8] ^= (uint8_t)(1 << attempt % 8);
    } else {
      size_t changes = 1 + random_next(&random) % 4;
      while (changes-- > 0) {
        size_t byte = random_next(&random) % f->image_size;
        image[byte] = random_next(&random) % 2 ? (uint8_t)random_next(&random) : (uint8_t)(image[byte] ^ 1);
      }
    }
    repair(image, f->image_size);
    const void *mark = blocks_mark();
    uint8_t *guarded = block_copy(8, image, f->image_size);
    decant_status status = inspect(guarded, f->image_size);
    assert_true(status == DECANT_OK || refused(status));
    if (status == DECANT_OK) {
      accepted++;
      uint64_t work_limit = attempt % 2 == 0 ? 0 : 1 + attempt % 20;
      use(guarded, f->image_size, work_limit, 0);
      if (f->correlated) use(guarded, f->image_size, work_limit, DECANT_CONFIG_CORRELATED);
      if (f->network || f->grid) use(guarded, f->image_size, work_limit, DECANT_CONFIG_NETWORK);
    }
    blocks_release(mark);
  }
  if (f->edges > 0) assert_true(accepted > 0); /* else nothing behind the reader was tried */
  free(image);
}

int run_image(void) {
  const struct CMUnitTest tests[] = {
      every_fixture(tells_what_it_holds),
      every_fixture(refuses_bad_arguments),
      every_fixture(refuses_short_structs),
      every_fixture(fills_in_longer_structs),
      every_fixture(may_be_followed_by_other_bytes),
      every_fixture(refuses_truncation),
      every_fixture(refuses_any_flipped_bit),
      cmocka_unit_test_teardown(refuses_foreign_bytes, tell_fixture),
      every_fixture(refuses_newer_formats),
      every_fixture(survives_huge_sizes),
      every_fixture(survives_repaired_damage),
  };
  return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
