/* The header guards itself, needs nothing before it, and leaves nothing undone: compiled as C and as C++. */
#include <decant.h>
#include <decant.h>
#include <decant_host.h>
#include <decant_host.h>

decant_status status_of_nothing(decant_decoder *decoder);

decant_status status_of_nothing(decant_decoder *decoder) { return decoder ? DECANT_OK : DECANT_BAD_ARGUMENT; }
