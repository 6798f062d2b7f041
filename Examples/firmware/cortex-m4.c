/* Cortex-M4: vectors, and SysTick for a clock. */
#include "port.h"
#include "start.h"

#ifdef __ARM_FP
const char port_name[] = "Cortex-M4, hard float";
#else
const char port_name[] = "Cortex-M4, soft float";
#endif

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR REGISTER(0xe000e010)
#define SYST_RVR REGISTER(0xe000e014)
#define SYST_CVR REGISTER(0xe000e018)
#define CPACR REGISTER(0xe000ed88)

extern uint32_t stack_top[];

static _Noreturn void reset(void) {
#ifdef __ARM_FP
  CPACR |= 0xf << 20; /* else the first instruction of the FPU is a fault, as it would be in the soft-float program */
  __asm__ volatile("dsb\nisb");
#endif
  SYST_RVR = 0xffffff;
  SYST_CVR = 0;
  SYST_CSR = 5; /* on, by the processor's clock, without interrupts */
  start();
}

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    (uintptr_t)stack_top, (uintptr_t)reset, (uintptr_t)fault, (uintptr_t)fault, (uintptr_t)fault, (uintptr_t)fault,
    (uintptr_t)fault};

uint64_t port_instructions(void) {
  /* 24 bits, downwards: what lies between two readings must be shorter than 16.7 million ticks. */
  static uint32_t last;
  static uint64_t ticks;
  uint32_t now = -SYST_CVR & 0xffffff;
  ticks += (now - last) & 0xffffff;
  last = now;
  /* run.sh has the emulator take 8 ns for an instruction; the part has 168 ticks in a microsecond. */
  return ticks * 125 / 168;
}
