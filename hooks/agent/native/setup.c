/* How native.ts fills the core: everything here runs before the first hooked call, or is only ever added to. */

enum { METHODS = 14 };

uint64_t core_size(void) { return sizeof(Core); }

int start(int32_t process, void *release_thread) {
  pthread_mutex_init(core.mutex, NULL);
  core.process = process;
  core.began_us = now_us();
  return pthread_key_create(&core.key, release_thread);
}

/* Classes and methods of the boot class path, in the order of nativehooks.ts's lists. `jvmti`: an environment, or NULL
 * where call stacks come from Thread.getStackTrace(). */
void set_methods(Ref *from, void *jvmti) {
  Ref *to[METHODS] = {&core.string_class, &core.system_class, &core.thread_class, &core.identity, &core.current_thread,
                      &core.thread_name, &core.stack_trace, &core.element_hash, &core.iterator, &core.has_next,
                      &core.next, &core.get_key, &core.get_value, &core.to_string};
  int i;
  for (i = 0; i < METHODS; i++) *to[i] = from[i];
  core.enum_name = from[METHODS];
  core.jvmti = jvmti;
  core.by_elements = jvmti == NULL;
}

void set_upcalls(void **from) {
  core.classify = from[0];
  core.find_field = from[1];
  core.describe = from[2];
  core.skip = from[3];
  core.learn = from[4];
}

void set_hooks(int32_t count) {
  core.called = calloc(count + 1, 4);
  core.dropped = calloc(count + 1, 4);
  core.hooks = count;
}

void set_mode(int32_t listening, int32_t lossless, int32_t closing) {
  lock();
  core.listening = listening;
  core.lossless = lossless;
  core.closing = closing;
  unlock();
}

static char *copied(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  strcpy(copy, text);
  return copy;
}

Point *new_point(Ref cls, Ref original, const char *types, int32_t result, int32_t is_static, int32_t inherited,
                 int32_t is_constructor) {
  Point *point = calloc(1, sizeof(Point));
  point->cls = cls;
  point->original = original;
  point->count = strlen(types);
  strcpy(point->types, types);
  point->result = result;
  point->is_static = is_static;
  point->inherited = inherited;
  point->is_constructor = is_constructor;
  point->learns = -1;
  return point;
}

void set_learns(Point *point, int32_t number) { point->learns = number; }

/* How often the method was called, by us or the app. */
int32_t point_calls(Point *point) { return point->calls; }

Want *new_want(int32_t hook, int32_t stack, int32_t skips) {
  Want *want = calloc(1, sizeof(Want));
  want->hook = hook;
  want->stack = stack;
  want->skips = skips;
  return want;
}

/* Captures keep their order. `key`: the name as JSON and a colon; `names`: `steps` numbers of field names. */
void add_capture(Want *want, int32_t kind, int32_t root, int32_t argument, int32_t *names, int32_t steps, const char *key) {
  Capture *capture = calloc(1, sizeof(Capture));
  Capture **at = &want->captures;
  capture->kind = kind;
  capture->root = root;
  capture->argument = argument;
  capture->steps = steps;
  if (steps > 0) memcpy(capture->names, names, 4 * steps);
  capture->key = copied(key);
  while (*at != NULL) at = &(*at)->next;
  *at = capture;
}

/* From now on calls of the point are recorded for this want, too. */
void add_want(Point *point, Want *want) {
  Want **at = &point->wants;
  publish();
  lock();
  while (*at != NULL) at = &(*at)->next;
  *at = want;
  unlock();
}

/* `name` is escaped for JSON. */
Class *new_class(const char *name, int32_t kind, int32_t type, Ref base, Ref *ids) {
  Class *cls = calloc(1, sizeof(Class));
  cls->name = copied(name);
  cls->kind = kind;
  cls->type = type;
  cls->base = base;
  memcpy(cls->ids, ids, sizeof cls->ids);
  return cls;
}

Field *new_field(int32_t name, int32_t type, Ref id, const char *problem) {
  Field *field = calloc(1, sizeof(Field));
  field->name = name;
  field->type = type;
  field->id = id;
  field->problem = copied(problem);
  return field;
}
