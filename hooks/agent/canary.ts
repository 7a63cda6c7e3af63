// The first hooks of every session: on a class of ours whose static initialiser calls its own methods, so that we know
// whether hooks hold in this process before one of the app's is trusted (reference/art.md section 3).
import type { BridgeMethod } from "./bridge.js";
import type { Host, Overload } from "./host.js";
import { type JavaCalls, newString } from "./java.js";
import type { Ref } from "./jni.js";
import { callOriginal, setBody } from "./lossless.js";
import { type Attempt, decide, judge, type Seen, type SelfCheckOutcome, type Sight, tell } from "./outcome.js";

/** Written by harness/probe/canary, put in front of this script by harness/probe/bundle.py. Bytes are hexadecimal. */
declare const canaryBytes: { names: string[]; classes: string[]; dex: string; result: number };

const HOOKED = ["still", "move", "hide", "$init"];
const CALLS = 5;
const LOCAL_REFS = 64;

/** A method whose body counts its calls and then does what it always did. */
export interface Counted {
  method: BridgeMethod;
  calls(): number;
}

export interface CanaryTools {
  env: Ref; // of this thread
  host: Host;
  java: JavaCalls;
  /** Exchanges a method's body the way real hooks do. */
  count: (overload: Overload, cls: Ref) => Counted;
  attempts: Attempt[];
}

export interface SelfCheck {
  outcome: SelfCheckOutcome;
  detail: string;
  /**
   * The canaries' methods, which nobody calls any more. To be given back with the app's at the end: HotSpot's code
   * cache is swept for it, 0.1 s that an app on its way up should not lose.
   */
  hooked: BridgeMethod[];
}

const kept: Ref[] = []; // a class that is unloaded would take the bridge's copies of its methods with it

/**
 * Try one way of securing hooks after the other until the canary's calls are all seen. The way that is decided on is
 * in force afterwards. Before the first real hook; initialises no class of the app.
 */
export function checkRuntime(tools: CanaryTools): SelfCheck {
  const tried: { attempt: Attempt; seen: Seen }[] = [];
  const told: string[] = [];
  const hooked: BridgeMethod[] = [];
  for (const [i, attempt] of tools.attempts.entries()) {
    let cls: Ref;
    try {
      cls = inFrame(tools, () => define(tools, i));
    } catch (error) {
      told.push(`the class could not be made: ${String(error)}`);
      break;
    }
    attempt.prepare();
    const { seen, detail } = inFrame(tools, () => watchOne(tools, cls, hooked));
    tried.push({ attempt, seen });
    told.push(tools.attempts.length > 1 ? `${attempt.outcome}? ${detail}` : detail);
    if (seen === "all") break;
  }
  const detail = told.join("; ");
  if (tried.length === 0) {
    tools.attempts[0]?.prepare();
    return { outcome: "unavailable", detail, hooked };
  }
  const { outcome, attempt } = decide(tried);
  attempt?.prepare();
  return { outcome, detail, hooked };
}

/** Exchange a body in plain JavaScript. */
export function countPlainly(overload: Overload): Counted {
  const { method, original } = overload.make();
  let calls = 0;
  setBody(method, (receiver, values) => {
    calls++;
    return callOriginal(original, receiver, values);
  });
  return { method, calls: () => calls };
}

/** On HotSpot nothing undoes a hook, so there is one way only. */
export const UNAIDED: Attempt[] = [{ outcome: "sound", prepare() {} }];

function inFrame<T>({ env, java }: CanaryTools, body: () => T): T {
  java.jni.pushLocalFrame(env, LOCAL_REFS);
  try {
    return body();
  } finally {
    java.jni.popLocalFrame(env, NULL);
  }
}

/** The canary of that number, loaded and not initialised, in a loader of its own that knows boot classes only. */
function define({ env, host, java }: CanaryTools, number: number): Ref {
  const name = canaryBytes.names[number];
  const content = host.flavor === "art" ? canaryBytes.dex : canaryBytes.classes[number];
  if (name === undefined || content === undefined) throw new Error("there are more attempts than canaries");
  const cls = host.flavor === "art" ? defineOnArt(env, java, name, content) : defineOnJvm(env, java, name, content);
  const global = java.jni.newGlobalRef(env, cls);
  kept.push(global);
  return global;
}

function defineOnJvm(env: Ref, java: JavaCalls, name: string, content: string): Ref {
  const loader = make(env, java, "java.security.SecureClassLoader", "<init>(Ljava/lang/ClassLoader;)V", NULL);
  const bytes = byteArray(env, java, content);
  const method = "defineClass(Ljava/lang/String;[BII)Ljava/lang/Class;";
  const id = java.bootMethod(env, "java.lang.ClassLoader", method);
  const length = java.jni.getArrayLength(env, bytes);
  const cls = java.jni.callObject(env, loader, id, jvalues(newString(java.jni, env, name), bytes, 0, length));
  java.check(env);
  // links the class, as its first use would; hooks are set on linked classes
  java.object(env, cls, "java.lang.Class", "getDeclaredMethods()[Ljava/lang/reflect/Method;");
  return cls;
}

/** Never Java.registerClass: detaching after it aborts the app (section 6). */
function defineOnArt(env: Ref, java: JavaCalls, name: string, content: string): Ref {
  const wrap = java.bootStatic(env, "java.nio.ByteBuffer", "wrap([B)Ljava/nio/ByteBuffer;");
  const wrapped = jvalues(byteArray(env, java, content));
  const buffer = java.jni.callStaticObject(env, java.bootClass(env, "java.nio.ByteBuffer"), wrap, wrapped);
  java.check(env);
  const root = java.bootClass(env, "java.lang.Object");
  const boot = java.object(env, root, "java.lang.Class", "getClassLoader()Ljava/lang/ClassLoader;");
  const init = "<init>(Ljava/nio/ByteBuffer;Ljava/lang/ClassLoader;)V";
  const loader = make(env, java, "dalvik.system.InMemoryDexClassLoader", init, buffer, boot);
  const load = java.bootMethod(env, "java.lang.ClassLoader", "loadClass(Ljava/lang/String;)Ljava/lang/Class;");
  const cls = java.jni.callObject(env, loader, load, jvalues(newString(java.jni, env, name)));
  java.check(env);
  return cls;
}

/** Hook the class, let it initialise, call it, and compare. */
function watchOne(tools: CanaryTools, cls: Ref, hooked: BridgeMethod[]): { seen: Seen; detail: string } {
  const { env, host, java } = tools;
  const counted: { name: string; hook: Counted }[] = [];
  try {
    for (const name of HOOKED) {
      for (const overload of host.overloads(env, cls, name)) counted.push({ name, hook: tools.count(overload, cls) });
    }
    if (counted.length !== HOOKED.length) throw new Error(`${counted.length} of ${HOOKED.length} methods found`);
    const methods = counted.map(({ hook }) => hook.method);
    hooked.push(...methods);
    if (!host.commit(methods)) throw new Error("the runtime did not take the new bodies");
    const [name, signature] = [Memory.allocUtf8String("chain"), Memory.allocUtf8String("()I")];
    const chain = java.jni.getStaticMethodId(env, cls, name, signature); // initialises the class
    java.check(env);
    const inside = counted.map(({ hook }) => hook.calls());
    for (let i = 0; i < CALLS; i++) callOnce(env, java, cls, chain);
    const sights: Sight[] = counted.map((one, i) => {
      const before = inside[i] ?? 0;
      return { method: one.name, inside: before, after: one.hook.calls() - before };
    });
    return { seen: judge(sights, CALLS), detail: tell(sights, CALLS) };
  } catch (error) {
    return { seen: "not all", detail: String(error) };
  }
}

function callOnce(env: Ref, java: JavaCalls, cls: Ref, chain: Ref): void {
  const result = java.jni.callStaticInt(env, cls, chain, NULL);
  java.check(env);
  if (result !== canaryBytes.result) throw new Error(`hooked methods gave ${result} instead of ${canaryBytes.result}`);
}

function make(env: Ref, java: JavaCalls, className: string, constructor: string, ...rest: Ref[]): Ref {
  const id = java.bootMethod(env, className, constructor);
  const made = java.jni.newObject(env, java.bootClass(env, className), id, jvalues(...rest));
  java.check(env);
  return made;
}

function byteArray(env: Ref, java: JavaCalls, hex: string): Ref {
  const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const array = java.jni.newByteArray(env, bytes.length);
  java.check(env);
  java.jni.setByteRegion(env, array, 0, bytes.length, Memory.alloc(bytes.length).writeByteArray(bytes));
  return array;
}

/** Arguments of a JNI call: references and ints. */
function jvalues(...rest: (Ref | number)[]): Ref {
  const array = Memory.alloc(8 * rest.length);
  rest.forEach((one, at) => {
    if (typeof one === "number") array.add(8 * at).writeS32(one);
    else array.add(8 * at).writePointer(one);
  });
  return array;
}
