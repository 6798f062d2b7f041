/* The C half of a program in two languages: an implementation of one of the header's functions, to be called
 * from C++ under its C name, and the sizes as C sees them. */
#include <decant.h>

const char *decant_version_string(void) { return DECANT_VERSION_STRING; }

size_t sizes_in_c(unsigned k);

size_t sizes_in_c(unsigned k) {
  const size_t sizes[] = {sizeof(decant_image_info), sizeof(decant_config), sizeof(decant_requirements),
                          sizeof(decant_report),     sizeof(decant_edge),   sizeof(decant_stats)};
  return sizes[k];
}
