// Arms the plan: which hook waits for which class, and what is hooked when it comes.
import { type Answers, type Entry } from "./answers.js";
import type { Books } from "./books.js";
import type { Calls, Point } from "./call.js";
import { descriptorOf } from "./descriptors.js";
import type { Host, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { setBody } from "./lossless.js";

interface Parts {
  answers: Answers;
  host: Host;
  calls: Calls;
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
  #bringing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Hook what is there and wait for the rest. */
  arm(): void {
    const waiting = this.#parts.answers.entries.filter((entry) => entry.status === "pending");
    const names = waiting.map(({ planned }) => planned.found_by?.class_name ?? planned.class_name);
    this.#parts.host.watch(new Set(names), (env, cls, found) =>
      this.#parts.quietly(() => {
        this.#arrived({ env, cls, ...found, initialisedByUs: this.#bringing ? true : found.initialisedByUs });
      }),
    );
  }

  /** Let go of every method, so that the app goes on as if we had never been there. */
  release(): void {
    this.#parts.host.release([...this.#points.values()].map((point) => point.method));
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
    const points = this.#install(arrival, own);
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
        const point = this.#installOne(arrival, entry);
        if (point !== null) points.push(point);
      } catch (error) {
        answers.refused(entry, "failed", String(error));
        books.fault("install", error, entry.index);
      }
    }
    return points;
  }

  #installOne(arrival: Arrival, entry: Entry): Point | null {
    const { answers, host } = this.#parts;
    const { method, parameters, stack } = entry.planned;
    const overloads = host.overloads(arrival.env, arrival.cls, method);
    const wanted = parameters.map(descriptorOf).join();
    const overload = overloads.find((one) => one.parameters.join() === wanted);
    if (overload === undefined) {
      const there = overloads.map((one) => `${method}(${one.parameters.join("")})`).join(", ");
      answers.refused(entry, "overload_missing", there === "" ? "no method of that name" : `there is ${there}`);
      return null;
    }
    if (overload.unhookable !== null) {
      answers.refused(entry, "failed", `the method is ${overload.unhookable}`);
      return null;
    }
    const point = this.#point(arrival, overload);
    const known = point.wants.some((want) => want.hook === entry.index);
    if (!known) point.wants.push({ hook: entry.index, captures: entry.captures, stack });
    entry.initialisedByUs ??= arrival.initialisedByUs;
    return point;
  }

  #point(arrival: Arrival, overload: Overload): Point {
    const known = this.#points.get(overload.key);
    if (known !== undefined) return known;
    const { java, calls } = this.#parts;
    const { parameters, result, isStatic, inherited, isConstructor } = overload;
    const cls = java.jni.newGlobalRef(arrival.env, arrival.cls);
    const point: Point = {
      ...overload.make(),
      cls,
      parameters,
      result,
      isStatic,
      inherited,
      isConstructor,
      wants: [],
      onReturn: [],
    };
    setBody(point.method, (receiver, values) => calls.handle(point, receiver, values));
    this.#points.set(overload.key, point);
    return point;
  }

  /** Bring the bodies into force, then say so: never before. */
  #commit(points: Point[]): void {
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
