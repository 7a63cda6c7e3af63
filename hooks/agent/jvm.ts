// HotSpot: classes are found by JVMTI and hooked when they are linked, before their initialiser runs, whichever loader
// they come from. No class is loaded or initialised on our account (handset.md section 4 describes what Java.use does).
import { type BridgeMethod, exchangeNow, Java } from "./bridge.js";
import { splitSignature } from "./descriptors.js";
import type { Host, OnClass, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { Jvmti, type MethodFact, STATUS_PREPARED } from "./jvmti.js";
import { bridgeMethod, isInForce, originalOf } from "./lossless.js";
import { jvmtiFrames } from "./stack.js";

const ACC_STATIC = 0x8;
const ACC_BRIDGE = 0x40;
const ACC_NATIVE = 0x100;
const ACC_ABSTRACT = 0x400;
const PATIENCE_S = 2;
const POLL_S = 0.002;

/** Runs for every class that gets linked: compares its name by hash with the wanted ones, and rings for those. */
const FILTER = `
#include <glib.h>
typedef struct { gint count; guint wanted[4096]; void (*ring) (gpointer jni, gpointer cls); } Wanted;
extern Wanted state;
typedef int (*GetSignature) (gpointer env, gpointer cls, char ** signature, char ** generic);
typedef int (*Deallocate) (gpointer env, void * memory);

void on_prepare (gpointer * ti, gpointer jni, gpointer thread, gpointer cls)
{
  gpointer * table = *ti;
  char * text = NULL;
  guint hash = 2166136261u;
  gint i;
  if (((GetSignature) table[47]) (ti, cls, &text, NULL) != 0) return;
  for (i = 0; text[i] != 0; i++) hash = (hash ^ (guchar) text[i]) * 16777619u;
  ((Deallocate) table[46]) (ti, text);
  for (i = 0; i != state.count; i++)
    if (state.wanted[i] == hash) { state.ring (jni, cls); return; }
}
`;
const MAX_WANTED = 4096;
const MOST_LISTED = 8;

function fnv(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0;
  return hash;
}

export class Jvm implements Host {
  readonly flavor = "jvm";
  readonly frames;
  readonly #calls: JavaCalls;
  readonly #jvmti: Jvmti;
  readonly #kept: unknown[] = [];
  readonly #seen: Ref[] = [];
  readonly #listed: { cls: Ref; facts: MethodFact[] }[] = [];
  readonly #bodies = new Map<string, Ref>(); // of hooked methods: the id of what the app wrote, by the method's id

  get jvmti(): Ref {
    return this.#jvmti.env;
  }

  constructor(calls: JavaCalls) {
    this.#calls = calls;
    this.#jvmti = new Jvmti();
    this.frames = jvmtiFrames(this.#jvmti, calls, (method) => this.#bodies.get(method.toString()));
  }

  watch(names: ReadonlySet<string>, onClass: OnClass): void {
    const signatures = new Map([...names].map((name) => [`L${name.replace(/\./g, "/")};`, name]));
    const ring = (env: Ref, cls: Ref): void => {
      const name = signatures.get(this.#jvmti.classSignature(cls));
      if (name === undefined || this.#isKnown(env, cls)) return;
      onClass(env, cls, { name, initialisedByUs: false });
    };
    this.#listen([...signatures.keys()], ring);
    const env = Java.vm.getEnv().handle;
    for (const cls of this.#jvmti.loadedClasses()) {
      const linked = (this.#jvmti.classStatus(cls) & STATUS_PREPARED) !== 0; // others ring when they get linked
      if (linked) ring(env, cls);
      this.#calls.jni.deleteLocalRef(env, cls);
    }
  }

  overloads(env: Ref, cls: Ref, method: string): Overload[] {
    const name = method === "$init" ? "<init>" : method;
    const { jni } = this.#calls;
    const found: Overload[] = [];
    let at = jni.newGlobalRef(env, cls);
    for (let inherited = false; ; inherited = true) {
      for (const fact of this.#declared(at, name)) {
        const overload = this.#overload(at, fact, inherited);
        if (!found.some((nearer) => nearer.parameters.join() === overload.parameters.join())) found.push(overload);
      }
      const above = name === "<init>" ? NULL : jni.getSuperclass(env, at);
      if (above.isNull()) return found;
      at = jni.newGlobalRef(env, above);
      jni.deleteLocalRef(env, above);
    }
  }

  commit(methods: BridgeMethod[]): boolean {
    exchangeNow();
    const until = Date.now() + PATIENCE_S * 1000;
    while (!methods.every(isInForce)) {
      // another thread may be in the middle of the exchange
      if (Date.now() > until) return false;
      Thread.sleep(POLL_S);
    }
    return true;
  }

  release(methods: BridgeMethod[]): void {
    for (const method of methods) method.implementation = null;
    exchangeNow();
  }

  stop(): void {
    this.#jvmti.stopEvents();
  }

  #listen(signatures: string[], ring: (env: Ref, cls: Ref) => void): void {
    if (signatures.length > MAX_WANTED) throw new Error(`more than ${MAX_WANTED} classes to watch for`);
    const callback = new NativeCallback((env: Ref, cls: Ref) => ring(env, cls), "void", ["pointer", "pointer"]);
    const state = Memory.alloc(8 + 4 * MAX_WANTED + Process.pointerSize);
    state.writeS32(signatures.length);
    signatures.forEach((signature, i) => state.add(4 + 4 * i).writeU32(fnv(signature)));
    state.add(8 + 4 * MAX_WANTED).writePointer(callback);
    const filter = new CModule(FILTER, { state });
    this.#kept.push(callback, state, filter);
    this.#jvmti.onClassPrepare(filter["on_prepare"] as NativePointer);
  }

  #isKnown(env: Ref, cls: Ref): boolean {
    const { jni } = this.#calls;
    if (this.#seen.some((known) => jni.isSameObject(env, known, cls) !== 0)) return true;
    this.#seen.push(jni.newGlobalRef(env, cls));
    return false;
  }

  /** Methods of that name, without the bridges that javac adds for covariant results: they call the real one. */
  #declared(cls: Ref, name: string): MethodFact[] {
    const named = this.#methods(cls).filter((fact) => fact.name === name);
    const real = named.filter((fact) => (fact.modifiers & ACC_BRIDGE) === 0);
    return real.length > 0 ? real : named;
  }

  /** What a class declares, listed once for all hooks on it and, above it, for those on the next one. */
  #methods(cls: Ref): MethodFact[] {
    const { jni } = this.#calls;
    const env = Java.vm.getEnv().handle;
    const known = this.#listed.find((one) => jni.isSameObject(env, one.cls, cls) !== 0);
    if (known !== undefined) return known.facts;
    const facts = this.#jvmti.methods(cls);
    this.#listed.unshift({ cls: jni.newGlobalRef(env, cls), facts });
    if (this.#listed.length > MOST_LISTED) jni.deleteGlobalRef(env, this.#listed.pop()?.cls ?? NULL);
    return facts;
  }

  #overload(cls: Ref, fact: MethodFact, inherited: boolean): Overload {
    const isStatic = (fact.modifiers & ACC_STATIC) !== 0;
    const { id, name, signature } = fact;
    const { parameters, result } = splitSignature(signature);
    const unhookable =
      (fact.modifiers & ACC_ABSTRACT) !== 0 ? "abstract" : (fact.modifiers & ACC_NATIVE) !== 0 ? "native" : null;
    return {
      key: id.toString(),
      parameters,
      result,
      isStatic,
      inherited,
      unhookable,
      isConstructor: name === "<init>",
      make: () => {
        const raw = { cls, id, name, signature, isStatic };
        const original = originalOf(raw);
        this.#bodies.set(id.toString(), original.handle);
        return { original, method: bridgeMethod(raw) };
      },
    };
  }
}
