/* A hooked call: read, call the original once with untouched arguments, read what came back, hand it on. */

enum { STACK_LIMIT = 24, HOOKED_FRAME = 1, NAME_AGE_US = 5000000, PATIENCE_US = 100000, MAIN_PATIENCE_US = 20000 };

enum { GET_STACK_TRACE = 104 }; /* JVMTI's function number */

enum { ARGUMENTS, RETURNED, SLICE, FILLED, PATH }; /* kinds of captures; native.ts has the same list */

enum { FROM_THIS, FROM_RETURNED, FROM_ARGUMENT };

typedef struct {
  void *method;
  int64_t location;
} Frame;

static const char TYPE_ORDER[] = "LZBCSIJFDV"; /* of JNI's Call functions, three slots each */

/* How much stack reading may need: JavaScript that describes a new class, and what the VM keeps to itself (HotSpot:
 * about 100 KB, below which it throws StackOverflowError). */
enum { STACK_RESERVE = 256 * 1024 };

static char *stack_floor(void) {
  uint64_t attributes[16];
  void *low = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), attributes) != 0) return NULL;
  pthread_attr_getstack(attributes, &low, &size);
  pthread_attr_destroy(attributes);
  return (char *) low + (size / 2 < STACK_RESERVE ? size / 2 : STACK_RESERVE);
}

static Thread *this_thread(void) {
  Thread *thread = pthread_getspecific(core.key);
  if (thread != NULL) return thread;
  thread = calloc(1, sizeof(Thread));
  thread->id = gettid();
  thread->floor = stack_floor();
  pthread_setspecific(core.key, thread);
  return thread;
}

/* For JavaScript that runs on a thread of the app: its calls are no events. */
void enter_ours(void) { this_thread()->depth++; }

void leave_ours(void) { this_thread()->depth--; }

int32_t is_ours(void) { return this_thread()->depth > 0; }

/* Mark every event of this thread as our own sign of life; "" ends it. */
void set_pulse(const char *token) { snprintf(this_thread()->pulse, sizeof this_thread()->pulse, "%s", token); }

static void read_name(Env env, Thread *thread) {
  Text name = {0};
  Ref current, text;
  if (thread->named_at_us != 0 && now_us() - thread->named_at_us <= NAME_AGE_US) return; /* pools rename their threads */
  thread->named_at_us = now_us();
  current = ((Ref (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_STATIC))(env, core.thread_class, core.current_thread, NULL);
  text = call_object(env, current, core.thread_name);
  if (threw(env)) ((void (*)(Env)) SLOT(env, EXCEPTION_CLEAR))(env);
  else if (text != NULL) put_string(env, &name, text);
  if (name.size > 0 && name.size < sizeof thread->name) {
    memcpy(thread->name, name.at, name.size);
    thread->name[name.size] = 0;
  } else if (thread->name[0] == 0) strcpy(thread->name, "\"\"");
  release(&name);
  drop_ref(env, text);
  drop_ref(env, current);
}

static int is_main(Thread *thread) { return thread->id == core.process || strcmp(thread->name, "\"main\"") == 0; }

/* The frames of the calling thread as two 64-bit digests, and what describes them. Gives their number. */
static int32_t frames_by_jvmti(Frame *frames) {
  int32_t count = 0;
  int code = ((int (*)(void *, Ref, int32_t, int32_t, Frame *, int32_t *)) ((void **) *core.jvmti)[GET_STACK_TRACE - 1])(
      core.jvmti, NULL, HOOKED_FRAME, STACK_LIMIT, frames, &count);
  return code == 0 ? count : 0;
}

/* Where there is no JVMTI: StackTraceElements, told apart by their hash codes. `trace` gets the array, or NULL. */
static int32_t frames_by_elements(Env env, Frame *frames, Ref *trace) {
  Ref current = ((Ref (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_STATIC))(env, core.thread_class, core.current_thread, NULL);
  int32_t i, count;
  *trace = call_object(env, current, core.stack_trace);
  drop_ref(env, current);
  if (threw(env) || *trace == NULL) {
    ((void (*)(Env)) SLOT(env, EXCEPTION_CLEAR))(env);
    return 0;
  }
  count = array_length(env, *trace);
  if (count > STACK_LIMIT + 4) count = STACK_LIMIT + 4;
  for (i = 0; i < count; i++) {
    Ref element = ((Ref (*)(Env, Ref, int32_t)) SLOT(env, GET_ELEMENT))(env, *trace, i);
    frames[i].method = NULL;
    frames[i].location = ((int32_t (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_INT))(env, element, core.element_hash, NULL);
    drop_ref(env, element);
  }
  return count;
}

typedef struct {
  Frame frames[STACK_LIMIT + 4];
  int32_t count;
  Ref trace;
  uint64_t one;
  uint64_t other;
} Backtrace;

static void take_backtrace(Env env, Backtrace *back) {
  uint64_t one = 14695981039346656037ULL, other = 0x9e3779b97f4a7c15ULL;
  int32_t i;
  back->trace = NULL;
  back->count = core.by_elements ? frames_by_elements(env, back->frames, &back->trace) : frames_by_jvmti(back->frames);
  for (i = 0; i < back->count; i++) {
    uint64_t place = (uint64_t) back->frames[i].method * 31 + back->frames[i].location;
    one = (one ^ place) * 1099511628211ULL;
    one ^= one >> 29;
    other = (other + place) * 0xff51afd7ed558ccdULL;
    other ^= other >> 32;
  }
  back->one = one;
  back->other = other;
}

/* What JavaScript needs to describe the frames: JVMTI's list, or the array of elements. */
static void *described(Backtrace *back) { return core.by_elements ? back->trace : (void *) back->frames; }

/* The SHA-256 of a stack as text; "" when there is none. Described by JavaScript once, then known. */
static void name_stack(Env env, Backtrace *back, char *sha256) {
  Stack *at;
  sha256[0] = 0;
  if (back->count == 0) return;
  for (at = core.stacks[back->one & 1023]; at != NULL; at = at->next)
    if (at->one == back->one && at->other == back->other) {
      memcpy(sha256, at->sha256, 65);
      return;
    }
  if (!core.describe(env, described(back), back->count, sha256) || core.known_stacks >= MOST_CLASSES) return;
  at = malloc(sizeof(Stack));
  at->one = back->one;
  at->other = back->other;
  memcpy(at->sha256, sha256, 65);
  publish();
  lock();
  at->next = core.stacks[back->one & 1023];
  core.stacks[back->one & 1023] = at;
  core.known_stacks++;
  unlock();
}

/* Whether a want does not care for calls from here (the runtime's own TLS). Asked of JavaScript once per stack. */
static int is_skipped(Env env, Want *want, Backtrace *back) {
  uint32_t bucket = (back->one ^ (uint32_t) want->hook) & 1023;
  Skip *at;
  for (at = core.skips[bucket]; at != NULL; at = at->next)
    if (at->one == back->one && at->other == back->other && at->hook == want->hook) return at->skipped;
  if (core.known_skips >= MOST_CLASSES) return core.skip(env, described(back), back->count, want->hook);
  at = malloc(sizeof(Skip));
  at->one = back->one;
  at->other = back->other;
  at->hook = want->hook;
  at->skipped = core.skip(env, described(back), back->count, want->hook);
  publish();
  lock();
  at->next = core.skips[bucket];
  core.skips[bucket] = at;
  core.known_skips++;
  unlock();
  return at->skipped;
}

static void unlink_call(Call *call) {
  if (call->before != NULL) call->before->after = call->after;
  else core.calls = call->after;
  if (call->after != NULL) call->after->before = call->before;
  core.open--;
}

/* The call's number in the books, and its place among the open ones. NULL: too many are open, it is dropped. */
static Call *open_call(Want *want, Thread *thread) {
  Call *call = calloc(1, sizeof(Call));
  lock();
  core.called[want->hook]++;
  core.seq++;
  if (call == NULL || core.open >= MOST_OPEN) {
    core.dropped[want->hook]++;
    unlock();
    free(call);
    return NULL;
  }
  call->seq = core.seq;
  call->after = core.calls;
  if (core.calls != NULL) core.calls->before = call;
  core.calls = call;
  core.open++;
  unlock();
  call->want = want;
  call->thread = thread;
  call->nodes = MAX_NODES;
  return call;
}

static void free_call(Call *call) {
  release(&call->arguments);
  release(&call->captured);
  release(&call->lines);
  release(&call->blobs);
  free(call->this_class);
  free(call);
}

static void key(Call *call, Capture *capture) {
  puts_(&call->captured, call->captured.size == 0 ? "{" : ",");
  puts_(&call->captured, capture->key);
}

static void capture_slice(Env env, Call *call, Capture *capture, Value *arguments) {
  Place place = {env, call, &call->captured, 0};
  Ref array = arguments[capture->argument].l;
  key(call, capture);
  if (array == NULL) puts_(&call->captured, "null");
  else read_slice(&place, array, arguments[capture->argument + 1].i, arguments[capture->argument + 2].i);
}

/* A byte[] that the call has filled: as many bytes as it says it gave. */
static void capture_filled(Env env, Point *point, Call *call, Capture *capture, Value *arguments, Value *returned) {
  Place place = {env, call, &call->captured, 0};
  Ref array = arguments[capture->argument].l;
  int32_t offset = point->types[capture->argument + 1] == 'I' ? arguments[capture->argument + 1].i : 0;
  key(call, capture);
  if (array == NULL || point->result != 'I' || returned->i < 0) puts_(&call->captured, "null");
  else read_slice(&place, array, offset, returned->i);
}

static void capture_path(Env env, Call *call, Capture *capture, int type, Value *start) {
  Place place = {env, call, &call->captured, 0};
  key(call, capture);
  if (capture->steps == 0) read_typed(&place, type, start);
  else follow(&place, start->l, capture);
}

/* Captures that can be read before the original runs: the arguments, and `this` unless it is being made. */
static void capture_before(Env env, Point *point, Call *call, Ref self, Value *arguments) {
  Capture *capture;
  Value receiver;
  receiver.l = point->is_static ? NULL : self;
  for (capture = call->want->captures; capture != NULL; capture = capture->next) {
    if (capture->kind == SLICE) capture_slice(env, call, capture, arguments);
    else if (capture->kind == PATH && capture->root == FROM_ARGUMENT)
      capture_path(env, call, capture, point->types[capture->argument], arguments + capture->argument);
    else if (capture->kind == PATH && capture->root == FROM_THIS && !point->is_constructor)
      capture_path(env, call, capture, 'L', &receiver);
  }
}

static void capture_after(Env env, Point *point, Call *call, Ref self, Value *arguments, Value *returned) {
  Capture *capture;
  Value receiver;
  receiver.l = self;
  for (capture = call->want->captures; capture != NULL; capture = capture->next) {
    if (capture->kind == FILLED) capture_filled(env, point, call, capture, arguments, returned);
    if (capture->kind != PATH) continue;
    if (capture->root == FROM_RETURNED) capture_path(env, call, capture, point->result, returned);
    else if (capture->root == FROM_THIS && point->is_constructor) capture_path(env, call, capture, 'L', &receiver);
  }
}

static int wants(Want *want, int kind) {
  Capture *capture;
  for (capture = want->captures; capture != NULL; capture = capture->next)
    if (capture->kind == kind) return 1;
  return 0;
}

static void read_arguments(Env env, Point *point, Call *call, Value *arguments) {
  Place place = {env, call, &call->arguments, 0};
  int i;
  puts_(&call->arguments, "[");
  for (i = 0; i < point->count && wants(call->want, ARGUMENTS); i++) {
    if (i > 0) puts_(&call->arguments, ",");
    read_typed(&place, point->types[i], arguments + i);
  }
  puts_(&call->arguments, "]");
}

static void read_receiver(Env env, Call *call, Ref self) {
  Class *cls = class_of(env, self);
  call->has_this = 1;
  call->this_id = identity(env, self);
  if (cls != NULL) {
    call->this_class = malloc(strlen(cls->name) + 1);
    if (call->this_class != NULL) strcpy(call->this_class, cls->name);
  }
  leave_class(cls);
}

static Call *begin(Env env, Point *point, Want *want, Thread *thread, Ref self, Value *arguments, Backtrace *back) {
  Call *call = open_call(want, thread);
  if (call == NULL) return NULL;
  call->at_us = clock_us(0);
  call->began_us = now_us();
  if (want->stack) name_stack(env, back, call->stack);
  if (thread->pulse[0] != 0) strcpy(call->pulse, thread->pulse);
  if (!point->is_static) read_receiver(env, call, self);
  read_arguments(env, point, call, arguments);
  capture_before(env, point, call, self, arguments);
  return call;
}

/* A call too deep in the stack to be read: counted, and counted as dropped. */
static void drop_all(Point *point) {
  Want *want;
  for (want = point->wants; want != NULL; want = want->next) {
    count_call(want->hook);
    count_drop(want->hook);
  }
}

/* The calls of one hooked call, one for each want; NULL when nobody wants it. */
static Call *begin_all(Env env, Point *point, Thread *thread, Ref self, Value *arguments) {
  Call *calls = NULL;
  Backtrace back;
  int taken = 0;
  Want *want;
  if ((char *) &back < thread->floor) {
    drop_all(point);
    return NULL;
  }
  if (point->inherited && !point->is_static && !is_instance(env, self, point->cls)) return NULL;
  read_name(env, thread);
  for (want = point->wants; want != NULL; want = want->next) {
    Call *call;
    if ((want->stack || want->skips) && !taken) {
      take_backtrace(env, &back);
      taken = 1;
    }
    if (want->skips && is_skipped(env, want, &back)) continue;
    call = begin(env, point, want, thread, self, arguments, &back);
    if (call == NULL) continue;
    call->sibling = calls;
    calls = call;
  }
  if (taken && core.by_elements) drop_ref(env, back.trace);
  return calls;
}

static void put_column(Text *line, const char *content, size_t size) {
  puts_(line, "\t");
  put(line, content, size);
}

static void put_number(Text *line, int64_t number) {
  puts_(line, "\t");
  put_integer(line, number);
}

/* The `E` line of a call (the columns: harness/probe/inbox.py), after the lines of its blobs. */
static Record *record_call(Call *call, int64_t took_us, Text *returned, Text *thrown) {
  Text line = call->lines;
  memset(&call->lines, 0, sizeof(Text));
  puts_(&line, "E");
  put_number(&line, call->seq);
  put_number(&line, call->want->hook);
  put_number(&line, call->at_us);
  put_number(&line, call->began_us - core.began_us);
  put_number(&line, took_us);
  put_number(&line, call->thread->id);
  put_column(&line, call->thread->name, strlen(call->thread->name));
  put_column(&line, call->stack, strlen(call->stack));
  if (call->has_this) put_number(&line, call->this_id);
  else puts_(&line, "\t");
  put_column(&line, call->this_class, call->this_class == NULL ? 0 : strlen(call->this_class));
  put_column(&line, call->arguments.at, call->arguments.size);
  put_column(&line, returned->at, returned->size);
  put_column(&line, thrown->at, thrown->size);
  if (call->captured.size > 0) puts_(&call->captured, "}");
  put_column(&line, call->captured.at, call->captured.size);
  put_column(&line, call->pulse, strlen(call->pulse));
  puts_(&line, "\n");
  return record_of(&line, &call->blobs);
}

static void send_call(Call *call, int64_t took_us, Text *returned, Text *thrown) {
  int64_t patience = core.lossless ? -1 : is_main(call->thread) ? MAIN_PATIENCE_US : PATIENCE_US;
  Record *record = record_call(call, took_us, returned, thrown);
  if (record == NULL || !enqueue(record, patience)) count_drop(call->want->hook);
}

/* What a call gave: the receiver and arguments it had, and a result or an exception. */
typedef struct {
  Ref self;
  Value *arguments;
  Value returned;
  Ref thrown;
  int64_t took_us;
} Outcome;

static void finish(Env env, Point *point, Call *call, Outcome *end) {
  Text value = {0}, problem = {0};
  Place place = {env, call, &value, 0};
  if (end->thrown != NULL) {
    place.out = &problem;
    read_value(&place, end->thrown);
  } else {
    if (point->result != 'V' && wants(call->want, RETURNED)) read_typed(&place, point->result, &end->returned);
    capture_after(env, point, call, end->self, end->arguments, &end->returned);
  }
  if (value.size == 4 && memcmp(value.at, "null", 4) == 0) value.size = 0;
  send_call(call, end->took_us, &value, &problem);
  release(&value);
  release(&problem);
}

static void end_all(Env env, Point *point, Call *calls, Outcome *end) {
  if (end->thrown == NULL && point->learns >= 0 && end->returned.l != NULL && core.listening)
    core.learn(env, point->learns, end->returned.l);
  while (calls != NULL) {
    Call *call = calls;
    int32_t told;
    calls = call->sibling;
    lock();
    told = call->told;
    if (!told) unlink_call(call);
    unlock();
    if (!told) finish(env, point, call, end);
    free_call(call);
  }
}

/* By the captured overload, past any override; an exception stays pending. */
static void call_original(Env env, Point *point, Ref self, Value *arguments, Value *returned) {
  int slot = (point->is_static ? CALL_STATIC : CALL_NONVIRTUAL) + 3 * (strchr(TYPE_ORDER, point->result) - TYPE_ORDER);
  void *function = SLOT(env, slot);
  returned->j = 0;
#define CALL(type) \
  (point->is_static ? ((type (*)(Env, Ref, Ref, Value *)) function)(env, self, point->original, arguments) \
                    : ((type (*)(Env, Ref, Ref, Ref, Value *)) function)(env, self, point->cls, point->original, arguments))
  switch (point->result) {
    case 'Z': returned->j = CALL(uint8_t); break;
    case 'B': returned->j = CALL(int8_t); break;
    case 'C': returned->j = CALL(uint16_t); break;
    case 'S': returned->j = CALL(int16_t); break;
    case 'I': returned->j = CALL(int32_t); break;
    case 'J': returned->j = CALL(int64_t); break;
    case 'F': returned->f = CALL(float); break;
    case 'D': returned->d = CALL(double); break;
    case 'L': returned->l = CALL(Ref); break;
    default: CALL(void);
  }
}

/* Integer and pointer arguments come in `integers`, floating ones in `floats`, the rest on the stack, as in C. */
static void gather(Point *point, int64_t *integers, double *floats, int64_t *rest, int registers, Value *arguments) {
  int integer = 2, floating = 0, i; /* the first two: JNIEnv and receiver */
  for (i = 0; i < point->count; i++) {
    int type = point->types[i];
    int64_t raw;
    if (type == 'F' || type == 'D') {
      if (floating < 8) memcpy(&raw, floats + floating++, 8);
      else raw = *rest++;
    } else raw = integer < registers ? integers[integer++] : *rest++;
    arguments[i].j = 0;
    switch (type) {
      case 'Z': arguments[i].z = raw & 0xff; break;
      case 'B': arguments[i].b = raw; break;
      case 'C': arguments[i].c = raw; break;
      case 'S': arguments[i].s = raw; break;
      case 'I': arguments[i].i = raw; break;
      default: arguments[i].j = raw; /* a float is in the lower half */
    }
  }
}

/* Whether the call is to be recorded; then this thread works for us until leave_core. */
static int enter_core(Point *point, Thread *thread) {
  int listening;
  lock();
  point->calls++;
  core.frames++;
  listening = core.listening && thread->depth == 0;
  if (listening) core.inside++;
  unlock();
  if (listening) thread->depth++;
  return listening;
}

static void move_inside(Thread *thread, int32_t by) {
  thread->depth += by;
  lock();
  core.inside += by;
  unlock();
}

static void leave_core(void) {
  lock();
  core.frames--;
  unlock();
}

/* The body of every hooked method, called by its stub. Gives the result as the 8 bytes of a register. `arguments` is
 * room in the stub's frame, so that deep recursion costs no more than it must. */
int64_t handle(Point *point, int64_t *integers, double *floats, int64_t *rest, int64_t registers, Value *arguments) {
  Env env = (Env) integers[0];
  Thread *thread = this_thread();
  Outcome end;
  Call *calls = NULL, *call;
  int64_t began = 0;
  int listening = enter_core(point, thread);
  memset(&end, 0, sizeof end);
  end.self = (Ref) integers[1];
  end.arguments = arguments;
  gather(point, integers, floats, rest, registers, arguments);
  if (listening) {
    calls = begin_all(env, point, thread, end.self, arguments);
    move_inside(thread, -1);
    began = now_us();
    for (call = calls; call != NULL; call = call->sibling) call->began_us = began;
  }
  call_original(env, point, end.self, arguments, &end.returned);
  if (calls != NULL || (listening && point->learns >= 0 && (char *) &end >= thread->floor)) {
    end.took_us = now_us() - began;
    move_inside(thread, 1);
    if (threw(env)) {
      end.thrown = ((Ref (*)(Env)) SLOT(env, EXCEPTION_OCCURRED))(env);
      ((void (*)(Env)) SLOT(env, EXCEPTION_CLEAR))(env);
    }
    end_all(env, point, calls, &end);
    if (end.thrown != NULL) ((int32_t (*)(Env, Ref)) SLOT(env, THROW))(env, end.thrown);
    move_inside(thread, -1);
  }
  leave_core();
  return end.returned.j;
}

/* Send the calls that have not returned, as they stand. Once listening has stopped and nobody is inside. */
void send_open(void) {
  Call *call;
  static const char WHY[] = "{\"t\":\"cut\",\"why\":\"fault: had not returned at the end\"}";
  lock();
  for (call = core.calls; call != NULL; call = call->after) {
    Text returned = {0}, thrown = {0};
    Record *record;
    put(&returned, WHY, sizeof WHY - 1);
    record = record_call(call, now_us() - call->began_us, &returned, &thrown);
    if (record == NULL) core.dropped[call->want->hook]++;
    else append(record);
    release(&returned);
    call->told = 1;
  }
  core.calls = NULL;
  core.open = 0;
  unlock();
}

int32_t inside(void) { return core.inside; }

int32_t frames(void) { return core.frames; }
