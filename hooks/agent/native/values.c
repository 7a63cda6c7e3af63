/* Java values as the typed JSON trees of harness/model/records.py, with the limits of read.ts. Runs no code of the app:
 * objects are looked into through JNI, and methods are called by the exact boot class that defines them. */

enum { MAX_DEPTH = 8, MAX_NODES = 4000, MAX_CHARACTERS = 4000000, MAX_BYTES = 16000000 };

typedef struct {
  Env env;
  Call *call;
  Text *out;
  int32_t depth;
  Ref path[MAX_DEPTH];
} Place;

static void read_value(Place *place, Ref object);

static void put_cut(Text *out, const char *why) {
  puts_(out, "{\"t\":\"cut\",\"why\":\"");
  puts_(out, why);
  puts_(out, "\"}");
}

/* Whether a call of ours threw; the exception is cleared and its class told in the value that failed. */
static int failed(Place *place, size_t began) {
  Env env = place->env;
  Ref thrown;
  Class *cls;
  if (!threw(env)) return 0;
  thrown = ((Ref (*)(Env)) SLOT(env, EXCEPTION_OCCURRED))(env);
  ((void (*)(Env)) SLOT(env, EXCEPTION_CLEAR))(env);
  cls = class_of(env, thrown);
  place->out->size = began;
  puts_(place->out, "{\"t\":\"cut\",\"why\":\"fault: ");
  puts_(place->out, cls == NULL ? "an exception" : cls->name);
  puts_(place->out, "\"}");
  leave_class(cls);
  drop_ref(env, thrown);
  return 1;
}

static void put_primitive(Text *out, int type, Value *value) {
  uint16_t unit;
  switch (type) {
    case 'Z': puts_(out, value->z ? "{\"t\":\"boolean\",\"v\":true}" : "{\"t\":\"boolean\",\"v\":false}"); return;
    case 'B': puts_(out, "{\"t\":\"byte\",\"v\":"); put_integer(out, value->b); break;
    case 'S': puts_(out, "{\"t\":\"short\",\"v\":"); put_integer(out, value->s); break;
    case 'I': puts_(out, "{\"t\":\"int\",\"v\":"); put_integer(out, value->i); break;
    case 'J': puts_(out, "{\"t\":\"long\",\"v\":\""); put_integer(out, value->j); puts_(out, "\""); break;
    case 'F': puts_(out, "{\"t\":\"float\",\"v\":"); put_double(out, value->f); break;
    case 'D': puts_(out, "{\"t\":\"double\",\"v\":"); put_double(out, value->d); break;
    case 'C':
      unit = value->c;
      puts_(out, "{\"t\":\"char\",\"v\":");
      put_units(out, &unit, 1);
      break;
    default: puts_(out, "null"); return;
  }
  puts_(out, "}");
}

/* A field of a primitive type, by its id. */
static void get_primitive(Env env, Ref object, int type, Ref id, Value *value) {
  switch (type) {
    case 'Z': value->z = ((uint8_t (*)(Env, Ref, Ref)) SLOT(env, GET_BOOLEAN_FIELD))(env, object, id); break;
    case 'B': value->b = ((int8_t (*)(Env, Ref, Ref)) SLOT(env, GET_BYTE_FIELD))(env, object, id); break;
    case 'C': value->c = ((uint16_t (*)(Env, Ref, Ref)) SLOT(env, GET_CHAR_FIELD))(env, object, id); break;
    case 'S': value->s = ((int16_t (*)(Env, Ref, Ref)) SLOT(env, GET_SHORT_FIELD))(env, object, id); break;
    case 'J': value->j = ((int64_t (*)(Env, Ref, Ref)) SLOT(env, GET_LONG_FIELD))(env, object, id); break;
    case 'F': value->f = ((float (*)(Env, Ref, Ref)) SLOT(env, GET_FLOAT_FIELD))(env, object, id); break;
    case 'D': value->d = ((double (*)(Env, Ref, Ref)) SLOT(env, GET_DOUBLE_FIELD))(env, object, id); break;
    default: value->i = ((int32_t (*)(Env, Ref, Ref)) SLOT(env, GET_INT_FIELD))(env, object, id);
  }
}

static int32_t get_int(Env env, Ref object, Ref id) {
  Value value;
  get_primitive(env, object, 'I', id, &value);
  return value.i;
}

static Ref get_object(Env env, Ref object, Ref id) {
  return ((Ref (*)(Env, Ref, Ref)) SLOT(env, GET_OBJECT_FIELD))(env, object, id);
}

static int32_t array_length(Env env, Ref array) {
  return ((int32_t (*)(Env, Ref)) SLOT(env, GET_ARRAY_LENGTH))(env, array);
}

/* `length` bytes that `from` gives: a blob of the call, and its place in the tree. */
static void put_blob(Place *place, Ref array, const char *memory, int32_t offset, int32_t length) {
  Call *call = place->call;
  int64_t id = next_blob();
  if (!grow(&call->blobs, length)) {
    put_cut(place->out, "fault: no memory");
    return;
  }
  if (array != NULL)
    ((void (*)(Env, Ref, int32_t, int32_t, char *)) SLOT(place->env, GET_BYTE_REGION))(
        place->env, array, offset, length, call->blobs.at + call->blobs.size);
  else memcpy(call->blobs.at + call->blobs.size, memory + offset, length);
  call->blobs.size += length;
  puts_(&call->lines, "B\t");
  put_integer(&call->lines, id);
  puts_(&call->lines, "\t");
  put_integer(&call->lines, length);
  puts_(&call->lines, "\n");
  puts_(place->out, "{\"t\":\"bytes\",\"blob\":");
  put_integer(place->out, id);
  puts_(place->out, ",\"n\":");
  put_integer(place->out, length);
  puts_(place->out, "}");
}

static void read_slice(Place *place, Ref array, int32_t offset, int32_t length) {
  int64_t total = array_length(place->env, array);
  if (offset < 0 || length < 0 || (int64_t) offset + length > total)
    put_cut(place->out, "fault: slice outside the array");
  else if (length > MAX_BYTES) put_cut(place->out, "size");
  else put_blob(place, array, NULL, offset, length);
}

static void put_head(Text *out, const char *t, const char *class_name) {
  puts_(out, "{\"t\":\"");
  puts_(out, t);
  puts_(out, "\",\"c\":\"");
  puts_(out, class_name);
  puts_(out, "\",\"v\":");
}

static const char *separator(int *count) { return (*count)++ == 0 ? "" : ","; }

/* What a reference points to, and the reference is dropped. */
static void take_value(Place *place, Ref object) {
  read_value(place, object);
  drop_ref(place->env, object);
}

static void read_primitives(Place *place, Ref array, Class *cls) {
  static const char TYPES[] = "ZCSIJFD";
  static const int SIZES[] = {1, 2, 2, 4, 8, 4, 8};
  static const int REGIONS[] = {GET_BOOLEAN_REGION, GET_CHAR_REGION, GET_SHORT_REGION, GET_INT_REGION,
                                GET_LONG_REGION, GET_FLOAT_REGION, GET_DOUBLE_REGION};
  int sort = strchr(TYPES, cls->type) - TYPES;
  int32_t total = array_length(place->env, array);
  int32_t left = place->call->nodes > 0 ? place->call->nodes : 0;
  int32_t length = total < left ? total : left;
  char *content = malloc((size_t) length * SIZES[sort] + 1);
  int count = 0;
  int32_t i;
  place->call->nodes -= length;
  put_head(place->out, "array", cls->name);
  puts_(place->out, "[");
  if (content == NULL) length = 0;
  else ((void (*)(Env, Ref, int32_t, int32_t, char *)) SLOT(place->env, REGIONS[sort]))(place->env, array, 0, length, content);
  for (i = 0; i < length; i++) {
    Value value;
    memcpy(&value, content + (size_t) i * SIZES[sort], SIZES[sort]);
    puts_(place->out, separator(&count));
    put_primitive(place->out, cls->type, &value);
  }
  free(content);
  if (length < total) {
    puts_(place->out, separator(&count));
    put_cut(place->out, "size");
  }
  puts_(place->out, "]}");
}

static void read_objects(Place *place, Ref array, Class *cls) {
  int32_t total = array_length(place->env, array);
  int32_t i;
  int count = 0;
  put_head(place->out, "array", cls->name);
  puts_(place->out, "[");
  for (i = 0; i < total; i++) {
    puts_(place->out, separator(&count));
    if (place->call->nodes <= 0) {
      put_cut(place->out, "size");
      break;
    }
    take_value(place, ((Ref (*)(Env, Ref, int32_t)) SLOT(place->env, GET_ELEMENT))(place->env, array, i));
  }
  puts_(place->out, "]}");
}

/* One element of a walked collection; 0 when reading it threw. */
static int read_entry(Place *place, Ref entry, size_t began) {
  Env env = place->env;
  Ref part = call_object(env, entry, core.get_key);
  if (failed(place, began)) return 0;
  puts_(place->out, "[");
  take_value(place, part);
  puts_(place->out, ",");
  part = call_object(env, entry, core.get_value);
  if (failed(place, began)) return 0;
  take_value(place, part);
  puts_(place->out, "]");
  return 1;
}

static int read_bundle_entry(Place *place, Ref bundle, Class *cls, Ref key, size_t began) {
  Value argument;
  Ref value;
  argument.l = key;
  value = call_direct(place->env, bundle, cls->base, cls->ids[1], &argument);
  if (failed(place, began)) return 0;
  puts_(place->out, "[");
  read_value(place, key);
  puts_(place->out, ",");
  take_value(place, value);
  puts_(place->out, "]");
  return 1;
}

/* Walk by the iterator of a boot class. What it throws makes the whole collection a cut, as in collections.ts. */
static void walk(Place *place, Ref iterator, Ref owner, Class *cls, size_t began) {
  Env env = place->env;
  int count = 0;
  for (;;) {
    int more = ((uint8_t (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_BOOLEAN))(env, iterator, core.has_next, NULL);
    Ref element;
    int fine = 1;
    if (failed(place, began)) return;
    if (!more) break;
    puts_(place->out, separator(&count));
    if (place->call->nodes <= 0) {
      if (cls->kind == MAP || cls->kind == BUNDLE) puts_(place->out, "[{\"t\":\"cut\",\"why\":\"size\"},");
      put_cut(place->out, "size");
      if (cls->kind == MAP || cls->kind == BUNDLE) puts_(place->out, "]");
      break;
    }
    element = call_object(env, iterator, core.next);
    if (failed(place, began)) return;
    if (cls->kind == MAP) fine = read_entry(place, element, began);
    else if (cls->kind == BUNDLE) fine = read_bundle_entry(place, owner, cls, element, began);
    else read_value(place, element);
    drop_ref(env, element);
    if (!fine) return;
  }
  puts_(place->out, "]}");
}

static void read_collection(Place *place, Ref object, Class *cls, const char *t) {
  Env env = place->env;
  size_t began = place->out->size;
  Ref set = call_direct(env, object, cls->base, cls->ids[0], NULL);
  Ref iterator = set;
  if (failed(place, began)) return;
  if (cls->kind == MAP || cls->kind == BUNDLE) {
    iterator = call_object(env, set, core.iterator);
    drop_ref(env, set);
    if (failed(place, began)) return;
  }
  put_head(place->out, t, cls->name);
  puts_(place->out, "[");
  walk(place, iterator, object, cls, began);
  drop_ref(env, iterator);
}

/* A String that a method gives, as a JSON string or null. */
static void put_text(Place *place, Ref text) {
  if (text == NULL) puts_(place->out, "null");
  else put_string(place->env, place->out, text);
  drop_ref(place->env, text);
}

static void read_direct_text(Place *place, Ref object, Class *cls, const char *t) {
  size_t began = place->out->size;
  Ref text = call_direct(place->env, object, cls->base, cls->ids[0], NULL);
  if (failed(place, began)) return;
  put_head(place->out, t, cls->name);
  put_text(place, text);
  puts_(place->out, "}");
}

static void read_chars(Place *place, Ref object) {
  size_t began = place->out->size;
  Ref text = call_object(place->env, object, core.to_string);
  if (failed(place, began)) return;
  puts_(place->out, "{\"t\":\"string\",\"v\":");
  put_text(place, text);
  puts_(place->out, "}");
}

/* Class and identity; the text too, where it takes none of the app's code to make it. */
static void read_object(Place *place, Ref object, Class *cls) {
  size_t began = place->out->size;
  Ref text = NULL;
  if (cls->kind == ENUM || cls->kind == TEXT) {
    text = call_object(place->env, object, cls->kind == ENUM ? core.enum_name : core.to_string);
    if (failed(place, began)) return;
  }
  puts_(place->out, "{\"t\":\"object\",\"c\":\"");
  puts_(place->out, cls->name);
  puts_(place->out, "\",\"id\":");
  put_integer(place->out, identity(place->env, object));
  if (cls->kind == ENUM || cls->kind == TEXT) {
    puts_(place->out, ",\"v\":");
    put_text(place, text);
  }
  puts_(place->out, "}");
}

/* The bytes of a ByteArrayOutputStream (up to its count) or ByteArrayInputStream (from its position), undisturbed. */
static void read_stream(Place *place, Ref stream, Class *cls) {
  Ref buffer = get_object(place->env, stream, cls->ids[0]);
  int32_t count = get_int(place->env, stream, cls->ids[1]);
  int32_t from = cls->kind == IN_STREAM ? get_int(place->env, stream, cls->ids[2]) : 0;
  if (buffer == NULL) put_cut(place->out, "fault: no buffer");
  else read_slice(place, buffer, from, count - from);
  drop_ref(place->env, buffer);
}

/* What a ByteBuffer holds between position and limit. */
static void read_buffer(Place *place, Ref buffer, Class *cls) {
  Env env = place->env;
  Ref array = get_object(env, buffer, cls->ids[0]);
  int32_t position = get_int(env, buffer, cls->ids[2]);
  int32_t limit = get_int(env, buffer, cls->ids[3]);
  if (array != NULL) read_slice(place, array, get_int(env, buffer, cls->ids[1]) + position, limit - position);
  else {
    const char *memory = ((void *(*) (Env, Ref)) SLOT(env, GET_BUFFER_ADDRESS))(env, buffer);
    if (memory == NULL) read_object(place, buffer, cls);
    else if (limit - position > MAX_BYTES) put_cut(place->out, "size");
    else put_blob(place, NULL, memory, position, limit - position);
  }
  drop_ref(env, array);
}

static void read_unboxed(Place *place, Ref object, Class *cls) {
  Value value;
  get_primitive(place->env, object, cls->type, cls->ids[0], &value);
  put_primitive(place->out, cls->type, &value);
}

/* A value that contains others: one level deeper, unless it contains itself. */
static void read_container(Place *place, Ref object, Class *cls) {
  int i;
  if (place->depth >= MAX_DEPTH) {
    put_cut(place->out, "depth");
    return;
  }
  for (i = 0; i < place->depth; i++)
    if (same_object(place->env, place->path[i], object)) {
      put_cut(place->out, "cycle");
      return;
    }
  place->path[place->depth++] = object;
  switch (cls->kind) {
    case MAP: read_collection(place, object, cls, "map"); break;
    case LIST: read_collection(place, object, cls, "list"); break;
    case SET: read_collection(place, object, cls, "set"); break;
    case BUNDLE: read_collection(place, object, cls, "bundle"); break;
    case VIEW: take_value(place, get_object(place->env, object, cls->ids[0])); break;
    default: read_objects(place, object, cls);
  }
  place->depth--;
}

static void read_shaped(Place *place, Ref object, Class *cls) {
  switch (cls->kind) {
    case MAP: case LIST: case SET: case VIEW: case BUNDLE: case OBJECTS: read_container(place, object, cls); break;
    case JSON: read_direct_text(place, object, cls, "json"); break;
    case THROWABLE: read_direct_text(place, object, cls, "throwable"); break;
    case UNBOX: read_unboxed(place, object, cls); break;
    case OUT_STREAM: case IN_STREAM: read_stream(place, object, cls); break;
    case BUFFER: read_buffer(place, object, cls); break;
    case CHARS: read_chars(place, object); break;
    case PRIMITIVES: read_primitives(place, object, cls); break;
    case BYTES: read_slice(place, object, 0, array_length(place->env, object)); break;
    default: read_object(place, object, cls);
  }
}

static void read_value(Place *place, Ref object) {
  Env env = place->env;
  if (object == NULL) puts_(place->out, "null");
  else if (--place->call->nodes < 0) put_cut(place->out, "size");
  else if (is_instance(env, object, core.string_class)) {
    if (((int32_t (*)(Env, Ref)) SLOT(env, GET_STRING_LENGTH))(env, object) > MAX_CHARACTERS) {
      put_cut(place->out, "size");
      return;
    }
    puts_(place->out, "{\"t\":\"string\",\"v\":");
    put_string(env, place->out, object);
    puts_(place->out, "}");
  } else {
    Class *cls = class_of(env, object);
    if (cls == NULL) put_cut(place->out, "fault: its class could not be read");
    else read_shaped(place, object, cls);
    leave_class(cls);
  }
}

static void read_typed(Place *place, int type, Value *value) {
  if (type == 'L') read_value(place, value->l);
  else put_primitive(place->out, type, value);
}

/* Follow the names of a capture from an object. A missing field, or null on the way, is said in the value. */
static void follow(Place *place, Ref start, Capture *capture) {
  Env env = place->env;
  Ref at = start;
  int i;
  for (i = 0; i < capture->steps && at != NULL; i++) {
    Class *cls = class_of(env, at);
    Field *field = cls == NULL ? NULL : field_of(env, at, capture->names[i], cls);
    Ref next = NULL;
    Value value;
    if (field == NULL) put_cut(place->out, "fault: its class could not be read");
    else if (field->type == '!') put_cut(place->out, field->problem);
    else if (field->type == 'L') {
      next = get_object(env, at, field->id);
      leave_class(cls);
      if (at != start) drop_ref(env, at);
      at = next;
      continue;
    } else if (i < capture->steps - 1) put_cut(place->out, field->problem);
    else {
      get_primitive(env, at, field->type, field->id, &value);
      put_primitive(place->out, field->type, &value);
    }
    leave_class(cls);
    if (at != start) drop_ref(env, at);
    return;
  }
  read_value(place, at);
  if (at != start) drop_ref(env, at);
}
