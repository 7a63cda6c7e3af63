// Arms the plan: which hook waits for which class, and what is hooked when it comes.
import { type Answers, type Entry } from "./answers.js";
import type { Books } from "./books.js";
import type { BridgeMethod } from "./bridge.js";
import type { Point, Want } from "./call.js";
import type { Counted } from "./canary.js";
import { descriptorOf } from "./descriptors.js";
import type { Host, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import type { PlannedHook } from "./plan.js";

/** What becomes of a hooked method: the native core's business, or the plain one's (plain.ts). */
export interface Hooker {
  /** Exchange the method's body; in force after Host.commit. */
  hook(point: Point): void;
  /** `want` has been added to the point. */
  want(point: Point, want: Want): void;
  /** `point.onReturn` is to be told what the method returns. */
  learn(point: Point): void;
  /** Exchange a body for one that counts its calls, even our own, and records none. */
  counted(overload: Overload, cls: Ref): Counted;
}

interface Parts {
  answers: Answers;
  host: Host;
  hooker: Hooker;
  java: JavaCalls;
  books: Books;
  /** Runs our own code on a thread of the app: hooks do not hear it, and its faults stay ours. */
  quietly: (body: () => void) => void;
}

/** A class that is there now. The reference is valid while it is dealt with. */
interface Arrival {
  env: Ref;
  cls: Ref;
  name: string;
  initialisedByUs: boolean | null;
}

export class Installer {
  readonly #parts: Parts;
  readonly #points = new Map<string, Point>();
  readonly #others: BridgeMethod[] = [];
  #bringing = false;
  /** While arming, the classes that are there already: an exchange for each would stop the app as often. */
  #together: { thread: number; points: Point[] } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Hook what is there and wait for the rest. */
  arm(): void {
    const waiting = this.#parts.answers.entries.filter((entry) => entry.status === "pending");
    const names = waiting
      .filter(({ planned }) => planned.native === null)
      .map(({ planned }) => planned.found_by?.class_name ?? planned.class_name);
    this.#together = { thread: Process.getCurrentThreadId(), points: [] };
    this.#parts.host.watch(new Set(names), (env, cls, found) =>
      this.#parts.quietly(() => {
        this.#arrived({ env, cls, ...found, initialisedByUs: this.#bringing ? true : found.initialisedByUs });
      }),
    );
    const { points } = this.#together;
    this.#together = null;
    this.#commit(points);
  }

  /** Methods hooked by others than this installer, to be let go of with its own. */
  keep(methods: BridgeMethod[]): void {
    this.#others.push(...methods);
  }

  /** Let go of every method, so that the app goes on as if we had never been there. */
  release(): void {
    this.#parts.host.release([...this.#points.values()].map((point) => point.method).concat(this.#others));
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
    return this.#parts.answers.entries.some(
      ({ planned, status }) => planned.class_name === className && planned.method === method && status !== "failed",
    );
  }

  /** The point of a hook of the plan, once it is installed. */
  point(className: string, method: string, parameters: string[]): Point | null {
    const wanted = parameters.map(descriptorOf).join();
    for (const point of this.#points.values()) {
      const planned = this.#parts.answers.entries[point.wants[0]?.hook ?? -1]?.planned;
      if (planned?.class_name === className && planned.method === method && point.parameters.join() === wanted)
        return point;
    }
    return null;
  }

  /** Set the hooks on the class itself, and prepare those on classes that its methods will lead to. */
  #arrived(arrival: Arrival): void {
    const { entries } = this.#parts.answers;
    const own = entries.filter(({ planned }) => planned.found_by === null && planned.class_name === arrival.name);
    for (const entry of own.filter(({ planned }) => isSign(planned))) this.#isThere(entry, arrival.name);
    const points = this.#install(
      arrival,
      own.filter(({ planned }) => !isSign(planned)),
    );
    const led = entries.filter(({ planned }) => planned.found_by?.class_name === arrival.name);
    for (const method of new Set(led.map(({ planned }) => planned.found_by?.method ?? ""))) {
      points.push(
        ...this.#learnFrom(
          arrival,
          method,
          led.filter(({ planned }) => planned.found_by?.method === method),
        ),
      );
    }
    this.#commit(points);
  }

  /** A class whose presence is all that was asked for. */
  #isThere(entry: Entry, name: string): void {
    this.#parts.answers.seen(entry, name);
    this.#parts.answers.installed(entry);
  }

  /** Watch what all overloads of `method` return: the classes of those objects are hooked before the app gets them. */
  #learnFrom(arrival: Arrival, method: string, led: Entry[]): Point[] {
    const { java, answers, host } = this.#parts;
    const overloads = host.overloads(arrival.env, arrival.cls, method).filter((one) => one.unhookable === null);
    if (overloads.length === 0) {
      const reason = `${arrival.name} has no method ${method} to learn the class from`;
      for (const entry of led) answers.refused(entry, "failed", reason);
    }
    const learned: Ref[] = [];
    const learn = (env: Ref, returned: Ref): void => {
      const cls = java.jni.getObjectClass(env, returned);
      if (!learned.some((known) => java.jni.isSameObject(env, known, cls) !== 0)) {
        learned.push(java.jni.newGlobalRef(env, cls));
        this.#commit(this.#install({ env, cls, name: java.className(env, cls), initialisedByUs: false }, led));
      }
      java.jni.deleteLocalRef(env, cls);
    };
    return overloads.map((overload) => {
      const point = this.#point(arrival, overload);
      point.onReturn.push(learn);
      this.#parts.hooker.learn(point);
      return point;
    });
  }

  #install(arrival: Arrival, entries: Entry[]): Point[] {
    const { answers, books } = this.#parts;
    const points: Point[] = [];
    for (const entry of entries) {
      if (entry.status === "failed") continue;
      answers.seen(entry, arrival.name);
      try {
        points.push(...this.#installOne(arrival, entry));
      } catch (error) {
        answers.refused(entry, "failed", String(error));
        books.fault("install", error, entry.index);
      }
    }
    return points;
  }

  #installOne(arrival: Arrival, entry: Entry): Point[] {
    const { answers, host } = this.#parts;
    const { method, parameters } = entry.planned;
    const there = host.overloads(arrival.env, arrival.cls, method);
    const wanted = parameters?.map(descriptorOf).join();
    const meant = wanted === undefined ? there : there.filter((one) => one.parameters.join() === wanted);
    const hookable = meant.filter((one) => one.unhookable === null);
    if (meant.length === 0) {
      const others = there.map((one) => `${method}(${one.parameters.join("")})`).join(", ");
      answers.refused(entry, "overload_missing", others === "" ? "no method of that name" : `there is ${others}`);
    } else if (hookable.length === 0) {
      answers.refused(entry, "failed", `the method is ${meant[0]?.unhookable ?? "not hookable"}`);
    }
    return hookable.map((overload) => this.#wanted(arrival, overload, entry));
  }

  /** The point of an overload, told that this hook wants its calls. */
  #wanted(arrival: Arrival, overload: Overload, entry: Entry): Point {
    const point = this.#point(arrival, overload);
    if (!point.wants.some((want) => want.hook === entry.index)) {
      const { stack, skip_callers: skipCallers } = entry.planned;
      const want = { hook: entry.index, captures: entry.captures, stack, skipCallers };
      point.wants.push(want);
      this.#parts.hooker.want(point, want);
    }
    entry.initialisedByUs ??= arrival.initialisedByUs;
    return point;
  }

  #point(arrival: Arrival, overload: Overload): Point {
    const known = this.#points.get(overload.key);
    if (known !== undefined) return known;
    const { java, hooker } = this.#parts;
    const point = pointOf(overload, java.jni.newGlobalRef(arrival.env, arrival.cls));
    hooker.hook(point);
    this.#points.set(overload.key, point);
    return point;
  }

  /** Bring the bodies into force, then say so: never before. */
  #commit(points: Point[]): void {
    if (this.#together?.thread === Process.getCurrentThreadId()) {
      this.#together.points.push(...points);
      return;
    }
    if (points.length === 0) return;
    const { host, answers } = this.#parts;
    const inForce = host.commit(points.map((point) => point.method));
    for (const index of new Set(points.flatMap((point) => point.wants.map((want) => want.hook)))) {
      const entry = answers.entries[index];
      if (entry === undefined) continue;
      if (inForce) answers.installed(entry);
      else answers.refused(entry, "failed", "the runtime did not take the new body");
    }
  }
}

/** A method about to be hooked; `cls` is a global reference. */
export function pointOf(overload: Overload, cls: Ref): Point {
  const { parameters, result, isStatic, inherited, isConstructor } = overload;
  const shape = { cls, parameters, result, isStatic, inherited, isConstructor };
  return { ...overload.make(), ...shape, wants: [], onReturn: [] };
}

/** Whether a hook only asks if the class is there. */
function isSign(planned: PlannedHook): boolean {
  return planned.presence && planned.method === "";
}
