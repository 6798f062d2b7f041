#include "start.h"

#include "port.h"
#include "semihosting.h"

enum { PAINT = 0x5a5a5a5a };

/* Of the linker script. */
extern uint32_t data_load[], data_begin[], data_end[], bss_begin[], bss_end[], stack_limit[], stack_top[];

int main(void);

void start(void) {
  for (uint32_t *to = data_begin, *from = data_load; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_begin; to < bss_end;) *to++ = 0;
  uint32_t *here = __builtin_frame_address(0);
  for (volatile uint32_t *to = stack_limit; to < here - 32; to++) *to = PAINT;
  semihosting_exit(main());
}

size_t port_stack_used(void) {
  const uint32_t *lowest = stack_limit;
  while (lowest < stack_top && *lowest == PAINT) lowest++;
  return (size_t)(stack_top - lowest) * sizeof *lowest;
}

void fault(void) {
  static const char text[] = "fault\n";
  port_write(text, sizeof text - 1);
  semihosting_exit(3);
}
