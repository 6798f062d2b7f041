/* An image taken apart into its sections, to which others are added, and put together again. It knows the format from
 * nothing but Sources/DecantCore/Image, and shares no code with the compiler. For programs of one file each. */
#ifndef DECANT_TESTS_SYNTHETIC_IMAGE_H
#define DECANT_TESTS_SYNTHETIC_IMAGE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what) {
  fprintf(stderr, "add_network or add_grid: %s\n", what);
  exit(1);
}

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*size + 1);
  if (bytes == NULL || fread(bytes, 1, *size, file) != *size) fail(path);
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

static uint64_t random_state = 2026;

static uint64_t next_random(void) { /* splitmix64 */
  uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

static int64_t between(int64_t low, int64_t high) {
  return low + (int64_t)(next_random() % (uint64_t)(high - low + 1));
}

/* ---- the image as it is, and as it will be */

typedef struct section {
  uint32_t kind, element_size;
  uint8_t *bytes;
  uint64_t size;
} section;

static section sections[32];
static size_t section_count;

static uint32_t u32(const void *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

static uint64_t u64(const void *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return value;
}

static void *add(uint32_t kind, uint32_t element_size, uint64_t count) {
  section *s = &sections[section_count++];
  *s = (section){kind, element_size, calloc(1, (size_t)(element_size * count) + 1), element_size * count};
  if (s->bytes == NULL) fail("out of memory");
  return s->bytes;
}

/* The sections of an image that has been read. */
static void copy_sections(const uint8_t *image) {
  for (uint32_t k = 0; k < u32(image + 72); k++) {
    const uint8_t *entry = image + 128 + 32 * k;
    const uint64_t elements = u64(entry + 16);
    void *bytes = add(u32(entry), u32(entry + 4), elements);
    memcpy(bytes, image + u64(entry + 8), (size_t)(elements * u32(entry + 4)));
  }
}

static const uint8_t *section_of(uint32_t kind) {
  for (size_t k = 0; k < section_count; k++) {
    if (sections[k].kind == kind) return sections[k].bytes;
  }
  fail("a section is missing");
  return NULL;
}

static uint32_t crc32(const uint8_t *bytes, size_t size) {
  uint32_t crc = UINT32_MAX;
  for (size_t k = 0; k < size; k++) {
    crc ^= bytes[k];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
  }
  return ~crc;
}

static int by_kind(const void *a, const void *b) {
  const section *x = a, *y = b;
  return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static void write_image(const uint8_t *header, const char *path) {
  size_t end = 128 + 32 * section_count, size = end;
  qsort(sections, section_count, sizeof sections[0], by_kind);
  for (size_t k = 0; k < section_count; k++) size = (size + 63) / 64 * 64 + (size_t)sections[k].size;
  uint8_t *image = calloc(1, size);
  if (image == NULL) fail("out of memory");
  memcpy(image, header, 128);
  for (size_t k = 0; k < section_count; k++) {
    const section *s = &sections[k];
    uint8_t *entry = image + 128 + 32 * k;
    end = (end + 63) / 64 * 64;
    memcpy(entry, &s->kind, 4);
    memcpy(entry + 4, &s->element_size, 4);
    memcpy(entry + 8, &(uint64_t){end}, 8);
    memcpy(entry + 16, &(uint64_t){s->size / s->element_size}, 8);
    memcpy(image + end, s->bytes, (size_t)s->size);
    end += (size_t)s->size;
  }
  memcpy(image + 16, &(uint64_t){size}, 8);
  memcpy(image + 72, &(uint32_t){(uint32_t)section_count}, 4);
  memset(image + 24, 0, 4);
  memcpy(image + 24, &(uint32_t){crc32(image, size)}, 4);
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(image, 1, size, file) != size || fclose(file) != 0) fail(path);
}

#endif
