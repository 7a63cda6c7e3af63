// The two ways to record hooked calls behind one interface: the native core, and plain TypeScript where that cannot
// be. Both send the same lines.
import { Books, type Ledger, PlainLedger } from "./books.js";
import { Calls } from "./call.js";
import { countPlainly } from "./canary.js";
import { wallMs } from "./clock.js";
import { Fields } from "./fields.js";
import type { Host } from "./host.js";
import type { Hooker } from "./install.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { setBody } from "./lossless.js";
import { hasNative, NativeCore, NativeMail, NativeThreads } from "./native.js";
import { NativeHooks } from "./nativehooks.js";
import { type Mail, Outbox } from "./outbox.js";
import type { Options, PlannedHook } from "./plan.js";
import { Reader } from "./read.js";
import { Stacks } from "./stack.js";
import { type OurThreads, Threads } from "./threads.js";

/** Present from the start, whether there is a VM or not. */
export interface Core {
  readonly name: "native" | "plain";
  readonly mail: Mail;
  readonly books: Books;
  readonly threads: OurThreads;
  /** Ready for the first hook; `env` is this thread's. */
  begin(java: JavaCalls, host: Host, env: Ref): Hooker;
  /** The SHA-256 of this thread's Java stack; null before `begin`. */
  stackHere(env: Ref): string | null;
  /** Record no call that begins from now on. */
  stopListening(): void;
  /** Whether no thread is reading or sending for us right now. */
  readonly isIdle: boolean;
  /** How many hooked calls have not returned, so that our code may not be unloaded; null when Frida sees to that. */
  readonly frames: number | null;
  /** Send the calls that have not returned, as they stand. After stopListening, once idle. */
  sendOpen(): void;
}

export function makeCore(plan: PlannedHook[], options: Options): Core {
  if (options.core === "plain" || !hasNative()) return new PlainCore(options);
  try {
    return new Native(plan, options);
  } catch (error) {
    const plain = new PlainCore(options);
    plain.books.fault("native core", error);
    return plain;
  }
}

class Native implements Core {
  readonly name = "native";
  readonly mail: Mail;
  readonly books: Books;
  readonly threads: OurThreads;
  readonly #core = new NativeCore();
  readonly #plan: PlannedHook[];
  readonly #lossless: boolean;
  #stacks: Stacks | null = null;

  constructor(plan: PlannedHook[], options: Options) {
    this.#plan = plan;
    this.#lossless = options.lossless;
    this.#core.start();
    this.mail = new NativeMail(this.#core, (header, data) => send(header, data));
    this.books = booksOf(this.#core.ledger, this.mail);
    this.threads = new NativeThreads(this.#core);
  }

  begin(java: JavaCalls, host: Host, env: Ref): Hooker {
    const reader = new Reader(java);
    const stacks = new Stacks(host.frames, (record) => this.mail.push(record, [], 0));
    this.#stacks = stacks;
    const hooks = new NativeHooks({
      core: this.#core,
      java,
      reader,
      fields: new Fields(reader),
      frames: host.frames,
      stacks,
      skipCallers: (hook) => this.#plan[hook]?.skip_callers ?? [],
      fault: (error) => this.books.fault("native core", error),
    });
    hooks.start(env, host.jvmti);
    this.#core.listen(this.#lossless);
    return hooks;
  }

  stackHere(env: Ref): string | null {
    return this.#stacks?.here(env) ?? null;
  }

  stopListening(): void {
    this.#core.stopListening();
  }

  get isIdle(): boolean {
    return this.#core.number("inside") === 0;
  }

  get frames(): number {
    return this.#core.number("frames");
  }

  sendOpen(): void {
    this.#core.call("send_open");
  }
}

class PlainCore implements Core {
  readonly name = "plain";
  readonly mail: Mail;
  readonly books: Books;
  readonly threads = new Threads();
  readonly frames = null;
  readonly #lossless: boolean;
  #calls: Calls | null = null;
  #stacks: Stacks | null = null;

  constructor(options: Options) {
    const own = Process.getCurrentThreadId(); // Frida's, on which messages and timers run
    this.#lossless = options.lossless;
    this.mail = new Outbox({
      send: (header, text, blobs) => send(header, joined(text, blobs)),
      schedule: (work, afterMs) => {
        setTimeout(work, afterMs);
      },
      sleep: (seconds) => Thread.sleep(seconds),
      nowMs: () => Date.now(),
      mayWait: () => Process.getCurrentThreadId() !== own,
    });
    this.books = booksOf(new PlainLedger(), this.mail);
  }

  begin(java: JavaCalls, host: Host): Hooker {
    const reader = new Reader(java);
    const stacks = new Stacks(host.frames, (record) => this.mail.push(record, [], 0));
    this.#stacks = stacks;
    const calls = new Calls({
      reader,
      fields: new Fields(reader),
      stacks,
      threads: this.threads,
      outbox: this.mail,
      books: this.books,
      lossless: this.#lossless,
    });
    this.#calls = calls;
    return {
      hook: (point) => setBody(point.method, (receiver, values) => calls.handle(point, receiver, values)),
      want() {},
      learn() {},
      counted: countPlainly,
    };
  }

  stackHere(env: Ref): string | null {
    return this.#stacks?.here(env) ?? null;
  }

  stopListening(): void {
    this.#calls?.stopListening();
  }

  get isIdle(): boolean {
    return this.#calls === null || this.#calls.isIdle;
  }

  sendOpen(): void {
    this.#calls?.sendOpen();
  }
}

function booksOf(ledger: Ledger, mail: Mail): Books {
  return new Books(ledger, wallMs, (record) => mail.note(record));
}

/** The batch as bytes: the records' ASCII text, then the blobs in the records' order. */
function joined(text: string, blobs: ArrayBuffer[]): ArrayBuffer {
  const total = blobs.reduce((sum, blob) => sum + blob.byteLength, text.length);
  const buffer = Memory.alloc(total + 1);
  buffer.writeUtf8String(text);
  let at = text.length;
  for (const blob of blobs) {
    buffer.add(at).writeByteArray(blob);
    at += blob.byteLength;
  }
  return buffer.readByteArray(total) as ArrayBuffer;
}
