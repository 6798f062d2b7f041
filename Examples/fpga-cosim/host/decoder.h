/* A decoder of a stream as both kinds of simulator call it: dpi/ and vpi/ only unpack what they are given. */
#ifndef FPGA_COSIM_DECODER_H
#define FPGA_COSIM_DECODER_H

#include <decant.h>

/* Room that the port has for a round's detectors, and for a frame. */
enum { ROUND_BYTES = 64, FRAME_BYTES = 16 };

/* Makes the decoder of an image, in memory that is part of the program. Returns a status, BUFFER_TOO_SMALL also if its rounds
 * or frames are too large for the port; says on standard error what was wrong. */
decant_status decoder_open(const char *image, uint32_t config_flags);

/* As decant_stream_push. work: receives the units that a window took, if one was decoded, else 0. */
decant_status decoder_push(uint32_t flags, uint32_t sequence, uint64_t timestamp, const uint8_t *round, size_t size,
                           uint64_t *work);

/* Takes a frame as the port sends it: u32 first round, u32 last round, u8 flags, observables. Returns its size; 0 if no
 * frame waits. timestamp: of the round that completed its window. */
size_t decoder_pop(uint8_t *frame, size_t capacity, uint64_t *timestamp);

uint64_t decoder_digest(void);

#endif
