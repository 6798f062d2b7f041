/* A matcher that is told weights from outside, as both kinds of simulator call it: dpi/ and vpi/ only unpack what they are
 * given. The network that its image holds stays off: what it would say comes from hardware. */
#ifndef FPGA_COSIM_MATCHER_H
#define FPGA_COSIM_MATCHER_H

#include <decant.h>

/* Room that the port has for a round's detectors. */
enum { ROUND_BYTES = 64 };

/* Makes the matcher of an image, in memory that is part of the program. Returns a status. */
decant_status matcher_open(const char *image);

/* Appends a round's detectors to the shot; of a negative count, as many as the shot still lacks. Never
 * more than a round holds: a shot that lacks some is refused. */
void matcher_detectors(const uint8_t *round, int count);

/* Notes the weight that an edge takes for this shot. */
void matcher_change(uint32_t a, uint32_t b, int32_t weight);

/* Matches the shot, of which nothing is kept. observables: of the first eight. */
decant_status matcher_match(uint8_t *observables, decant_report *report, uint64_t *digest);

#endif
