// What happens on a hooked call: read, call the original once with untouched arguments, read what came back, hand it
// on.
import { Java, type BridgeMethod, type Receiver } from "./bridge.js";
import { elapsedUs, wallMs } from "./clock.js";
import type { Fields } from "./fields.js";
import type { Ref } from "./jni.js";
import { callOriginal, JavaException, type Opaque } from "./lossless.js";
import type { Mail } from "./outbox.js";
import type { Capture } from "./plan.js";
import { type Budget, newBudget, type Reader, type Value } from "./read.js";
import type { Stacks } from "./stack.js";
import type { Threads } from "./threads.js";
import type { Books } from "./books.js";

const PATIENCE_MS = 100;
const MAIN_THREAD_PATIENCE_MS = 20;
const MOST_OPEN = 4096; // calls that have begun and not ended; one more is dropped and counted

/** A hooked method and the hooks of the plan that want its calls. */
export interface Point {
  method: BridgeMethod;
  original: BridgeMethod;
  cls: Ref; // the class it was hooked for, a global reference; calls on other subclasses of the declarer do not count
  inherited: boolean;
  isStatic: boolean;
  isConstructor: boolean;
  parameters: string[]; // JNI descriptors
  result: string;
  wants: Want[];
  onReturn: ((env: Ref, returned: Ref) => void)[];
}

export interface Want {
  hook: number;
  captures: Capture[];
  stack: boolean;
  skipCallers: string[];
}

interface Pending {
  want: Want;
  began: number;
  record: Record<string, unknown>;
  captured: Record<string, Value>;
  budget: Budget;
  values: unknown[];
}

export interface Tools {
  reader: Reader;
  fields: Fields;
  stacks: Stacks;
  threads: Threads;
  outbox: Mail;
  books: Books;
  lossless: boolean;
}

export class Calls {
  readonly #tools: Tools;
  readonly #open = new Set<Pending>();
  #listening = true;
  #inside = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** The body of a hooked method. Gives or throws exactly what the original did. */
  handle(point: Point, receiver: Receiver, values: unknown[]): unknown {
    const { threads } = this.#tools;
    if (!this.#listening || threads.isOurs()) return callOriginal(point.original, receiver, values);
    const pending = this.#guarded(point, [], () => this.#before(point, receiver, values));
    const began = elapsedUs();
    for (const { record } of pending) record["elapsed_us"] = began;
    let returned: unknown;
    try {
      returned = callOriginal(point.original, receiver, values);
    } catch (error) {
      this.#guarded(point, null, () => this.#after(point, pending, receiver, began, null, error));
      throw error;
    }
    this.#guarded(point, null, () => this.#after(point, pending, receiver, began, returned, null));
    return returned;
  }

  /** Record no call that begins from now on. */
  stopListening(): void {
    this.#listening = false;
  }

  /** Whether no thread is reading or sending for us right now. */
  get isIdle(): boolean {
    return this.#inside === 0;
  }

  /** Send the calls that have not returned, as they stand. After stopListening, once idle: then the books close. */
  sendOpen(): void {
    const value: Value = { t: "cut", why: "fault: had not returned at the end" };
    for (const pending of this.#open) this.#send(pending, elapsedUs() - pending.began, value, null);
    this.#open.clear();
  }

  /** Run our own code: hooks stay silent on this thread, and a fault of ours never reaches the app. */
  #guarded<T>(point: Point, otherwise: T, body: () => T): T {
    const { threads, books } = this.#tools;
    threads.enter();
    this.#inside++;
    try {
      return body();
    } catch (error) {
      books.fault("call", error, point.wants[0]?.hook ?? null);
      return otherwise;
    } finally {
      this.#inside--;
      threads.leave();
    }
  }

  #before(point: Point, receiver: Receiver, values: unknown[]): Pending[] {
    const { books } = this.#tools;
    const env = Java.vm.getEnv().handle;
    if (
      point.inherited &&
      receiver.$h !== null &&
      this.#tools.reader.calls.jni.isInstanceOf(env, receiver.$h, point.cls) === 0
    )
      return [];
    const begun: Pending[] = [];
    for (const want of point.wants) {
      if (this.#tools.stacks.isSkipped(env, want.skipCallers)) continue;
      const seq = books.call(want.hook);
      if (this.#open.size >= MOST_OPEN) books.drop(want.hook);
      else this.#orDrop(want.hook, () => begun.push(this.#begin(env, point, want, seq, receiver, values)));
    }
    return begun;
  }

  #begin(env: Ref, point: Point, want: Want, seq: number, receiver: Receiver, values: unknown[]): Pending {
    const { threads, reader, stacks, books } = this.#tools;
    const budget = newBudget(() => books.nextBlob());
    const at = { at_ms: wallMs(), elapsed_us: elapsedUs() };
    const self = receiver.$h;
    const record: Record<string, unknown> = {
      k: "event",
      seq,
      hook: want.hook,
      ...at,
      ...threads.describe(env, reader.calls),
      stack: want.stack ? stacks.here(env) : null,
      this_id: self === null ? null : reader.calls.identity(env, self),
      this_class: self === null ? null : reader.calls.classNameOf(env, self),
      pulse: threads.pulse(),
    };
    const pending = { want, began: at.elapsed_us, record, captured: {}, budget, values };
    record["arguments"] = want.captures.some((capture) => capture.kind === "arguments")
      ? values.map((value, i) => reader.readTyped(env, value, point.parameters[i] ?? "", budget))
      : [];
    this.#capture(env, point, pending, receiver, values, point.isConstructor ? ["argument"] : ["argument", "this"]);
    this.#open.add(pending);
    return pending;
  }

  #after(
    point: Point,
    calls: Pending[] | null,
    receiver: Receiver,
    began: number,
    returned: unknown,
    error: unknown,
  ): null {
    const took = elapsedUs() - began;
    const env = Java.vm.getEnv().handle;
    const result = returned as Opaque | null | undefined;
    if (error === null && result !== null && result?.$h !== undefined) {
      for (const learn of point.onReturn) learn(env, result.$h);
    }
    for (const pending of calls ?? []) {
      if (!this.#open.delete(pending)) continue; // sendOpen() has sent it
      this.#orDrop(pending.want.hook, () => this.#finish(env, point, pending, receiver, took, returned, error));
    }
    return null;
  }

  /** A call counted and then lost to a fault of ours is a dropped one: the books must close. */
  #orDrop(hook: number, body: () => void): void {
    const { books } = this.#tools;
    try {
      body();
    } catch (error) {
      books.drop(hook);
      books.fault("call", error, hook);
    }
  }

  #finish(
    env: Ref,
    point: Point,
    pending: Pending,
    receiver: Receiver,
    took: number,
    returned: unknown,
    error: unknown,
  ): void {
    const { reader } = this.#tools;
    let threw: Value = null;
    let value: Value = null;
    if (error instanceof JavaException) threw = reader.read(env, error.$h, pending.budget);
    else if (error !== null) throw error;
    else {
      const wanted = pending.want.captures.some((capture) => capture.kind === "returned");
      if (wanted) value = reader.readTyped(env, returned, point.result, pending.budget);
      this.#fill(env, point, pending, returned);
      this.#capture(
        env,
        point,
        pending,
        receiver,
        [returned],
        point.isConstructor ? ["this", "returned"] : ["returned"],
      );
    }
    this.#send(pending, took, value, threw);
  }

  /** The byte[]s that the call has filled: as many bytes as it says it gave. */
  #fill(env: Ref, { parameters, result }: Point, pending: Pending, returned: unknown): void {
    for (const capture of pending.want.captures) {
      if (capture.kind !== "filled") continue;
      const array = pending.values[capture.argument] as Opaque | null;
      const offset = parameters[capture.argument + 1] === "I" ? (pending.values[capture.argument + 1] as number) : 0;
      const given = result === "I" && (returned as number) >= 0;
      pending.captured[capture.name] =
        array === null || !given
          ? null
          : this.#tools.reader.slice(env, array.$h, offset, returned as number, pending.budget);
    }
  }

  /** The captures that start at one of `roots`; for `returned`, `values` holds just that. */
  #capture(env: Ref, point: Point, pending: Pending, receiver: Receiver, values: unknown[], roots: string[]): void {
    const { reader, fields } = this.#tools;
    for (const capture of pending.want.captures) {
      if (capture.kind === "slice" && roots.includes("argument")) {
        const array = values[capture.argument] as Opaque | null;
        pending.captured[capture.name] =
          array === null
            ? null
            : reader.slice(
                env,
                array.$h,
                values[capture.argument + 1] as number,
                values[capture.argument + 2] as number,
                pending.budget,
              );
      } else if (capture.kind === "path" && roots.includes(capture.root.from)) {
        const at = capture.root.from === "argument" ? capture.root.argument : 0;
        const type = capture.root.from === "argument" ? (point.parameters[at] ?? "") : point.result;
        const start = capture.root.from === "this" ? receiver : values[at];
        pending.captured[capture.name] =
          capture.fields.length === 0
            ? reader.readTyped(env, start, type, pending.budget)
            : follow(fields, env, start, capture.fields, pending.budget);
      }
    }
  }

  #send(pending: Pending, took: number, returned: Value, threw: Value): void {
    const { outbox, threads, books, lossless } = this.#tools;
    const patience = lossless ? null : threads.isMain() ? MAIN_THREAD_PATIENCE_MS : PATIENCE_MS;
    const record = { ...pending.record, took_us: took, returned, threw, captured: pending.captured };
    if (!outbox.push(record, pending.budget.blobs, patience)) books.drop(pending.want.hook);
  }
}

function follow(fields: Fields, env: Ref, start: unknown, names: string[], budget: Budget): Value {
  const ref = (start as Opaque | null | undefined)?.$h ?? null;
  return ref === null ? null : fields.follow(env, ref, names, budget);
}
