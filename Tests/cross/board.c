/* machine.h on a board without an operating system: files by semihosting, into the memory above the program. */
#include "machine.h"

#include "port.h"
#include "semihosting.h"

extern unsigned char memory_free[], memory_end[]; /* of the linker script */

static unsigned char *used = memory_free, *files_end = memory_free;

void *machine_memory(size_t size) {
  unsigned char *block = used;
  if (size > (size_t)(memory_end - used) - 64) machine_stop(2);
  used += (size + 63) / 64 * 64;
  return block;
}

const void *machine_file(const char *path, size_t *size) {
  intptr_t file = semihosting_open(path, SEMIHOSTING_READ);
  if (file < 0 || used != files_end) machine_stop(2);
  *size = semihosting_read(file, used, (size_t)(memory_end - used));
  const void *bytes = machine_memory(*size);
  files_end = used;
  return bytes;
}

void machine_release(void) { used = files_end; }

void machine_stop(int status) { semihosting_exit(status); }

int main(void) {
  static char text[512];
  char *words[8];
  int count = 0;
  if (semihosting_arguments(text, sizeof text) != 0) return 2;
  for (char *at = text; *at && count < 8;) {
    words[count++] = at;
    while (*at && *at != ' ') at++;
    while (*at == ' ') *at++ = 0;
  }
  return digest(count, words);
}
