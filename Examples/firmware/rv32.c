/* RV32: the first instructions, and minstret. */
#include "port.h"
#include "start.h"

const char port_name[] = "RV32IMAC";

extern uint32_t stack_top[];

__attribute__((aligned(4), used)) static void trap(void) { fault(); }

__attribute__((used)) static void begin(void) {
  /* Read and execute, but no longer write, the megabyte that stands for flash: locked, this binds machine mode too. */
  __asm__ volatile("csrw pmpaddr0, %0\ncsrw pmpcfg0, %1" : : "r"(0x80000000u >> 2 | 0x1ffff), "r"(0x9d));
  start();
}

__attribute__((section(".vectors"), naked, used)) void reset(void) {
  __asm__ volatile(
      "la t0, trap\ncsrw mtvec, t0\n"
      "la sp, stack_top\n"
      "j begin");
}

uint64_t port_instructions(void) {
  uint32_t low, high, again;
  do __asm__ volatile("csrr %0, minstreth\ncsrr %1, minstret\ncsrr %2, minstreth" : "=r"(high), "=r"(low), "=r"(again));
  while (high != again);
  return (uint64_t)high << 32 | low;
}
