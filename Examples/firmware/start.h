/* From reset to main and out again, alike on both processors. */
#ifndef START_H
#define START_H

/* Fills data, clears bss, paints the stack below the caller, runs main and ends. */
_Noreturn void start(void);

/* What a fault comes to. */
_Noreturn void fault(void);

#endif
