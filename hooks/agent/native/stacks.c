/* Who called: a stack is described by JavaScript when it is met for the first time, and known by its digest from then
 * on. */

enum { STACK_LIMIT = 24, HOOKED_FRAME = 1 };

enum { GET_STACK_TRACE = 104 }; /* JVMTI's function number */

typedef struct {
  void *method;
  int64_t location;
} Frame;

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
  if (!core.describe(env, described(back), back->count, sha256) || core.known_stacks >= MOST_KNOWN) return;
  at = malloc(sizeof(Stack));
  if (at == NULL) return;
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
  if (core.known_skips >= MOST_KNOWN) return core.skip(env, described(back), back->count, want->hook);
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
