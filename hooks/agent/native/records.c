/* A call from its number in the books to its line in the outbox: what is read of it, and when. */

enum { PATIENCE_US = 100000, MAIN_PATIENCE_US = 20000 };

enum { ARGUMENTS, RETURNED, SLICE, FILLED, PATH }; /* kinds of captures; nativehooks.ts has the same list */

enum { FROM_THIS, FROM_RETURNED, FROM_ARGUMENT };

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

/* The `E` line of a call (the columns: harness/probe/wire.py), after the lines of its blobs. */
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
