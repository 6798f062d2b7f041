/* Arm's semihosting calls, which RISC-V has taken over but for the trap; and the port's link and console on them. */
#include "semihosting.h"

#include "port.h"

enum {
  SYS_OPEN = 0x01,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
  APPLICATION_EXIT = 0x20026
};

static intptr_t call(uintptr_t operation, void *parameters) {
#ifdef __arm__
  register uintptr_t r0 __asm__("r0") = operation;
  register void *r1 __asm__("r1") = parameters;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (intptr_t)r0;
#else
  register uintptr_t a0 __asm__("a0") = operation;
  register void *a1 __asm__("a1") = parameters;
  /* The two shifts around it, uncompressed and in one page, tell this breakpoint from others. */
  __asm__ volatile(
      ".option push\n.option norvc\n.balign 16\n"
      "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n"
      ".option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return (intptr_t)a0;
#endif
}

intptr_t semihosting_open(const char *path, int mode) {
  size_t length = 0;
  while (path[length]) length++;
  return call(SYS_OPEN, (uintptr_t[]){(uintptr_t)path, (uintptr_t)mode, length});
}

size_t semihosting_read(intptr_t handle, void *bytes, size_t wanted) {
  unsigned char *to = bytes;
  while (wanted > 0) {
    /* Tells how many bytes it has not read. */
    size_t missing = (size_t)call(SYS_READ, (uintptr_t[]){(uintptr_t)handle, (uintptr_t)to, wanted});
    if (missing >= wanted) break;
    to += wanted - missing;
    wanted = missing;
  }
  return (size_t)(to - (unsigned char *)bytes);
}

int semihosting_arguments(char *text, size_t room) {
  return call(SYS_GET_CMDLINE, (uintptr_t[]){(uintptr_t)text, room}) == 0 ? 0 : -1;
}

void semihosting_exit(int status) {
  for (;;) call(SYS_EXIT_EXTENDED, (uintptr_t[]){APPLICATION_EXIT, (uintptr_t)status});
}

size_t port_receive(void *bytes, size_t wanted) {
  static intptr_t console = -1;
  if (console < 0) console = semihosting_open(":tt", SEMIHOSTING_READ);
  return semihosting_read(console, bytes, wanted);
}

void port_write(const char *text, size_t length) {
  static intptr_t console = -1;
  if (console < 0) console = semihosting_open(":tt", SEMIHOSTING_WRITE);
  call(SYS_WRITE, (uintptr_t[]){(uintptr_t)console, (uintptr_t)text, length});
}
