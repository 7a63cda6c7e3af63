/* Growing text, and JSON in ASCII written into it. A text that could not grow keeps what it has; `room` 0 marks it. */

static int grow(Text *text, size_t more) {
  size_t room = text->room == 0 ? 256 : text->room;
  char *moved;
  if (text->size + more <= text->room) return 1;
  while (room < text->size + more) room *= 2;
  moved = realloc(text->at, room);
  if (moved == NULL) return 0;
  text->at = moved;
  text->room = room;
  return 1;
}

static void put(Text *text, const char *from, size_t size) {
  if (size == 0 || !grow(text, size)) return;
  memcpy(text->at + text->size, from, size);
  text->size += size;
}

static void puts_(Text *text, const char *from) { put(text, from, strlen(from)); }

static void put_integer(Text *text, int64_t number) {
  char digits[24];
  int at = sizeof digits;
  uint64_t left = number < 0 ? (uint64_t) 0 - (uint64_t) number : (uint64_t) number;
  do {
    digits[--at] = '0' + left % 10;
    left /= 10;
  } while (left != 0);
  if (number < 0) digits[--at] = '-';
  put(text, digits + at, sizeof digits - at);
}

/* JSON's number for a finite double, exact; words for the rest. */
static void put_double(Text *text, double number) {
  char digits[40];
  char *at;
  if (number != number) {
    puts_(text, "\"NaN\"");
  } else if (number - number != 0) {
    puts_(text, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else if (number == 0) {
    puts_(text, 1 / number < 0 ? "\"-0.0\"" : "0"); /* JSON's readers lose the sign */
  } else {
    snprintf(digits, sizeof digits, "%.17g", number);
    for (at = digits; *at != 0; at++)
      if (*at == ',') *at = '.'; /* where the app has set a locale */
    puts_(text, digits);
  }
}

static char hex_digit(int value) { return value < 10 ? '0' + value : 'a' + value - 10; }

static char *put_unit(char *at, uint16_t unit) {
  if (unit >= 0x20 && unit < 0x7f) {
    if (unit == '"' || unit == '\\') *at++ = '\\';
    *at++ = unit;
    return at;
  }
  *at++ = '\\';
  *at++ = 'u';
  *at++ = hex_digit(unit >> 12);
  *at++ = hex_digit((unit >> 8) & 15);
  *at++ = hex_digit((unit >> 4) & 15);
  *at++ = hex_digit(unit & 15);
  return at;
}

/* UTF-16 as a JSON string: lone surrogates and U+0000 included. */
static void put_units(Text *text, const uint16_t *units, int32_t count) {
  const uint16_t *end = units + count;
  puts_(text, "\"");
  while (units != end && grow(text, 256 * 6 + 1)) {
    const uint16_t *stop = end - units > 256 ? units + 256 : end;
    char *at = text->at + text->size;
    while (units != stop) {
      uint32_t unit = *units++;
      if (unit - 0x20 < 0x5f && unit != '"' && unit != '\\') *at++ = unit;
      else at = put_unit(at, unit);
    }
    text->size = at - text->at;
  }
  puts_(text, "\"");
}

/* The text of a java.lang.String as a JSON string. */
static void put_string(Env env, Text *text, Ref string) {
  uint16_t chunk[256];
  int32_t length = ((int32_t (*)(Env, Ref)) SLOT(env, GET_STRING_LENGTH))(env, string);
  uint16_t *units = length <= 256 ? chunk : malloc(2 * (size_t) length);
  if (units == NULL) {
    puts_(text, "null");
    return;
  }
  ((void (*)(Env, Ref, int32_t, int32_t, uint16_t *)) SLOT(env, GET_STRING_REGION))(env, string, 0, length, units);
  put_units(text, units, length);
  if (units != chunk) free(units);
}

static void release(Text *text) {
  free(text->at);
  text->at = NULL;
  text->size = text->room = 0;
}
