/* Layout: structs and numbers that programs are compiled against never move. A failure here is a break of the
 * ABI, found by the compiler; never "fix" a number below without raising DECANT_ABI_VERSION. */
#include "rig.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

SIZE(decant_image_info, 104);
AT(decant_image_info, struct_size, 0);
AT(decant_image_info, format_version, 4);
AT(decant_image_info, image_size, 8);
AT(decant_image_info, crc32, 16);
AT(decant_image_info, flags, 20);
AT(decant_image_info, detectors, 24);
AT(decant_image_info, observables, 28);
AT(decant_image_info, edges, 32);
AT(decant_image_info, boundary_edges, 36);
AT(decant_image_info, negative_edges, 40);
AT(decant_image_info, components, 44);
AT(decant_image_info, closed_components, 48);
AT(decant_image_info, max_degree, 52);
AT(decant_image_info, max_weight, 56);
AT(decant_image_info, reserved0, 60);
AT(decant_image_info, weight_scale, 64);
AT(decant_image_info, network_rounds, 72);
AT(decant_image_info, network_rows, 74);
AT(decant_image_info, network_columns, 76);
AT(decant_image_info, network_features, 78);
AT(decant_image_info, network_hidden, 80);
AT(decant_image_info, network_units, 82);
AT(decant_image_info, network_outputs, 84);
AT(decant_image_info, reserved1, 86);
AT(decant_image_info, reserved, 88);

SIZE(decant_config, 64);
AT(decant_config, struct_size, 0);
AT(decant_config, flags, 4);
AT(decant_config, work_limit, 8);
AT(decant_config, max_reweights, 16);
AT(decant_config, slice_work, 20);
AT(decant_config, commit_rounds, 24);
AT(decant_config, buffer_rounds, 28);
AT(decant_config, reserved, 32);

SIZE(decant_requirements, 104);
AT(decant_requirements, struct_size, 0);
AT(decant_requirements, alignment, 4);
AT(decant_requirements, workspace_size, 8);
AT(decant_requirements, image_size, 16);
AT(decant_requirements, detectors_size, 24);
AT(decant_requirements, observables_size, 32);
AT(decant_requirements, max_match_edges, 40);
AT(decant_requirements, worst_case_work, 48);
AT(decant_requirements, max_weight_changes, 56);
AT(decant_requirements, network_multiplications, 64);
AT(decant_requirements, window_size, 72);
AT(decant_requirements, seam_size, 80);
AT(decant_requirements, carried_size, 88);
AT(decant_requirements, reserved, 96);

SIZE(decant_report, 64);
AT(decant_report, struct_size, 0);
AT(decant_report, flags, 4);
AT(decant_report, weight, 8);
AT(decant_report, work, 16);
AT(decant_report, detection_events, 24);
AT(decant_report, grown_events, 28);
AT(decant_report, network_features, 32);
AT(decant_report, changed_weights, 36);
AT(decant_report, accepted_edges, 40);
AT(decant_report, reserved0, 44);
AT(decant_report, reserved, 48);

SIZE(decant_edge, 8);
AT(decant_edge, a, 0);
AT(decant_edge, b, 4);

SIZE(decant_reweight, 12);
AT(decant_reweight, a, 0);
AT(decant_reweight, b, 4);
AT(decant_reweight, weight, 8);

SIZE(decant_edge_reweight, 8);
AT(decant_edge_reweight, edge, 0);
AT(decant_edge_reweight, weight, 4);

SIZE(decant_stream_info, 64);
AT(decant_stream_info, struct_size, 0);
AT(decant_stream_info, observables, 4);
AT(decant_stream_info, first_detectors, 8);
AT(decant_stream_info, round_detectors, 12);
AT(decant_stream_info, last_detectors, 16);
AT(decant_stream_info, commit_rounds, 20);
AT(decant_stream_info, buffer_rounds, 24);
AT(decant_stream_info, least_buffer, 28);
AT(decant_stream_info, shortest, 32);
AT(decant_stream_info, shortest_open, 36);
AT(decant_stream_info, least_first_commit, 40);
AT(decant_stream_info, reserved, 48);

SIZE(decant_strip_info, 56);
AT(decant_strip_info, struct_size, 0);
AT(decant_strip_info, flags, 4);
AT(decant_strip_info, index, 8);
AT(decant_strip_info, strips, 12);
AT(decant_strip_info, shot_detectors, 16);
AT(decant_strip_info, detectors, 20);
AT(decant_strip_info, committed, 24);
AT(decant_strip_info, before, 28);
AT(decant_strip_info, after, 32);
AT(decant_strip_info, reserved, 40);

SIZE(decant_round, 32);
AT(decant_round, struct_size, 0);
AT(decant_round, flags, 4);
AT(decant_round, sequence, 8);
AT(decant_round, timestamp, 16);
AT(decant_round, reserved, 24);

SIZE(decant_frame, 88);
AT(decant_frame, struct_size, 0);
AT(decant_frame, flags, 4);
AT(decant_frame, first_round, 8);
AT(decant_frame, last_round, 16);
AT(decant_frame, timestamp, 24);
AT(decant_frame, work, 32);
AT(decant_frame, digest, 40);
AT(decant_frame, weight, 48);
AT(decant_frame, detection_events, 56);
AT(decant_frame, reserved0, 60);
AT(decant_frame, reserved, 64);

SIZE(decant_stats, 104);
AT(decant_stats, struct_size, 0);
AT(decant_stats, max_detection_events, 4);
AT(decant_stats, shots, 8);
AT(decant_stats, truncated, 16);
AT(decant_stats, impossible, 24);
AT(decant_stats, detection_events, 32);
AT(decant_stats, grown_events, 40);
AT(decant_stats, blossoms, 48);
AT(decant_stats, work, 56);
AT(decant_stats, max_work, 64);
AT(decant_stats, reserved, 72);

SIZE(decant_status, 4);
VALUE(DECANT_OK, 0);
VALUE(DECANT_PENDING, 1);
VALUE(DECANT_FULL, 2);
VALUE(DECANT_EMPTY, 3);
VALUE(DECANT_TRUNCATED, 4);
VALUE(DECANT_BAD_ARGUMENT, -1);
VALUE(DECANT_BUFFER_TOO_SMALL, -2);
VALUE(DECANT_MISALIGNED, -3);
VALUE(DECANT_BAD_ABI, -4);
VALUE(DECANT_BAD_IMAGE, -5);
VALUE(DECANT_UNSUPPORTED, -6);
VALUE(DECANT_BAD_STATE, -7);
VALUE(DECANT_ROUND_LOST, -8);
VALUE(DECANT_INTERNAL, -9);
VALUE(DECANT_IMPOSSIBLE, -10);
VALUE(DECANT_CONFIG_CORRELATED, 1);
VALUE(DECANT_CONFIG_UNION_FIND, 2);
VALUE(DECANT_CONFIG_NETWORK, 4);
VALUE(DECANT_IMAGE_CORRELATED, 1);
VALUE(DECANT_IMAGE_NETWORK, 2);
VALUE(DECANT_IMAGE_STREAM, 8);
VALUE(DECANT_STREAM_FRAMES, 4);
VALUE(DECANT_ROUND_LAST, 1);
VALUE(DECANT_FRAME_FINAL, 1);
VALUE(DECANT_FRAME_TRUNCATED, 2);
VALUE(DECANT_FRAME_STRAY, 4);
VALUE(DECANT_IMAGE_GRID, 4);
VALUE(DECANT_REPORT_TRUNCATED, 1);
VALUE(DECANT_BOUNDARY, 0xFFFFFFFF);
VALUE(DECANT_ABI_VERSION, 0);

/* The library, which was compiled apart from this file, must see a struct end where this file sees it end: it
 * takes its own size and not one byte less. */
static void agrees_with_the_library(rig *r) {
  decant_image_info info = {.struct_size = sizeof info};
  assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info), DECANT_OK);
  info.struct_size = sizeof info - 1;
  assert_status(decant_image_inspect(r->fixture->image, r->fixture->image_size, &info), DECANT_BAD_ABI);
  decant_stats stats = {.struct_size = sizeof stats};
  assert_status(decant_stats_read(r->decoder, &stats), DECANT_OK);
  stats.struct_size = sizeof stats - 1;
  assert_status(decant_stats_read(r->decoder, &stats), DECANT_BAD_ABI);
}

int run_layout(void) {
  const struct CMUnitTest tests[] = {every_fixture(agrees_with_the_library)};
  return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
