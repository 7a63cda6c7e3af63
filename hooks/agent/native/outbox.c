/* Finished lines on their way to the probe: bounded, and what finds no room in time is dropped and counted. Threads of
 * the app put lines in; Frida's own thread takes them out (native.ts). */

enum {
  WINDOW_BYTES = 8000000, /* queued and not acknowledged: bounds the memory on both sides */
  WINDOW_RECORDS = 16384, /* the same in records: the bound of what a killed app can lose */
  MOST_OPEN = 4096        /* calls that have begun and not ended; one more is dropped and counted */
};

static int has_room(int64_t size) {
  if (core.queued + core.flight == 0) return 1; /* even for a record larger than the window */
  return core.queued + core.flight < WINDOW_RECORDS && core.queued_bytes + core.flight_bytes + size <= WINDOW_BYTES;
}

static void append(Record *record) {
  if (core.last == NULL) core.first = record;
  else core.last->next = record;
  core.last = record;
  core.queued++;
  core.queued_bytes += record->line.size + record->blobs.size;
}

static Record *record_of(Text *line, Text *blobs) {
  Record *record = calloc(1, sizeof(Record));
  if (record == NULL) return NULL;
  record->line = *line;
  if (blobs != NULL) record->blobs = *blobs;
  memset(line, 0, sizeof(Text));
  if (blobs != NULL) memset(blobs, 0, sizeof(Text));
  return record;
}

static void free_record(Record *record) {
  release(&record->line);
  release(&record->blobs);
  free(record);
}

/* Takes the record over. `patience_us` < 0: as long as it takes. 0: there was no room in time, and it is gone. */
static int enqueue(Record *record, int64_t patience_us) {
  int64_t began = 0;
  int64_t size = record->line.size + record->blobs.size;
  for (;;) {
    lock();
    if (has_room(size) || core.emptier == gettid()) {
      append(record);
      unlock();
      return 1;
    }
    unlock();
    if (began == 0) began = now_us();
    if (core.closing || (patience_us >= 0 && now_us() - began >= patience_us)) {
      free_record(record);
      return 0;
    }
    usleep(1000);
  }
}

/* A line of JavaScript's (without its newline). `forced`: small, few, and never refused. */
int note(const char *line, int32_t size, const char *blobs, int32_t blob_size, int64_t patience_us, int32_t forced) {
  Text text = {0}, bytes = {0};
  Record *record;
  put(&text, line, size);
  puts_(&text, "\n");
  put(&bytes, blobs, blob_size);
  record = record_of(&text, &bytes);
  if (record == NULL) return 0;
  if (!forced) return enqueue(record, patience_us);
  lock();
  append(record);
  unlock();
  return 1;
}

/* Up to `most_bytes` and `most_records` of what is queued: the lines, then their blobs, in memory that give_back frees.
 * `taken`: bytes of text (without the last newline), bytes in all, records. NULL when nothing is queued. */
char *take(int64_t most_bytes, int32_t most_records, int64_t *taken) {
  Record *first, *end, *at;
  int64_t text = 0, blobs = 0;
  int32_t count = 0;
  char *batch, *to;
  core.emptier = gettid();
  lock();
  first = end = core.first;
  while (end != NULL && count < most_records) {
    int64_t size = end->line.size + end->blobs.size;
    if (count > 0 && text + blobs + size > most_bytes) break;
    text += end->line.size;
    blobs += end->blobs.size;
    count++;
    end = end->next;
  }
  core.first = end;
  if (end == NULL) core.last = NULL;
  core.queued -= count;
  core.queued_bytes -= text + blobs;
  core.flight += count;
  core.flight_bytes += text + blobs;
  unlock();
  if (count == 0) return NULL;
  batch = to = malloc(text + blobs + 1);
  for (at = first; batch != NULL && at != end; at = at->next) {
    memcpy(to, at->line.at, at->line.size);
    to += at->line.size;
  }
  to--; /* no newline between the text and the blobs */
  for (at = first; at != end;) {
    Record *gone = at;
    if (batch != NULL) memcpy(to, at->blobs.at, at->blobs.size);
    to += at->blobs.size;
    at = at->next;
    free_record(gone);
  }
  taken[0] = text - 1;
  taken[1] = text - 1 + blobs;
  taken[2] = count;
  return batch;
}

void give_back(char *batch) { free(batch); }

/* A batch of that many bytes in all has been stored. */
void acknowledge(int64_t bytes, int32_t records) {
  lock();
  core.flight_bytes -= bytes + 1;
  core.flight -= records;
  unlock();
}

/* Sequence number of a call that JavaScript records itself. */
int64_t count_call(int32_t hook) {
  int64_t seq;
  lock();
  if (hook < core.hooks) core.called[hook]++;
  seq = ++core.seq;
  unlock();
  return seq;
}

void count_drop(int32_t hook) {
  lock();
  if (hook < core.hooks) core.dropped[hook]++;
  unlock();
}

int64_t next_blob(void) {
  int64_t id;
  lock();
  id = ++core.blob;
  unlock();
  return id;
}

/* The books at one moment: `into` gets called and dropped of every hook; the last sequence number is returned. */
int64_t count_up(uint32_t *into) {
  int64_t seq;
  lock();
  memcpy(into, core.called, 4 * core.hooks);
  memcpy(into + core.hooks, core.dropped, 4 * core.hooks);
  seq = core.seq;
  unlock();
  return seq;
}
