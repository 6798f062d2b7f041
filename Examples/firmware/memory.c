/* The memory functions that compilers call whether or not there is a C library; built with -ffreestanding and without
 * loop idioms, or they would be made of calls to themselves. Words where both ends are aligned, else bytes. */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t __attribute__((may_alias)) word;

static int aligned(const void *a, const void *b) { return (((uintptr_t)a | (uintptr_t)b) & 3) == 0; }

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  unsigned char *out = to;
  const unsigned char *in = from;
  if (aligned(out, in))
    for (; size >= 4; size -= 4, out += 4, in += 4) *(word *)out = *(const word *)in;
  while (size-- > 0) *out++ = *in++;
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  unsigned char *out = to;
  const unsigned char *in = from;
  if ((uintptr_t)out - (uintptr_t)in >= size) return memcpy(to, from, size);
  while (size-- > 0) out[size] = in[size];
  return to;
}

void *memset(void *to, int value, size_t size) {
  unsigned char *out = to;
  word filled = (unsigned char)value * 0x01010101u;
  if (aligned(out, out))
    for (; size >= 4; size -= 4, out += 4) *(word *)out = filled;
  while (size-- > 0) *out++ = (unsigned char)value;
  return to;
}

#ifdef __arm__
/* What the run-time ABI of Arm calls them, knowing alignments: of bytes, of words, of double words. */
void __aeabi_memcpy(void *to, const void *from, size_t size) { memcpy(to, from, size); }
void __aeabi_memmove(void *to, const void *from, size_t size) { memmove(to, from, size); }
void __aeabi_memset(void *to, size_t size, int value) { memset(to, value, size); }
void __aeabi_memclr(void *to, size_t size) { memset(to, 0, size); }

#define AS(function) __attribute__((alias(#function)))
void __aeabi_memcpy4(void *to, const void *from, size_t size) AS(__aeabi_memcpy);
void __aeabi_memcpy8(void *to, const void *from, size_t size) AS(__aeabi_memcpy);
void __aeabi_memmove4(void *to, const void *from, size_t size) AS(__aeabi_memmove);
void __aeabi_memmove8(void *to, const void *from, size_t size) AS(__aeabi_memmove);
void __aeabi_memset4(void *to, size_t size, int value) AS(__aeabi_memset);
void __aeabi_memset8(void *to, size_t size, int value) AS(__aeabi_memset);
void __aeabi_memclr4(void *to, size_t size) AS(__aeabi_memclr);
void __aeabi_memclr8(void *to, size_t size) AS(__aeabi_memclr);
#endif
