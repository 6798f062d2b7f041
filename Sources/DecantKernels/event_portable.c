/* The kernels of event.h for any processor of the architecture: SSE2 on x86-64, NEON on AArch64. */
#define EVENT_TABLE event_level_portable
#include "event_kernels.inc"
