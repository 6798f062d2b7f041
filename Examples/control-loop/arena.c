#define _GNU_SOURCE
#include "arena.h"

#include "host.h"

#include <stdint.h>
#include <stdio.h>

#ifndef ARENA_BYTES
#define ARENA_BYTES (96u << 20)
#endif

static _Alignas(64) unsigned char arena[ARENA_BYTES];
static size_t taken;

void *arena_take(const char *what, size_t size) {
  size_t room = sizeof arena - taken;
  if (size > room)
    fail(what, "does not fit: %zu bytes are needed and %zu left. Build with a larger ARENA_BYTES", size, room);
  void *block = arena + taken;
  taken += (size + 63) / 64 * 64; /* sizeof arena is a multiple of 64 */
  return block;
}

_Static_assert(sizeof arena % 64 == 0, "blocks are multiples of 64 bytes");

size_t arena_taken(void) { return taken; }
size_t arena_size(void) { return sizeof arena; }

const unsigned char *arena_read(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, "cannot be read");
  long end = ftell(file);
  if (end < 0) fail(path, "cannot be read");
  *size = (size_t)end;
  unsigned char *bytes = arena_take(path, *size);
  rewind(file);
  if (fread(bytes, 1, *size, file) != *size) fail(path, "cannot be read");
  fclose(file);
  return bytes;
}
