/* heap_guard.h - no allocation while rounds come in, by anyone in the process: the C library's own included. */
#ifndef HEAP_GUARD_H
#define HEAP_GUARD_H

#include <stdbool.h>

/* While closed, a call of malloc, free or any of their kin ends the program. */
void heap_guard_close(bool closed);

#endif
