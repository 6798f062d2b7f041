/* Arguments of a system task, and bits of Verilog as bytes: bit k of a vector is bit k % 8 of byte k / 8, as in Decant. */
#ifndef FPGA_COSIM_ARGUMENTS_H
#define FPGA_COSIM_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>
#include <vpi_user.h>

enum { MOST_ARGUMENTS = 8 };
typedef struct {
  vpiHandle of[MOST_ARGUMENTS];
} arguments;

static inline arguments arguments_here(void) {
  arguments all = {{0}};
  vpiHandle next = vpi_iterate(vpiArgument, vpi_handle(vpiSysTfCall, NULL));
  for (int k = 0; k < MOST_ARGUMENTS && next; k++) {
    all.of[k] = vpi_scan(next);
    if (!all.of[k]) next = NULL;
  }
  return all;
}

static inline int int_of(vpiHandle argument) {
  s_vpi_value value = {.format = vpiIntVal};
  vpi_get_value(argument, &value);
  return value.value.integer;
}

static inline const char *string_of(vpiHandle argument) {
  s_vpi_value value = {.format = vpiStringVal};
  vpi_get_value(argument, &value);
  return value.value.str;
}

static inline void bytes_of(vpiHandle argument, uint8_t *bytes, size_t size) {
  s_vpi_value value = {.format = vpiVectorVal};
  vpi_get_value(argument, &value);
  for (size_t k = 0; k < size; k++) bytes[k] = (uint8_t)((uint32_t)value.value.vector[k / 4].aval >> 8 * (k % 4));
}

static inline void set_int(vpiHandle argument, int number) {
  s_vpi_value value = {.format = vpiIntVal, .value.integer = number};
  vpi_put_value(argument, &value, NULL, vpiNoDelay);
}

static inline void set_bytes(vpiHandle argument, const uint8_t *bytes, size_t size) {
  s_vpi_vecval words[16] = {{0, 0}};
  s_vpi_value value = {.format = vpiVectorVal, .value.vector = words};
  for (size_t k = 0; k < size && k < sizeof words / 2; k++)
    words[k / 4].aval |= (PLI_INT32)((uint32_t)bytes[k] << 8 * (k % 4));
  vpi_put_value(argument, &value, NULL, vpiNoDelay);
}

static inline uint64_t u64_of(vpiHandle argument) {
  uint8_t bytes[8];
  uint64_t number = 0;
  bytes_of(argument, bytes, 8);
  for (int k = 8; k-- > 0;) number = number << 8 | bytes[k];
  return number;
}

static inline void set_u64(vpiHandle argument, uint64_t number) {
  uint8_t bytes[8];
  for (int k = 0; k < 8; k++) bytes[k] = (uint8_t)(number >> 8 * k);
  set_bytes(argument, bytes, 8);
}

static inline void add_task(const char *name, PLI_INT32 (*body)(PLI_BYTE8 *)) {
  s_vpi_systf_data task = {.type = vpiSysTask, .tfname = (PLI_BYTE8 *)name, .calltf = body};
  vpi_register_systf(&task);
}

#endif
