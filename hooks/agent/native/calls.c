/* A hooked call: read, call the original once with untouched arguments, read what came back, hand it on. */

static const char TYPE_ORDER[] = "LZBCSIJFDV"; /* of JNI's Call functions, three slots each */

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
