/* What is known of each thread: whether our own code runs on it, its name, how much of its stack is left. */

enum { NAME_AGE_US = 5000000 };

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
