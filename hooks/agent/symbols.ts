// Hooks on functions that native modules export, such as SSL_write, and look-outs for modules. Needs no VM.
import type { Entry } from "./answers.js";
import { elapsedUs, wallMs } from "./clock.js";
import type { Blob, Patience } from "./outbox.js";
import type { Capture } from "./plan.js";
import type { EventRecord } from "./text.js";

const PATIENCE_MS = 100;
const MAIN_THREAD_PATIENCE_MS = 20;
const STACK_LIMIT = 16;
const NAME_AGE_MS = 5_000; // thread ids are used again
const REMEMBERED = 4_096; // stacks, frames, threads

export interface NativeParts {
  answers: {
    seen(entry: Entry, name: string): void;
    installed(entry: Entry): void;
    refused(entry: Entry, status: "overload_missing" | "failed", reason: string): void;
  };
  books: {
    call(hook: number): number;
    drop(hook: number): void;
    nextBlob(): number;
    fault(where: string, error: unknown, hook?: number | null): void;
  };
  outbox: { push(record: object, blobs: Blob[], patience: Patience): boolean };
  lossless: boolean;
  /** The SHA-256 of the Java stack of this thread, where there is a VM and the thread is attached to it. */
  javaStack?: () => string | null;
}

/** What is known of a call while it runs: arguments are there only at its beginning. */
interface Call {
  values: NativePointer[];
  early: Map<string, ArrayBuffer>; // bytes whose length was known before
  atMs: number;
  began: number;
  stack: string | null;
  thisId: number | null;
}

export class NativeFunctions {
  readonly #parts: NativeParts;
  readonly #kept: unknown[] = []; // listeners and observers live as long as someone holds them
  readonly #frames = new Map<string, string>();
  readonly #names = new Map<number, { name: string; at: number }>();
  readonly #hooked: number[] = [];
  #sentStacks = new Set<string>();
  #listening = true;
  #inside = 0;

  constructor(parts: NativeParts) {
    this.#parts = parts;
  }

  /** Hook the functions of the modules that are there and of each that comes; other entries are left alone. */
  arm(entries: readonly Entry[]): void {
    const waiting = entries
      .filter(({ planned, status }) => planned.native !== null && status !== "failed")
      .map((entry) => ({ entry, pattern: new RegExp(entry.planned.native ?? "") }));
    if (waiting.length === 0) return;
    const onAdded = (module: Module): void => {
      for (const { entry, pattern } of waiting) {
        if (pattern.test(module.name)) this.#arrived(module, entry);
      }
    };
    this.#kept.push(Process.attachModuleObserver({ onAdded })); // tells of the modules that are there, too
  }

  get isHooked(): boolean {
    return this.#hooked.length > 0;
  }

  /**
   * A sign of life of a process without a VM, where no call of ours can go through a hook: it proves the line, not the
   * hook. False when nothing is hooked.
   */
  pulse(token: string): boolean {
    const [hook] = this.#hooked;
    if (hook === undefined || !this.#listening) return false;
    const thread = { thread_id: Process.getCurrentThreadId(), thread_name: "agent" };
    const times = { at_ms: wallMs(), elapsed_us: elapsedUs(), took_us: 0 };
    const nothing = { stack: null, this_id: null, this_class: null, returned: null, threw: null };
    const seq = this.#parts.books.call(hook);
    const event = { seq, hook, ...thread, ...times, ...nothing, arguments: [], captured: {}, pulse: token };
    if (!this.#parts.outbox.push({ k: "event", ...event }, [], PATIENCE_MS)) this.#parts.books.drop(hook);
    return true;
  }

  /** Record no call that begins from now on. */
  stop(): void {
    this.#listening = false;
  }

  /** Whether no thread is reading or sending for us right now. */
  get isIdle(): boolean {
    return this.#inside === 0;
  }

  #arrived(module: Module, entry: Entry): void {
    const { answers, books } = this.#parts;
    try {
      answers.seen(entry, module.name);
      if (!entry.planned.presence && !this.#hook(module, entry)) {
        answers.refused(entry, "overload_missing", `${module.name} exports no ${entry.planned.method}`);
        return;
      }
      answers.installed(entry);
    } catch (error) {
      answers.refused(entry, "failed", String(error));
      books.fault("native", error, entry.index);
    }
  }

  #hook(module: Module, entry: Entry): boolean {
    const address = module.findExportByName(entry.planned.method);
    if (address === null) return false;
    const before = (args: InvocationArguments, context: CpuContext): Call | null => this.#before(entry, args, context);
    const after = (call: Call, returned: NativePointer): void => this.#after(entry, call, returned);
    const guarded = <T>(body: () => T): T | null => this.#guarded(entry, body);
    this.#kept.push(
      Interceptor.attach(address, {
        onEnter(args) {
          this["call"] = guarded(() => before(args, this.context));
        },
        onLeave(returned) {
          const call = this["call"] as Call | null;
          if (call !== null) guarded(() => after(call, ptr(returned.toString())));
        },
      }),
    );
    Interceptor.flush();
    this.#hooked.push(entry.index);
    return true;
  }

  /** A fault of ours never reaches the app. */
  #guarded<T>(entry: Entry, body: () => T): T | null {
    this.#inside++;
    try {
      return body();
    } catch (error) {
      this.#parts.books.fault("native", error, entry.index);
      return null;
    } finally {
      this.#inside--;
    }
  }

  #before(entry: Entry, args: InvocationArguments, context: CpuContext): Call | null {
    if (!this.#listening) return null;
    const values = (entry.planned.parameters ?? []).map((_, i) => args[i] ?? NULL);
    const early = new Map<string, ArrayBuffer>();
    for (const capture of entry.captures) {
      if (capture.kind !== "bytes" || capture.length.from !== "argument") continue;
      const bytes = read(values, capture.argument, (values[capture.length.argument] ?? NULL).toInt32());
      if (bytes !== null) early.set(capture.name, bytes);
    }
    const isObject = entry.planned.parameters?.[0]?.endsWith("*") ?? false;
    return {
      values,
      early,
      atMs: wallMs(),
      began: elapsedUs(),
      stack: entry.planned.stack ? this.#stack(context) : null,
      thisId: isObject ? Number(values[0]?.toString() ?? 0) : null,
    };
  }

  /** One record when bytes were moved. A call that moved none, because a socket was not ready, is no event. */
  #after(entry: Entry, call: Call, returned: NativePointer): void {
    if (!this.#listening) return; // it began before stop() and is counted only when it ends
    const took = elapsedUs() - call.began;
    const { captures, index } = entry;
    const moved = captures.map((capture) => bytesOf(capture, call, returned));
    if (captures.some(({ kind }) => kind === "bytes") && moved.every((bytes) => bytes === null)) return;
    const { books, outbox, lossless } = this.#parts;
    const blobs: Blob[] = [];
    const id = Process.getCurrentThreadId();
    const record: EventRecord = {
      k: "event",
      seq: 0, // taken when nothing can fail any more
      hook: index,
      at_ms: call.atMs,
      elapsed_us: call.began,
      took_us: took,
      thread_id: id,
      thread_name: this.#threadName(id),
      stack: call.stack,
      this_id: call.thisId,
      this_class: null,
      arguments: [],
      returned: captures.some(({ kind }) => kind === "returned") ? number(returned, "int") : null,
      threw: null,
      captured: this.#captured(entry, call, moved, blobs),
      pulse: null,
    };
    const patience = lossless ? null : id === Process.id ? MAIN_THREAD_PATIENCE_MS : PATIENCE_MS;
    record.seq = books.call(index);
    let isTaken = false;
    try {
      isTaken = outbox.push(record, blobs, patience);
    } finally {
      if (!isTaken) books.drop(index); // counted, so the books must close
    }
  }

  #captured(entry: Entry, call: Call, moved: (ArrayBuffer | null)[], blobs: Blob[]): Record<string, unknown> {
    const captured: Record<string, unknown> = {};
    entry.captures.forEach((capture, i) => {
      const bytes = moved[i] ?? null;
      if (capture.kind === "bytes") captured[capture.name] = bytes === null ? null : this.#blob(blobs, bytes);
      else if (capture.kind === "path" && capture.root.from === "argument") {
        const at = capture.root.argument;
        captured[capture.name] = number(call.values[at] ?? NULL, entry.planned.parameters?.[at] ?? "");
      }
    });
    return captured;
  }

  #blob(blobs: Blob[], content: ArrayBuffer): unknown {
    const id = this.#parts.books.nextBlob();
    blobs.push({ id, content });
    return { t: "bytes", blob: id, n: content.byteLength };
  }

  /** The Java stack where there is one: it tells whose call it is. Else the native one. */
  #stack(context: CpuContext): string | null {
    const java = this.#parts.javaStack?.() ?? null;
    if (java !== null) return java;
    const addresses = Thread.backtrace(context, Backtracer.ACCURATE).slice(0, STACK_LIMIT);
    const frames = addresses.map((address) => this.#frame(address));
    if (frames.length === 0) return null;
    const sha256 = Checksum.compute("sha256", frames.join("\n"));
    if (!this.#sentStacks.has(sha256) && this.#parts.outbox.push({ k: "stack", sha256, frames }, [], 0)) {
      if (this.#sentStacks.size >= REMEMBERED) this.#sentStacks = new Set();
      this.#sentStacks.add(sha256);
    }
    return sha256;
  }

  /** `libcurl.so.4!curl_easy_perform`; the offset in the module where there is no symbol. */
  #frame(address: NativePointer): string {
    const key = address.toString();
    let text = this.#frames.get(key);
    if (text === undefined) {
      const module = Process.findModuleByAddress(address);
      const symbol = DebugSymbol.fromAddress(address).name;
      const place = module === null ? key : `0x${address.sub(module.base).toString(16)}`;
      text = `${module?.name ?? "?"}!${symbol === null || symbol.startsWith("0x") ? place : symbol}`;
      if (this.#frames.size >= REMEMBERED) this.#frames.clear();
      this.#frames.set(key, text);
    }
    return text;
  }

  #threadName(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined && Date.now() - known.at <= NAME_AGE_MS) return known.name;
    const name = readName(id);
    if (this.#names.size >= REMEMBERED) this.#names.clear();
    this.#names.set(id, { name, at: Date.now() });
    return name;
  }
}

function readName(id: number): string {
  try {
    return File.readAllText(`/proc/self/task/${id}/comm`).trimEnd();
  } catch {
    return "";
  }
}

function bytesOf(capture: Capture, call: Call, returned: NativePointer): ArrayBuffer | null {
  if (capture.kind !== "bytes") return null;
  const { length } = capture;
  if (length.from === "argument") return call.early.get(capture.name) ?? null;
  if (length.from === "returned") return read(call.values, capture.argument, returned.toInt32());
  const filled = call.values[length.argument] ?? NULL;
  if (returned.toInt32() <= 0 || filled.isNull()) return null; // the function has filled in nothing
  return read(call.values, capture.argument, filled.readPointer().toUInt32());
}

function read(values: NativePointer[], argument: number, length: number): ArrayBuffer | null {
  const at = values[argument] ?? NULL;
  return length <= 0 || at.isNull() ? null : at.readByteArray(length);
}

/** A register as a value: C's int, or else all 64 bits. */
function number(value: NativePointer, type: string): object {
  return type === "int" ? { t: "int", v: value.toInt32() } : { t: "long", v: BigInt(value.toString()).toString() };
}
