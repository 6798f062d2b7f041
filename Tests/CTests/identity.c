/* Identity: the library says which one it is, and what a status is called. */
#include "rig.h"

static void tells_its_version(void **state) {
  (void)state;
  assert_int_equal(decant_version_number(), DECANT_VERSION_NUMBER);
  assert_string_equal(decant_version_string(), DECANT_VERSION_STRING);
  assert_int_equal(decant_abi_version(), DECANT_ABI_VERSION);
  assert_ptr_equal(decant_version_string(), decant_version_string());
}

static void names_every_status(void **state) {
  (void)state;
#define assert_named(status) assert_string_equal(decant_status_name(status), #status)
  assert_named(DECANT_OK);
  assert_named(DECANT_PENDING);
  assert_named(DECANT_FULL);
  assert_named(DECANT_EMPTY);
  assert_named(DECANT_TRUNCATED);
  assert_named(DECANT_BAD_ARGUMENT);
  assert_named(DECANT_BUFFER_TOO_SMALL);
  assert_named(DECANT_MISALIGNED);
  assert_named(DECANT_BAD_ABI);
  assert_named(DECANT_BAD_IMAGE);
  assert_named(DECANT_UNSUPPORTED);
  assert_named(DECANT_BAD_STATE);
  assert_named(DECANT_ROUND_LOST);
  assert_named(DECANT_INTERNAL);
  assert_named(DECANT_IMPOSSIBLE);
}

static void names_nothing_else(void **state) {
  (void)state;
  static const decant_status others[] = {INT32_MIN, -1000, -11, 5, 6, 1000, INT32_MAX};
  for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
    assert_string_equal(decant_status_name(others[k]), "DECANT_UNKNOWN_STATUS");
  }
}

int run_identity(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_its_version),
      cmocka_unit_test(names_every_status),
      cmocka_unit_test(names_nothing_else),
  };
  return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
