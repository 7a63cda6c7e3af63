// Arms the plan: which hook waits for which class, what became of it, and the report for every single one.
import type { BridgeMethod } from "./bridge.js";
import { wallMs } from "./clock.js";
import type { Calls, Point } from "./call.js";
import type { Books } from "./books.js";
import type { Host, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { descriptorOf, setBody } from "./lossless.js";
import { type Capture, parseCapture, type PlannedHook } from "./plan.js";
import type { Threads } from "./threads.js";

type Status = "installed" | "pending" | "overload_missing" | "failed";

interface Entry {
  index: number;
  planned: PlannedHook;
  captures: Capture[];
  status: Status;
  reason: string | null;
  initialisedByUs: boolean | null;
  seenAt: number | null;
  installedAt: number | null;
  className: string | null;
}

interface Parts {
  host: Host;
  calls: Calls;
  java: JavaCalls;
  threads: Threads;
  books: Books;
  report: (record: object) => void;
}

interface Arrival {
  env: Ref;
  cls: Ref;
  name: string;
  initialisedByUs: boolean | null;
}

export class Installer {
  readonly #parts: Parts;
  readonly #entries: Entry[];
  readonly #points = new Map<string, Point>();
  #bringing = false;

  constructor(plan: PlannedHook[], parts: Parts) {
    this.#parts = parts;
    this.#entries = plan.map((planned, index) => ({ index, planned, captures: [], status: "pending",
      reason: waitingFor(planned), initialisedByUs: null, seenAt: null, installedAt: null, className: null }));
  }

  /** Hook what is there and wait for the rest. Every hook is reported once at least. */
  arm(): void {
    const waiting = new Set<string>();
    for (const entry of this.#entries) {
      this.#accept(entry);
      if (entry.status === "pending") waiting.add(watchedClass(entry.planned));
    }
    for (const entry of this.#entries) this.#tell(entry);
    this.#parts.host.watch(waiting, (env, cls, found) => this.#ours(() => {
      this.#arrived({ env, cls, ...found, initialisedByUs: this.#bringing ? true : found.initialisedByUs });
    }));
  }

  /** Run `body`, which loads a class of its own accord: hooks set meanwhile say so. */
  bring(body: () => void): void {
    this.#bringing = true;
    try {
      body();
    } finally {
      this.#bringing = false;
    }
  }

  /** Whether the plan hooks such a method, installed or not. */
  plans(className: string, method: string): boolean {
    return this.#entries.some(({ planned, status }) => planned.class_name === className && planned.method === method
      && status !== "failed");
  }

  /** A point of the plan by class and method, once it is installed. */
  point(className: string, method: string, parameters: string[]): Point | null {
    const wanted = parameters.map(descriptorOf).join();
    for (const point of this.#points.values()) {
      const { hook } = point.wants[0] ?? { hook: -1 };
      const planned = this.#entries[hook]?.planned;
      if (planned?.class_name === className && planned.method === method && point.parameters.join() === wanted) return point;
    }
    return null;
  }

  #accept(entry: Entry): void {
    try {
      entry.captures = entry.planned.capture.map(parseCapture);
    } catch (error) {
      this.#set(entry, "failed", String(error));
    }
    const { runtime } = entry.planned;
    if (runtime !== null && runtime !== this.#parts.host.flavor) this.#set(entry, "failed", `for ${runtime} only`);
  }

  /** A class is there. Its own hooks are set, and those of the classes that its methods will lead to prepared. */
  #arrived(arrival: Arrival): void {
    const exact = this.#entries.filter(({ planned }) => planned.found_by === null && planned.class_name === arrival.name);
    const made = this.#install(arrival, exact);
    for (const [method, led] of this.#ledBy(arrival.name)) made.push(...this.#learnFrom(arrival, method, led));
    this.#commit(made);
  }

  /** The hooks that a method of `className` leads to, by that method's name. */
  #ledBy(className: string): Map<string, Entry[]> {
    const led = new Map<string, Entry[]>();
    for (const entry of this.#entries) {
      const by = entry.planned.found_by;
      if (by?.class_name === className) led.set(by.method, [...(led.get(by.method) ?? []), entry]);
    }
    return led;
  }

  /** Watch what all overloads of `method` return; the classes of those objects are hooked before the app gets them. */
  #learnFrom(arrival: Arrival, method: string, led: Entry[]): Point[] {
    const { java } = this.#parts;
    const overloads = this.#parts.host.overloads(arrival.env, arrival.cls, method).filter((one) => one.unhookable === null);
    if (overloads.length === 0) {
      for (const entry of led) this.#set(entry, "failed", `${arrival.name} has no method ${method} to learn the class from`);
    }
    const learned: Ref[] = [];
    return overloads.map((overload) => {
      const point = this.#point(arrival, overload);
      point.onReturn.push((env, returned) => {
        const cls = java.jni.getObjectClass(env, returned);
        const isNew = !learned.some((known) => java.jni.isSameObject(env, known, cls) !== 0);
        if (isNew) {
          learned.push(java.jni.newGlobalRef(env, cls));
          const name = java.className(env, cls);
          this.#commit(this.#install({ env, cls, name, initialisedByUs: false }, led));
        }
        java.jni.deleteLocalRef(env, cls);
      });
      return point;
    });
  }

  #install(arrival: Arrival, entries: Entry[]): Point[] {
    const made: Point[] = [];
    for (const entry of entries) {
      if (entry.status === "failed") continue;
      entry.seenAt ??= wallMs();
      try {
        const point = this.#installOne(arrival, entry);
        if (point !== null) made.push(point);
      } catch (error) {
        this.#set(entry, "failed", String(error));
        this.#parts.books.fault("install", error, entry.index);
      }
    }
    return made;
  }

  #installOne(arrival: Arrival, entry: Entry): Point | null {
    const { planned } = entry;
    const overloads = this.#parts.host.overloads(arrival.env, arrival.cls, planned.method);
    const wanted = planned.parameters.map(descriptorOf).join();
    const overload = overloads.find((one) => one.parameters.join() === wanted);
    if (entry.status !== "installed") entry.className = arrival.name;
    if (overload === undefined) {
      const there = overloads.map((one) => `${planned.method}(${one.parameters.join("")})`).join(", ");
      if (entry.status !== "installed") this.#set(entry, "overload_missing", there === "" ? "no method of that name" : `there is ${there}`);
      return null;
    }
    if (overload.unhookable !== null) {
      if (entry.status !== "installed") this.#set(entry, "failed", `the method is ${overload.unhookable}`);
      return null;
    }
    const point = this.#point(arrival, overload);
    if (!point.wants.some((want) => want.hook === entry.index)) {
      point.wants.push({ hook: entry.index, captures: entry.captures, stack: planned.stack });
    }
    entry.initialisedByUs ??= arrival.initialisedByUs;
    return point;
  }

  #point(arrival: Arrival, overload: Overload): Point {
    const known = this.#points.get(overload.key);
    if (known !== undefined) return known;
    const { java, calls } = this.#parts;
    const method = overload.make();
    const point: Point = { method, cls: java.jni.newGlobalRef(arrival.env, arrival.cls), inherited: overload.inherited,
      isStatic: overload.isStatic, isConstructor: overload.result === "V" && method._p[0] === "<init>",
      parameters: overload.parameters, result: overload.result, wants: [], onReturn: [] };
    setBody(method, (receiver, values) => calls.handle(point, receiver, values));
    this.#points.set(overload.key, point);
    return point;
  }

  /** Bring the bodies into force, then say so: never before. */
  #commit(points: Point[]): void {
    if (points.length === 0) return;
    const methods: BridgeMethod[] = points.map((point) => point.method);
    const inForce = this.#parts.host.commit(methods);
    const hooks = new Set(points.flatMap((point) => point.wants.map((want) => want.hook)));
    for (const index of hooks) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.status === "installed") continue;
      entry.installedAt = wallMs();
      if (inForce) this.#set(entry, "installed", null);
      else this.#set(entry, "failed", "the runtime did not take the new body");
    }
  }

  #ours(body: () => void): void {
    const { threads, books } = this.#parts;
    threads.enter();
    try {
      body();
    } catch (error) {
      books.fault("install", error);
    } finally {
      threads.leave();
    }
  }

  #set(entry: Entry, status: Status, reason: string | null): void {
    entry.status = status;
    entry.reason = reason;
    this.#tell(entry);
  }

  #tell(entry: Entry): void {
    this.#parts.report({ k: "hook", index: entry.index, status: entry.status, reason: entry.reason,
      initialised_by_us: entry.initialisedByUs, seen_at_ms: entry.seenAt, installed_at_ms: entry.installedAt,
      class_name: entry.className });
  }
}

function watchedClass(planned: PlannedHook): string {
  return planned.found_by?.class_name ?? planned.class_name;
}

function waitingFor(planned: PlannedHook): string {
  const by = planned.found_by;
  return by === null ? `class ${planned.class_name} not seen yet` : `${by.class_name}.${by.method}() has not returned yet`;
}
