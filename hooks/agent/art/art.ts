// Android's runtime. Facts, numbers and cures: reference/art.md; written after it, run on no ART by this project's
// own tests.
import { Arrivals } from "./arrivals.js";
import { Cures } from "./cure.js";
import { ArtMethods, classOf } from "./methods.js";
import { type BridgeClass, type BridgeMethod, Java } from "../bridge.js";
import type { Host, OnClass, Overload } from "../host.js";
import type { JavaCalls } from "../java.js";
import type { Ref } from "../jni.js";
import type { Attempt } from "../outcome.js";
import { javaFrames } from "../stack.js";

const LOOK_EVERY_MS = 100;

export class Art implements Host {
  readonly flavor = "art";
  readonly frames;
  readonly jvmti = NULL; // its plugin stays unloaded (section 0)
  /** What the canary tries, in this order (section 3, "So"). */
  readonly attempts: Attempt[];
  readonly #calls: JavaCalls;
  readonly #ours: (body: () => void) => void;
  readonly #report: (error: unknown) => void;
  readonly #cures = new Cures();
  readonly #methods: ArtMethods;
  // Un-hooking frees the bridge's copies of methods while threads are in them; held on to, none crashed (art.md
  // section 6).
  readonly #kept: unknown[] = [];
  #arrivals: Arrivals | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `ours` runs code that hooks must not hear, and keeps its faults from the app. */
  constructor(calls: JavaCalls, ours: (body: () => void) => void, report: (error: unknown) => void) {
    this.#calls = calls;
    this.#ours = ours;
    this.#report = report;
    this.frames = javaFrames(calls);
    this.#methods = new ArtMethods(calls, () => this.#cures.layout);
    this.attempts = [
      { outcome: "cured", prepare: () => this.#cures.use("cure") },
      { outcome: "fallback", prepare: () => this.#cures.use("deoptimise") },
    ];
  }

  watch(names: ReadonlySet<string>, onClass: OnClass): void {
    const methods = this.#methods;
    const isInterface = methods.isInterface.bind(methods);
    const parts = { calls: this.#calls, names, onClass, isInterface, ours: this.#ours, report: this.#report };
    this.#arrivals = new Arrivals(parts);
    this.#arrivals.begin();
    this.#timer = setInterval(() => this.#lookAround(false), LOOK_EVERY_MS);
  }

  overloads(env: Ref, cls: Ref, method: string): Overload[] {
    const above = this.#arrivals?.interfaceOf(cls) ?? null;
    if (above !== null) return this.#methods.ownCopies(env, cls, above, method);
    const found = this.#methods.declared(env, cls, method);
    return found.length > 0 ? found : this.#copies(env, cls, method);
  }

  /** On ART a body is in force as soon as it is set; what may undo that is cured here. */
  commit(methods: BridgeMethod[]): boolean {
    let inForce = true;
    for (const method of methods) {
      const mangler = method._r?._m;
      this.#kept.push(method, method._r, mangler, mangler?.["replacementMethodId"]);
      const problem = mangler === undefined ? "it has no body of ours" : this.#secure(method);
      if (problem === null) continue;
      inForce = false;
      if (this.#arrivals === null) throw new Error(problem); // the canary tells of it
      this.#report(new Error(`${method._p[0]}: ${problem}`));
    }
    return inForce;
  }

  /** Un-hooking a busy method crashed apps, except with what it hangs from held on to: see `commit` (section 6). */
  release(methods: BridgeMethod[]): void {
    for (const method of methods) method.implementation = null;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#lookAround(true);
  }

  #secure(method: BridgeMethod): string | null {
    const cls = classOf(method._p[1] as BridgeClass);
    return this.#cures.secure(method, this.#methods.modifiers(Java.vm.getEnv().handle, cls, method));
  }

  /** Without them the class's own methods are still hooked. */
  #copies(env: Ref, cls: Ref, method: string): Overload[] {
    try {
      return this.#methods.inheritedCopies(env, cls, method);
    } catch (error) {
      this.#report(error);
      return [];
    }
  }

  #lookAround(isLast: boolean): void {
    for (const name of this.#cures.lost())
      this.#report(new Error(`${name}: ART had taken the hook away; calls until now may be missing`));
    this.#arrivals?.lookAround(isLast);
  }
}
