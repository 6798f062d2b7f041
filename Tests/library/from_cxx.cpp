// The C++ half: exit status 0 if both halves agree.
#include <decant.h>

#include <cstring>

extern "C" std::size_t sizes_in_c(unsigned k);

int main() {
  const std::size_t sizes[] = {sizeof(decant_image_info), sizeof(decant_config), sizeof(decant_requirements),
                               sizeof(decant_report),     sizeof(decant_edge),   sizeof(decant_stats)};
  for (unsigned k = 0; k < 6; k++) {
    if (sizes[k] != sizes_in_c(k)) return 1;
  }
  return std::strcmp(decant_version_string(), DECANT_VERSION_STRING) == 0 ? 0 : 1;
}
