/* Layout of decant_host.h: structs and numbers that programs are compiled against never move. A failure here is a break of
 * the ABI, found by the compiler; never "fix" a number below without raising DECANT_ABI_VERSION. Pointers and doubles make
 * it the layout of 64-bit processors, which are those that libdecant_host.so is built for. */
#include <decant_host.h>

#include <stddef.h>

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

SIZE(decant_host_surface, 80);
AT(decant_host_surface, struct_size, 0);
AT(decant_host_surface, distance, 4);
AT(decant_host_surface, rounds, 8);
AT(decant_host_surface, basis, 12);
AT(decant_host_surface, orientation, 16);
AT(decant_host_surface, noise_kind, 20);
AT(decant_host_surface, p, 24);
AT(decant_host_surface, parameters, 32);
AT(decant_host_surface, labels, 40);
AT(decant_host_surface, reserved0, 44);
AT(decant_host_surface, reserved, 48);

SIZE(decant_host_layout, 120);
AT(decant_host_layout, struct_size, 0);
AT(decant_host_layout, reserved0, 4);
AT(decant_host_layout, detectors, 8);
AT(decant_host_layout, observables, 16);
AT(decant_host_layout, inputs, 24);
AT(decant_host_layout, targets, 32);
AT(decant_host_layout, edges, 40);
AT(decant_host_layout, detectors_size, 48);
AT(decant_host_layout, observables_size, 56);
AT(decant_host_layout, inputs_size, 64);
AT(decant_host_layout, targets_size, 72);
AT(decant_host_layout, edges_size, 80);
AT(decant_host_layout, reserved, 88);

SIZE(decant_host_shots, 120);
AT(decant_host_shots, struct_size, 0);
AT(decant_host_shots, reserved0, 4);
AT(decant_host_shots, detectors, 8);
AT(decant_host_shots, detectors_stride, 16);
AT(decant_host_shots, observables, 24);
AT(decant_host_shots, observables_stride, 32);
AT(decant_host_shots, inputs, 40);
AT(decant_host_shots, inputs_stride, 48);
AT(decant_host_shots, targets, 56);
AT(decant_host_shots, targets_stride, 64);
AT(decant_host_shots, edges, 72);
AT(decant_host_shots, edges_stride, 80);
AT(decant_host_shots, reserved, 88);

SIZE(decant_host_compile_options, 56);
AT(decant_host_compile_options, struct_size, 0);
AT(decant_host_compile_options, flags, 4);
AT(decant_host_compile_options, distinct_weights, 8);
AT(decant_host_compile_options, reserved0, 12);
AT(decant_host_compile_options, network, 16);
AT(decant_host_compile_options, commit_rounds, 24);
AT(decant_host_compile_options, buffer_rounds, 28);
AT(decant_host_compile_options, commit_columns, 32);
AT(decant_host_compile_options, buffer_columns, 36);
AT(decant_host_compile_options, strip, 40);
AT(decant_host_compile_options, strip_axis, 44);
AT(decant_host_compile_options, reserved, 48);

VALUE(DECANT_HOST_NOISE_UNIFORM, 0);
VALUE(DECANT_HOST_NOISE_SI1000, 1);
VALUE(DECANT_HOST_NOISE_SCALAR, 2);
VALUE(DECANT_HOST_NOISE_PARAMETERS, 3);
VALUE(DECANT_HOST_LABELS_PLAIN, 0);
VALUE(DECANT_HOST_LABELS_SPACELIKE, 1);
VALUE(DECANT_HOST_LABELS_FULL, 2);
VALUE(DECANT_HOST_LABELS_TEACHER, 16);
VALUE(DECANT_HOST_COMPILE_CORRELATED, 1);
VALUE(DECANT_HOST_COMPILE_DROP_HYPEREDGES, 2);
VALUE(DECANT_HOST_COMPILE_STREAM, 4);
VALUE(DECANT_HOST_COMPILE_STRIP, 8);
