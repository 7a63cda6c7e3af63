/* The native core: what runs on the app's threads for every hooked call. Compiled inside the app by Frida's CModule, so
 * no global may be written: all state hangs from `core`, which native.ts allocates. JavaScript is asked only when
 * something is met for the first time (a class, a field, a call stack). JNI by slot number, as in jni.ts. */
#include <stdint.h>
#include <stddef.h>

typedef void *Ref;
typedef void **Env;

typedef union {
  uint8_t z;
  int8_t b;
  uint16_t c;
  int16_t s;
  int32_t i;
  int64_t j;
  float f;
  double d;
  Ref l;
} Value;

typedef struct {
  char *at;
  size_t size;
  size_t room;
} Text;

/* A finished line on its way to the probe, with the blobs it refers to. */
typedef struct Record {
  struct Record *next;
  Text line;
  Text blobs;
} Record;

typedef struct {
  uint32_t depth; /* our own code runs on this thread: its calls are no events */
  int32_t id;
  int64_t named_at_us;
  char *floor;    /* below it, too little stack is left for more than the original call */
  char name[200]; /* JSON text */
  char pulse[120];
} Thread;

/* Where a field of a class lies; type '!': nowhere. `problem` says why it, or what lies behind it, cannot be read. */
typedef struct Field {
  struct Field *next;
  int32_t name;
  int32_t type;
  Ref id;
  char *problem;
} Field;

/* What kind of thing a class is (classes.ts, shapes.ts); `ids`: methods or fields of it, by kind. */
typedef struct Class {
  struct Class *next;
  Ref weak;
  int32_t hash;
  int32_t kind;
  Ref base;
  Ref ids[4];
  int32_t type;
  int32_t passing; /* not remembered: freed after use */
  char *name;
  Field *fields;
} Class;

typedef struct Stack {
  struct Stack *next;
  uint64_t one;
  uint64_t other;
  char sha256[65];
} Stack;

typedef struct Skip {
  struct Skip *next;
  uint64_t one;
  uint64_t other;
  int32_t hook;
  int32_t skipped;
} Skip;

typedef struct Capture {
  struct Capture *next;
  int32_t kind;
  int32_t root;
  int32_t argument;
  int32_t steps;
  int32_t names[12];
  char *key; /* JSON text and colon */
} Capture;

typedef struct Want {
  struct Want *next;
  int32_t hook;
  int32_t stack;
  int32_t skips;
  Capture *captures;
} Want;

typedef struct {
  Ref cls;
  Ref original;
  int32_t is_static;
  int32_t inherited;
  int32_t is_constructor;
  int32_t count;
  int32_t result;  /* JNI type letter */
  int32_t calls;
  int32_t learns;  /* number of the point for core.learn, or -1 */
  char types[256]; /* JNI type letters of the parameters */
  Want *wants;
} Point;

/* One call that has begun and not ended, for one want. */
typedef struct Call {
  struct Call *before;
  struct Call *after;
  struct Call *sibling;
  Want *want;
  Thread *thread;
  uint64_t seq;
  int64_t at_us;
  int64_t began_us;
  int32_t nodes;
  int32_t this_id;
  int32_t has_this;
  int32_t told; /* sent as it stood when the session ended */
  char *this_class;
  char stack[65];
  char pulse[120];
  Text arguments;
  Text captured;
  Text lines; /* `B` lines of its blobs */
  Text blobs;
} Call;

typedef struct {
  char mutex[64];
  uint32_t key;
  int32_t listening;
  int32_t lossless;
  int32_t closing; /* nobody waits for room any more */
  int32_t inside;  /* threads that read or send for us */
  int32_t frames;  /* hooked calls that have not returned */
  int32_t open;
  int32_t process;
  int32_t emptier; /* the thread that empties the outbox: it must not wait for room */
  int64_t began_us;
  uint64_t seq;
  uint64_t blob;
  int32_t hooks;
  uint32_t *called;
  uint32_t *dropped;
  Record *first;
  Record *last;
  int64_t queued_bytes;
  int64_t flight_bytes;
  int32_t queued;
  int32_t flight;
  Call *calls;
  Class *classes[1024];
  Stack *stacks[1024];
  Skip *skips[1024];
  int32_t known_classes;
  int32_t known_stacks;
  int32_t known_skips;
  int32_t by_elements; /* stacks come from Thread.getStackTrace(), not from JVMTI */
  void **jvmti;
  Ref string_class, system_class, thread_class;
  Ref identity, current_thread, thread_name, stack_trace, element_hash;
  Ref iterator, has_next, next, get_key, get_value, enum_name, to_string;
  Class *(*classify)(Env env, Ref cls);
  Field *(*find_field)(Env env, Ref object, int32_t name);
  int32_t (*describe)(Env env, void *frames, int32_t count, char *sha256);
  int32_t (*skip)(Env env, void *frames, int32_t count, int32_t hook);
  void (*learn)(Env env, int32_t point, Ref returned);
} Core;

extern Core core;

extern int pthread_mutex_lock(void *mutex);
extern int pthread_mutex_unlock(void *mutex);
extern int pthread_mutex_init(void *mutex, void *options);
extern int pthread_key_create(uint32_t *key, void *destructor);
extern void *pthread_getspecific(uint32_t key);
extern int pthread_setspecific(uint32_t key, void *value);
extern unsigned long pthread_self(void);
extern int pthread_getattr_np(unsigned long thread, void *attributes);
extern int pthread_attr_getstack(void *attributes, void **low, size_t *size);
extern int pthread_attr_destroy(void *attributes);
extern int clock_gettime(int clock, void *time);
extern int usleep(uint32_t us);
extern int gettid(void);
extern int snprintf(char *into, size_t room, const char *format, ...);
extern void *memcpy(void *to, const void *from, size_t size);
extern void *memset(void *at, int value, size_t size);
extern int memcmp(const void *one, const void *other, size_t size);
extern size_t strlen(const char *text);
extern char *strcpy(char *to, const char *from);
extern char *strchr(const char *text, int wanted);
extern int strcmp(const char *one, const char *other);
extern void *malloc(size_t size);
extern void *calloc(size_t count, size_t size);
extern void *realloc(void *memory, size_t size);
extern void free(void *memory);

#define SLOT(env, index) (((void **) *(env))[index])

enum {
  THROW = 13, EXCEPTION_OCCURRED = 15, EXCEPTION_CLEAR = 17, DELETE_LOCAL_REF = 23, IS_SAME_OBJECT = 24,
  GET_OBJECT_CLASS = 31, IS_INSTANCE_OF = 32, CALL_OBJECT = 36, CALL_BOOLEAN = 39, CALL_INT = 51, CALL_NONVIRTUAL = 66,
  GET_OBJECT_FIELD = 95, GET_BOOLEAN_FIELD = 96, GET_BYTE_FIELD = 97, GET_CHAR_FIELD = 98, GET_SHORT_FIELD = 99,
  GET_INT_FIELD = 100, GET_LONG_FIELD = 101, GET_FLOAT_FIELD = 102, GET_DOUBLE_FIELD = 103, CALL_STATIC = 116,
  CALL_STATIC_INT = 131, GET_STRING_LENGTH = 164, GET_ARRAY_LENGTH = 171, GET_ELEMENT = 173, GET_BOOLEAN_REGION = 199,
  GET_BYTE_REGION = 200, GET_CHAR_REGION = 201, GET_SHORT_REGION = 202, GET_INT_REGION = 203, GET_LONG_REGION = 204,
  GET_FLOAT_REGION = 205, GET_DOUBLE_REGION = 206, GET_STRING_REGION = 220, NEW_WEAK_REF = 226,
  EXCEPTION_CHECK = 228, GET_BUFFER_ADDRESS = 230
};

static void lock(void) { pthread_mutex_lock(core.mutex); }
static void unlock(void) { pthread_mutex_unlock(core.mutex); }

/* Make what was written before visible to threads that will read it without the lock. */
static void publish(void) {
  lock();
  unlock();
}

static int64_t clock_us(int clock) {
  int64_t time[2];
  clock_gettime(clock, time);
  return time[0] * 1000000 + time[1] / 1000;
}

static int64_t now_us(void) { return clock_us(1); }

static void drop_ref(Env env, Ref ref) {
  if (ref != NULL) ((void (*)(Env, Ref)) SLOT(env, DELETE_LOCAL_REF))(env, ref);
}

static int threw(Env env) { return ((uint8_t (*)(Env)) SLOT(env, EXCEPTION_CHECK))(env) != 0; }

static Ref call_object(Env env, Ref object, Ref method) {
  return ((Ref (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_OBJECT))(env, object, method, NULL);
}

/* A method of the class that defines it, past any override of the app's. */
static Ref call_direct(Env env, Ref object, Ref cls, Ref method, Value *arguments) {
  return ((Ref (*)(Env, Ref, Ref, Ref, Value *)) SLOT(env, CALL_NONVIRTUAL))(env, object, cls, method, arguments);
}

static int same_object(Env env, Ref one, Ref other) {
  return ((uint8_t (*)(Env, Ref, Ref)) SLOT(env, IS_SAME_OBJECT))(env, one, other) != 0;
}

static int is_instance(Env env, Ref object, Ref cls) {
  return ((uint8_t (*)(Env, Ref, Ref)) SLOT(env, IS_INSTANCE_OF))(env, object, cls) != 0;
}

static Ref class_ref(Env env, Ref object) { return ((Ref (*)(Env, Ref)) SLOT(env, GET_OBJECT_CLASS))(env, object); }

static int32_t identity(Env env, Ref object) {
  Value argument;
  argument.l = object;
  return ((int32_t (*)(Env, Ref, Ref, Value *)) SLOT(env, CALL_STATIC_INT))(env, core.system_class, core.identity,
                                                                           &argument);
}
