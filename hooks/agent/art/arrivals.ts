// How classes come to be known on ART: looked for in every class loader when it has been made (reference/art.md section
// 4, L1), audited where they are defined (L2), and, for wanted interfaces, found by what implements them.
import { DefineAudit, findDefineClass } from "./audit.js";
import { assignableTo } from "./copies.js";
import { classOf } from "./methods.js";
import { type BridgeClass, type BridgeFactory, Java, type Receiver } from "../bridge.js";
import type { OnClass } from "../host.js";
import type { JavaCalls } from "../java.js";
import type { Ref } from "../jni.js";
import { callOriginal, makeOpaque, setBody } from "../lossless.js";

const DEX_LOADER = "dalvik.system.BaseDexClassLoader";

interface Parts {
  calls: JavaCalls;
  names: ReadonlySet<string>;
  onClass: OnClass;
  isInterface(env: Ref, cls: Ref): boolean;
  /** Runs code that hooks must not hear, and keeps its faults from the app. */
  ours(body: () => void): void;
  report(error: unknown): void;
}

/** What the bridge has besides bridge.ts. */
interface Listing {
  enumerateLoadedClasses(callbacks: { onMatch(name: string, handle: Ref): void; onComplete(): void }): void;
  enumerateClassLoaders(callbacks: { onMatch(loader: Receiver): void; onComplete(): void }): void;
}

export class Arrivals {
  readonly #parts: Parts;
  readonly #found: { name: string; cls: Ref }[] = [];
  readonly #interfaces: { name: string; cls: Ref }[] = []; // wanted ones that are there
  readonly #implementers = new Map<string, Ref>(); // reference of a class that arrives as one -> its interface
  readonly #kept: unknown[] = [];
  #audit: DefineAudit | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Boot classes at once, the app's when its loader is there, those of later loaders when each has been made. */
  begin(): void {
    const { ours } = this.#parts;
    ours(() => this.#startAudit());
    const look = (factory: () => BridgeFactory): void => ours(() => this.#look(factory()));
    look(() => Java.classFactory);
    Java.perform(() => {
      look(() => Java.classFactory);
      ours(() => this.#followLoaders((loader) => look(() => Java.ClassFactory.get(loader))));
    });
  }

  /** The interface under whose name this very reference of a class arrived, if it did. */
  interfaceOf(cls: Ref): Ref | null {
    return this.#implementers.get(cls.toString()) ?? null;
  }

  /** What the audit has to tell, from time to time and at the end. What came unseen is hooked late rather than never. */
  lookAround(isLast: boolean): void {
    const { report, ours } = this.#parts;
    const missed = this.#audit?.missed(isLast) ?? [];
    const heard = this.#audit?.implementers() ?? [];
    for (const name of missed) report(new Error(`${name} was defined while not armed: calls may be missing`));
    if (isLast && this.#audit?.isDeaf === true) report(new Error("DefineClass could not be understood: no audit"));
    if (isLast || (missed.length === 0 && heard.length === 0)) return;
    Java.vm.perform(() => ours(() => this.#searchLoaders(missed.length > 0, heard)));
  }

  #startAudit(): void {
    const defineClass = findDefineClass();
    if (defineClass !== null) this.#audit = new DefineAudit(defineClass, this.#parts.names);
    else this.#parts.report(new Error("libart.so shows no ClassLinker::DefineClass: late classes are not audited"));
  }

  /** Load the wanted classes through a loader, as the app would; that does not initialise them (section 3). */
  #look(factory: BridgeFactory): void {
    for (const name of this.#parts.names) {
      const wrapper = this.#use(factory, name);
      if (wrapper !== null) this.#arrive(name, classOf(wrapper));
    }
  }

  /** Null when this loader does not have it: then the hook stays pending. */
  #use(factory: BridgeFactory, name: string): BridgeClass | null {
    const use = (): BridgeClass => factory.use(name);
    try {
      return this.#audit === null ? use() : this.#audit.whileLooking(use);
    } catch {
      return null;
    }
  }

  #arrive(name: string, cls: Ref): void {
    const env = Java.vm.getEnv().handle;
    if (this.#isFound(env, name, cls)) return;
    this.#parts.onClass(env, cls, { name, initialisedByUs: false });
    this.#audit?.armed(name);
    if (this.#parts.isInterface(env, cls)) this.#followInterface(env, name, cls);
  }

  #isFound(env: Ref, name: string, cls: Ref): boolean {
    const { jni } = this.#parts.calls;
    if (this.#found.some((known) => known.name === name && jni.isSameObject(env, known.cls, cls) !== 0)) return true;
    this.#found.push({ name, cls: jni.newGlobalRef(env, cls) });
    return false;
  }

  /** Tell of every class loader over dex files when its outermost constructor, or addDexPath, is done. */
  #followLoaders(onLoader: (loader: Receiver) => void): void {
    const depth = new Map<number, number>();
    const loaders = Java.use(DEX_LOADER);
    for (const method of [...(loaders["$init"]?.overloads ?? []), ...(loaders["addDexPath"]?.overloads ?? [])]) {
      makeOpaque(method);
      setBody(method, (receiver, values) => {
        const thread = Process.getCurrentThreadId();
        const outer = depth.get(thread) ?? 0;
        depth.set(thread, outer + 1);
        let result: unknown;
        try {
          result = callOriginal(method, receiver, values);
        } finally {
          if (outer === 0) depth.delete(thread);
          else depth.set(thread, outer);
        }
        if (outer === 0) onLoader(Java.retain(receiver)); // the reference given ends with this call
        return result;
      });
      this.#kept.push(method, method._r, method._r?._m, method._r?._m["replacementMethodId"]); // section 6
    }
  }

  #searchLoaders(anyWanted: boolean, implementers: string[]): void {
    const factories: BridgeFactory[] = [];
    const onMatch = (loader: Receiver): void => void factories.push(Java.ClassFactory.get(Java.retain(loader)));
    listing().enumerateClassLoaders({ onMatch, onComplete() {} });
    for (const factory of factories) {
      if (anyWanted) this.#look(factory);
      for (const name of implementers) {
        const wrapper = this.#use(factory, name);
        if (wrapper !== null) this.#implements(classOf(wrapper), true);
      }
    }
  }

  /** A wanted interface is there: its default methods live on in the classes that implement it (section 3, end). */
  #followInterface(env: Ref, name: string, cls: Ref): void {
    const { jni } = this.#parts.calls;
    this.#interfaces.push({ name, cls: jni.newGlobalRef(env, cls) });
    this.#audit?.listenFor(this.#interfaces.map((one) => one.name));
    const isBelow = assignableTo(env);
    const found: Ref[] = [];
    const onMatch = (_: string, handle: Ref): void => {
      if (isBelow(env, handle, cls)) found.push(jni.newGlobalRef(env, handle));
    };
    listing().enumerateLoadedClasses({ onMatch, onComplete() {} });
    for (const one of found) this.#implements(one, false);
  }

  /** A class that implements wanted interfaces arrives under their names, by a reference that says so. */
  #implements(cls: Ref, isLate: boolean): void {
    const { calls, isInterface, onClass, report } = this.#parts;
    const env = Java.vm.getEnv().handle;
    if (isInterface(env, cls)) return;
    const isBelow = assignableTo(env);
    for (const { name, cls: above } of this.#interfaces) {
      if (!isBelow(env, cls, above) || this.#isFound(env, name, cls)) continue;
      const ref = calls.jni.newGlobalRef(env, cls);
      this.#implementers.set(ref.toString(), above);
      onClass(env, ref, { name, initialisedByUs: false });
      const what = `${calls.className(env, cls)} implements ${name}`;
      if (isLate) report(new Error(`${what} and was hooked after it was defined: calls may be missing`));
    }
  }
}

function listing(): Listing {
  return Java as unknown as Listing;
}
