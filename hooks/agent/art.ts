// Android's runtime. Facts, numbers and cures: reference/art.md; written after it, run on no ART by this project's
// own tests.
import { type BridgeClass, type BridgeFactory, type BridgeMethod, Java, type Receiver } from "./bridge.js";
import { cureUninitialised } from "./artcure.js";
import type { Host, OnClass, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { makeOpaque, setBody, callOriginal, typesOf } from "./lossless.js";
import { javaFrames } from "./stack.js";

const ACC_STATIC = 0x8;
const ACC_NATIVE = 0x100;
const ACC_ABSTRACT = 0x400;
const DEX_LOADER = "dalvik.system.BaseDexClassLoader";

export class Art implements Host {
  readonly flavor = "art";
  readonly frames;
  readonly #calls: JavaCalls;
  readonly #ours: (body: () => void) => void;
  readonly #report: (error: unknown) => void;
  readonly #found: { name: string; cls: Ref }[] = [];
  // Un-hooking frees the bridge's copies of methods while threads are in them; held on to, none crashed (art.md
  // section 6).
  readonly #kept: unknown[] = [];

  /** `ours` runs code that hooks must not hear, and keeps its faults from the app. */
  constructor(calls: JavaCalls, ours: (body: () => void) => void, report: (error: unknown) => void) {
    this.#calls = calls;
    this.#ours = ours;
    this.#report = report;
    this.frames = javaFrames(calls);
  }

  /**
   * Boot classes at once, the app's when its loader is there, those of later loaders when each has been made (section
   * 4, L1).
   */
  watch(names: ReadonlySet<string>, onClass: OnClass): void {
    const look = (factory: () => BridgeFactory): void => this.#ours(() => this.#look(factory(), names, onClass));
    look(() => Java.classFactory);
    Java.perform(() => {
      look(() => Java.classFactory);
      this.#ours(() => this.#followLoaders((loader) => look(() => Java.ClassFactory.get(loader))));
    });
  }

  overloads(env: Ref, cls: Ref, method: string): Overload[] {
    const wrapper = this.#wrapper(env, cls);
    const member = wrapper[method];
    if (member?.overloads === undefined) return [];
    const isConstructor = method === "$init";
    const inherited = !isConstructor && !(wrapper as unknown as { $ownMembers: string[] }).$ownMembers.includes(method);
    return member.overloads.map((overload) => ({ ...this.#overload(env, cls, overload), isConstructor, inherited }));
  }

  /** On ART a body is in force as soon as it is set; what may undo that is cured here. */
  commit(methods: BridgeMethod[]): boolean {
    for (const method of methods) {
      const mangler = method._r?._m;
      this.#kept.push(method._r, mangler, mangler?.["replacementMethodId"]);
      const problem = cureUninitialised(method, this.#modifiersOf(method));
      if (problem !== null) this.#report(new Error(problem));
    }
    return methods.every((method) => method._r !== undefined);
  }

  /** The hooks stay and pass through: un-hooking a busy method crashed apps (section 6). */
  release(): void {}

  stop(): void {}

  /** Load the wanted classes through a loader, as the app would; that does not initialise them (section 3). */
  #look(factory: BridgeFactory, names: ReadonlySet<string>, onClass: OnClass): void {
    const env = Java.vm.getEnv().handle;
    for (const name of names) {
      let wrapper: BridgeClass;
      try {
        wrapper = factory.use(name);
      } catch {
        continue; // not in this loader: the hook stays pending
      }
      const cls = (wrapper as unknown as { class: { $h: Ref } }).class.$h;
      if (this.#isFound(env, name, cls)) continue;
      onClass(env, cls, { name, initialisedByUs: false });
    }
  }

  #isFound(env: Ref, name: string, cls: Ref): boolean {
    const { jni } = this.#calls;
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
        depth.set(thread, (depth.get(thread) ?? 0) + 1);
        let result: unknown;
        try {
          result = callOriginal(method, receiver, values);
        } finally {
          depth.set(thread, (depth.get(thread) ?? 1) - 1);
        }
        if (depth.get(thread) === 0) onLoader(Java.retain(receiver)); // the reference given ends with this call
        return result;
      });
      this.#kept.push(method, method._r, method._r?._m);
    }
  }

  #wrapper(env: Ref, cls: Ref): BridgeClass {
    const name = this.#calls.className(env, cls);
    const loader = this.#calls.object(env, cls, "java.lang.Class", "getClassLoader()Ljava/lang/ClassLoader;");
    if (loader.isNull() || this.#calls.classNameOf(env, loader) === "java.lang.BootClassLoader") return Java.use(name);
    const wrapped = Java.cast(loader, Java.use("java.lang.ClassLoader"));
    return Java.ClassFactory.get(wrapped).use(name);
  }

  #overload(env: Ref, cls: Ref, method: BridgeMethod): Omit<Overload, "isConstructor" | "inherited"> {
    const { parameters, result } = typesOf(method);
    const modifiers = this.#modifiers(env, cls, method);
    const unhookable = (modifiers & ACC_ABSTRACT) !== 0 ? "abstract" : (modifiers & ACC_NATIVE) !== 0 ? "native" : null;
    return {
      key: method.handle.toString(),
      parameters,
      result,
      isStatic: (modifiers & ACC_STATIC) !== 0,
      unhookable,
      make: () => {
        makeOpaque(method);
        return { method, original: method };
      },
    };
  }

  #modifiersOf(method: BridgeMethod): number {
    const env = Java.vm.getEnv().handle;
    const holder = method._p[1] as { class: { $h: Ref } };
    return this.#modifiers(env, holder.class.$h, method);
  }

  /** Java's modifiers of a method or constructor, by reflection. */
  #modifiers(env: Ref, cls: Ref, method: BridgeMethod): number {
    const { jni } = this.#calls;
    const reflected = jni.toReflectedMethod(env, cls, method.handle, 0);
    this.#calls.check(env);
    const id = this.#calls.bootMethod(env, "java.lang.reflect.Executable", "getModifiers()I");
    const modifiers = jni.callInt(env, reflected, id, NULL);
    this.#calls.check(env);
    jni.deleteLocalRef(env, reflected);
    return modifiers;
  }
}
