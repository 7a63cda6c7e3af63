/* What kind of thing a class is, and where its fields lie: learned by JavaScript the first time, then known. */

enum { MOST_KNOWN = 20000 }; /* classes, stacks and skips; an app can make classes without end */

/* Kinds of classes; readby.ts has the same list. */
enum {
  OBJECT, MAP, LIST, SET, VIEW, BUNDLE, JSON, THROWABLE, UNBOX, OUT_STREAM, IN_STREAM, BUFFER, CHARS, ENUM, TEXT,
  PRIMITIVES, BYTES, OBJECTS
};

static Class *remembered_class(Env env, Ref cls, int32_t hash) {
  Class *at;
  for (at = core.classes[hash & 1023]; at != NULL; at = at->next)
    if (at->hash == hash && same_object(env, at->weak, cls)) return at;
  return NULL;
}

/* What is known of a class; learned by JavaScript the first time. NULL when that failed. `leave_class` when done. */
static Class *known_class(Env env, Ref cls) {
  int32_t hash = identity(env, cls);
  Class *known = remembered_class(env, cls, hash);
  if (known != NULL) return known;
  known = core.classify(env, cls);
  if (known == NULL) return NULL;
  known->hash = hash;
  if (core.known_classes >= MOST_KNOWN) {
    known->passing = 1;
    return known;
  }
  known->weak = ((Ref (*)(Env, Ref)) SLOT(env, NEW_WEAK_REF))(env, cls);
  publish();
  lock();
  known->next = core.classes[hash & 1023];
  core.classes[hash & 1023] = known;
  core.known_classes++;
  unlock();
  return known;
}

static void leave_class(Class *cls) {
  Field *field;
  if (cls == NULL || !cls->passing) return;
  for (field = cls->fields; field != NULL;) {
    Field *gone = field;
    field = field->next;
    free(gone->problem);
    free(gone);
  }
  free(cls->name);
  free(cls);
}

static Class *class_of(Env env, Ref object) {
  Ref cls = class_ref(env, object);
  Class *known = known_class(env, cls);
  drop_ref(env, cls);
  return known;
}

static Field *field_of(Env env, Ref object, int32_t name, Class *cls) {
  Field *field;
  for (field = cls->fields; field != NULL; field = field->next)
    if (field->name == name) return field;
  field = core.find_field(env, object, name);
  if (field == NULL) return NULL;
  publish();
  lock();
  field->next = cls->fields;
  cls->fields = field;
  unlock();
  return field;
}
