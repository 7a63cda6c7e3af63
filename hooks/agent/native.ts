// The native core (hooks/agent/native): compiled here, and the parts of it that the rest of the agent talks to - its
// outbox and its books. What it needs of Java is in nativehooks.ts.
import type { Counts, Ledger } from "./books.js";
import { type Blob, BATCH_BYTES, linesOf, type Mail, type Patience } from "./outbox.js";
import { STUBS } from "./stub.js";
import type { OurThreads } from "./threads.js";

/** hooks/agent/native/*.c in order; harness/probe/bundle.py puts it in front. */
declare const nativeSource: string;

const CORE_BYTES = 64 * 1024;
const BATCH_RECORDS = 256;
const IDLE_MS = 50; // how long a record waits at most: what a killed app may lose
const BUSY_MS = 5; // while the probe has not stored all: threads may be waiting for the room it makes
const LIBC = [
  ...["pthread_mutex_lock", "pthread_mutex_unlock", "pthread_mutex_init", "pthread_key_create"],
  ...["pthread_self", "pthread_getattr_np", "pthread_attr_getstack", "pthread_attr_destroy"],
  ...["pthread_getspecific", "pthread_setspecific", "clock_gettime", "usleep", "gettid"],
  ...[
    "malloc",
    "calloc",
    "realloc",
    "free",
    "snprintf",
    "memcpy",
    "memset",
    "memcmp",
    "strlen",
    "strcpy",
    "strchr",
    "strcmp",
  ],
];
const PASS_ON: NativeFunctionOptions = { exceptions: "propagate" }; // the VM uses SIGSEGV itself

type Native = (...rest: unknown[]) => unknown;

// Result and parameters of the functions that native code exports to us: p pointer, i int32, l int64, v nothing.
const SIGNATURES: Record<string, string> = {
  core_size: "l",
  start: "iip",
  set_methods: "vpp",
  set_upcalls: "vp",
  set_hooks: "vi",
  set_mode: "viii",
  new_point: "ppppiiii",
  set_learns: "vpi",
  point_calls: "ip",
  new_want: "piii",
  add_capture: "vpiiipip",
  add_want: "vpp",
  new_class: "ppiipp",
  new_field: "piipp",
  note: "ipipili",
  take: "plip",
  give_back: "vp",
  acknowledge: "vli",
  count_call: "li",
  count_drop: "vi",
  next_blob: "l",
  count_up: "lp",
  enter_ours: "v",
  leave_ours: "v",
  set_pulse: "vp",
  send_open: "v",
  inside: "i",
  frames: "i",
};
const TYPES: Record<string, NativeFunctionArgumentType> = { p: "pointer", i: "int32", l: "int64" };

/** Whether native code for this processor is there. */
export function hasNative(): boolean {
  return Process.arch in STUBS && Process.pointerSize === 8;
}

/** The compiled core. Its memory is never freed: threads of the app may be in it when our script ends. */
export class NativeCore {
  readonly handle: NativePointer;
  readonly #module: CModule;
  readonly #functions = new Map<string, Native>();
  #hooks = 0;
  #lossless = false;
  #listening = false;

  constructor() {
    const calloc = new NativeFunction(libc("calloc"), "pointer", ["size_t", "size_t"]);
    const symbols: Record<string, NativePointer> = { core: calloc(1, CORE_BYTES) };
    for (const name of LIBC) symbols[name] = libc(name);
    this.#module = new CModule(nativeSource, symbols);
    this.handle = this.#module["handle"] as NativePointer;
    if (Number(this.call("core_size")) > CORE_BYTES) throw new Error("the native core needs more room");
  }

  call(name: string, ...rest: unknown[]): unknown {
    let native = this.#functions.get(name);
    if (native === undefined) {
      const [result, ...parameters] = SIGNATURES[name] ?? "v";
      native = new NativeFunction(
        this.#module[name] as NativePointer,
        result === "v" ? "void" : (TYPES[result ?? ""] as NativeFunctionReturnType),
        parameters.map((letter) => TYPES[letter] ?? "pointer"),
        PASS_ON,
      ) as unknown as Native;
      this.#functions.set(name, native);
    }
    return native(...rest);
  }

  number(name: string, ...rest: unknown[]): number {
    return Number(this.call(name, ...rest));
  }

  pointer(name: string, ...rest: unknown[]): NativePointer {
    return this.call(name, ...rest) as NativePointer;
  }

  start(): void {
    if (this.number("start", Process.id, libc("free")) !== 0) throw new Error("no thread-specific data left");
  }

  listen(lossless: boolean): void {
    this.#lossless = lossless;
    this.#listening = true;
    this.#setMode(false);
  }

  stopListening(): void {
    this.#listening = false;
    this.#setMode(false);
  }

  /** No thread goes on waiting for room. */
  close(): void {
    this.#setMode(true);
  }

  get ledger(): Ledger {
    return {
      open: (hooks) => {
        this.#hooks = hooks;
        this.call("set_hooks", hooks);
      },
      call: (hook) => this.number("count_call", hook),
      drop: (hook) => this.call("count_drop", hook),
      nextBlob: () => this.number("next_blob"),
      counts: () => this.#counts(),
    };
  }

  #counts(): Counts {
    const into = Memory.alloc(8 * this.#hooks + 8);
    const last_seq = this.number("count_up", into);
    const read = (from: number): number[] =>
      Array.from({ length: this.#hooks }, (_, i) => into.add(4 * (from + i)).readU32());
    return { last_seq, called: read(0), dropped: read(this.#hooks) };
  }

  #setMode(closing: boolean): void {
    this.call("set_mode", this.#listening ? 1 : 0, this.#lossless ? 1 : 0, closing ? 1 : 0);
  }
}

export class NativeThreads implements OurThreads {
  readonly #core: NativeCore;

  constructor(core: NativeCore) {
    this.#core = core;
  }

  asOurs<T>(body: () => T): T {
    this.#core.call("enter_ours");
    try {
      return body();
    } finally {
      this.#core.call("leave_ours");
    }
  }

  asPulse(token: string, body: () => void): void {
    this.#core.call("set_pulse", Memory.allocUtf8String(token));
    try {
      body();
    } finally {
      this.#core.call("set_pulse", Memory.allocUtf8String(""));
    }
  }
}

/** The core's outbox, emptied on Frida's own thread. */
export class NativeMail implements Mail {
  readonly #core: NativeCore;
  readonly #send: (header: object, data: ArrayBuffer) => void;
  readonly #inFlight = new Map<number, { bytes: number; records: number }>();
  readonly #taken = Memory.alloc(24);
  #lastBatch = 0;

  constructor(core: NativeCore, send: (header: object, data: ArrayBuffer) => void) {
    this.#core = core;
    this.#send = send;
    this.#emptyLater(IDLE_MS);
  }

  push(record: object, blobs: Blob[], patience: Patience): boolean {
    return this.#put(record, blobs, patience === null ? -1 : patience * 1000, false);
  }

  note(record: object): void {
    this.#put(record, [], 0, true);
  }

  flush(): void {
    while (this.#sendBatch());
  }

  acknowledge(no: number): void {
    for (const [sent, { bytes, records }] of this.#inFlight) {
      if (sent > no) break;
      this.#inFlight.delete(sent);
      this.#core.call("acknowledge", bytes, records);
    }
  }

  close(): void {
    this.#core.close();
  }

  get lastBatch(): number {
    return this.#lastBatch;
  }

  #put(record: object, blobs: Blob[], patienceUs: number, forced: boolean): boolean {
    const lines = linesOf(record, blobs);
    const total = blobs.reduce((sum, blob) => sum + blob.content.byteLength, 0);
    const content = Memory.alloc(Math.max(total, 1));
    let at = content;
    for (const blob of blobs) {
      at.writeByteArray(blob.content);
      at = at.add(blob.content.byteLength);
    }
    const text = Memory.allocUtf8String(lines);
    return this.#core.number("note", text, lines.length, content, total, patienceUs, forced ? 1 : 0) !== 0;
  }

  #emptyLater(afterMs: number): void {
    setTimeout(() => {
      this.flush();
      this.#emptyLater(this.#inFlight.size > 0 ? BUSY_MS : IDLE_MS);
    }, afterMs);
  }

  #sendBatch(): boolean {
    const batch = this.#core.pointer("take", BATCH_BYTES, BATCH_RECORDS, this.#taken);
    if (batch.isNull()) return false;
    const [text, bytes, records] = [0, 8, 16].map((at) => this.#taken.add(at).readS64().toNumber()) as [
      number,
      number,
      number,
    ];
    const no = ++this.#lastBatch;
    this.#inFlight.set(no, { bytes, records });
    const data = batch.readByteArray(bytes) as ArrayBuffer;
    this.#core.call("give_back", batch);
    this.#send({ type: "batch", no, text, bytes }, data);
    return true;
  }
}

function libc(name: string): NativePointer {
  return Module.getGlobalExportByName(name);
}
