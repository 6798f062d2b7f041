/* Text without a C library: a line is put together on the stack and goes out in one call. */
#include "print.h"

#include "port.h"

#include <stdarg.h>
#include <stdbool.h>

typedef struct {
  size_t length;
  char text[160];
} line;

static void put(line *to, char character) {
  if (to->length < sizeof to->text) to->text[to->length++] = character;
}

static void put_number(line *to, uint64_t number, unsigned base, size_t digits) {
  char reversed[20];
  size_t count = 0;
  for (; number > 0 || count < digits; number /= base) reversed[count++] = "0123456789abcdef"[number % base];
  while (count > 0) put(to, reversed[--count]);
}

static bool takes(const char **format, const char *conversion) {
  const char *at = *format;
  for (; *conversion; conversion++, at++)
    if (*at != *conversion) return false;
  *format = at;
  return true;
}

void print(const char *format, ...) {
  line out = {.length = 0};
  va_list arguments;
  va_start(arguments, format);
  while (*format) {
    if (takes(&format, "%s"))
      for (const char *text = va_arg(arguments, const char *); *text; text++) put(&out, *text);
    else if (takes(&format, "%u"))
      put_number(&out, va_arg(arguments, unsigned), 10, 1);
    else if (takes(&format, "%llu"))
      put_number(&out, va_arg(arguments, unsigned long long), 10, 1);
    else if (takes(&format, "%016llx"))
      put_number(&out, va_arg(arguments, unsigned long long), 16, 16);
    else
      put(&out, *format++);
  }
  va_end(arguments);
  port_write(out.text, out.length);
}
