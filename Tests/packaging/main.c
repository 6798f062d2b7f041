/* consumer IMAGE - a program from outside the tree: decodes an empty shot and one event with whatever
 * libdecant it was built with, and checks that the header and the library belong together. */
#include <decant.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
  if (count != 2 || decant_version_number() != DECANT_VERSION_NUMBER) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (file == NULL) return 2;
  static _Alignas(64) unsigned char image[1 << 20], workspace[1 << 20];
  size_t size = fread(image, 1, sizeof image, file);
  fclose(file);

  decant_requirements needs = {.struct_size = sizeof needs};
  decant_decoder *decoder;
  if (decant_decoder_measure(image, size, NULL, &needs) != DECANT_OK) return 3;
  if (decant_decoder_init(workspace, sizeof workspace, image, size, NULL, &decoder) != DECANT_OK) return 4;
  unsigned char *detectors = calloc(needs.detectors_size + 1, 1),
                *observables = calloc(needs.observables_size + 1, 1);
  for (int event = 0; event < 2; event++) {
    detectors[0] = (unsigned char)event;
    decant_report report = {.struct_size = sizeof report};
    decant_status status =
        decant_decode(decoder, detectors, needs.detectors_size, observables, needs.observables_size, &report);
    if (status != DECANT_OK || (report.weight > 0) != event) return 5;
  }
  free(detectors);
  free(observables);
  printf("decant %s\n", decant_version_string());
  return 0;
}
