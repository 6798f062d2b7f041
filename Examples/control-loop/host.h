/* host.h - what every file here needs: to give up with a sentence before the loop begins, and to tell the time. */
#ifndef HOST_H
#define HOST_H

#include <decant.h>
#include <stdint.h>
#include <time.h>

/* Prints "control-loop: what: why" and ends the program. Only before and after the loop. */
_Noreturn void fail(const char *what, const char *why, ...) __attribute__((format(printf, 2, 3)));

static inline void check(const char *what, decant_status status) {
  if (status < 0) fail(what, "%s", decant_status_name(status));
}

/* Linux answers this from a page that it shares with every process (vDSO): no system call, as --seccomp proves, where
 * the clock is the processor's counter. */
static inline uint64_t nanoseconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Tells the processor that this is a waiting loop. */
static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
