// Calls into boot classes through JNI, with exceptions turned into errors of ours. Never used to run code of the app.
import type { Jni, Ref } from "./jni.js";
import { readString } from "./text.js";

/** A Java exception inside a call of ours. The app does not see it. */
export class JavaFault extends Error {}

export class JavaCalls {
  readonly jni: Jni;
  readonly #classes = new Map<string, Ref>();
  readonly #methods = new Map<string, Ref>();

  constructor(jni: Jni) {
    this.jni = jni;
  }

  /** Throw when the call before left an exception; it is cleared. */
  check(env: Ref): void {
    if (this.jni.exceptionCheck(env) === 0) return;
    const thrown = this.jni.exceptionOccurred(env);
    this.jni.exceptionClear(env);
    const name = this.classNameOf(env, thrown);
    this.jni.deleteLocalRef(env, thrown);
    throw new JavaFault(name);
  }

  /** A boot class, as a global reference. */
  bootClass(env: Ref, name: string): Ref {
    const known = this.#classes.get(name);
    if (known !== undefined) return known;
    const found = this.jni.findClass(env, Memory.allocUtf8String(name.replace(/\./g, "/")));
    this.check(env);
    const kept = this.jni.newGlobalRef(env, found);
    this.jni.deleteLocalRef(env, found);
    this.#classes.set(name, kept);
    return kept;
  }

  /** An instance method of a boot class, `name` and JNI signature written together: `size()I`. */
  bootMethod(env: Ref, className: string, method: string): Ref {
    const key = `${className}.${method}`;
    const known = this.#methods.get(key);
    if (known !== undefined) return known;
    const found = this.method(env, this.bootClass(env, className), method);
    this.#methods.set(key, found);
    return found;
  }

  bootStatic(env: Ref, className: string, method: string): Ref {
    const key = `static ${className}.${method}`;
    const known = this.#methods.get(key);
    if (known !== undefined) return known;
    const [name, signature] = split(method);
    const found = this.jni.getStaticMethodId(env, this.bootClass(env, className), name, signature);
    this.check(env);
    this.#methods.set(key, found);
    return found;
  }

  method(env: Ref, cls: Ref, method: string): Ref {
    const [name, signature] = split(method);
    const found = this.jni.getMethodId(env, cls, name, signature);
    this.check(env);
    return found;
  }

  /** A field's id, name and descriptor written together: `count:I`. */
  field(env: Ref, cls: Ref, member: string): Ref {
    const [name = "", descriptor = ""] = member.split(":");
    const found = this.jni.getFieldId(env, cls, Memory.allocUtf8String(name), Memory.allocUtf8String(descriptor));
    this.check(env);
    return found;
  }

  /** Call a method without arguments that gives an object: a local reference, or NULL. */
  object(env: Ref, ref: Ref, className: string, method: string): Ref {
    const result = this.jni.callObject(env, ref, this.bootMethod(env, className, method), NULL);
    this.check(env);
    return result;
  }

  boolean(env: Ref, ref: Ref, className: string, method: string): boolean {
    const result = this.jni.callBoolean(env, ref, this.bootMethod(env, className, method), NULL);
    this.check(env);
    return result !== 0;
  }

  /** Text of a method without arguments that gives a String. */
  text(env: Ref, ref: Ref, className: string, method: string): string | null {
    return takeText(this.jni, env, this.object(env, ref, className, method));
  }

  /** `java.util.HashMap`, `[B` */
  className(env: Ref, cls: Ref): string {
    return this.text(env, cls, "java.lang.Class", "getName()Ljava/lang/String;") ?? "";
  }

  classNameOf(env: Ref, ref: Ref): string {
    const cls = this.jni.getObjectClass(env, ref);
    const name = this.className(env, cls);
    this.jni.deleteLocalRef(env, cls);
    return name;
  }

  identity(env: Ref, ref: Ref): number {
    const method = this.bootStatic(env, "java.lang.System", "identityHashCode(Ljava/lang/Object;)I");
    const hash = this.jni.callStaticInt(env, this.bootClass(env, "java.lang.System"), method, values(ref));
    this.check(env);
    return hash;
  }
}

/** Arguments as a jvalue array. */
export function values(...refs: Ref[]): Ref {
  const array = Memory.alloc(8 * refs.length);
  refs.forEach((ref, at) => array.add(8 * at).writePointer(ref));
  return array;
}

function split(method: string): [Ref, Ref] {
  const at = method.indexOf("(");
  return [Memory.allocUtf8String(method.slice(0, at)), Memory.allocUtf8String(method.slice(at))];
}

/** Read a String's text and drop the reference. */
export function takeText(jni: Jni, env: Ref, text: Ref): string | null {
  if (text.isNull()) return null;
  const read = readString(jni, env, text);
  jni.deleteLocalRef(env, text);
  return read;
}

/** A java.lang.String, as a local reference. */
export function newString(jni: Jni, env: Ref, text: string): Ref {
  const units = Memory.alloc(Math.max(2 * text.length, 1));
  for (let i = 0; i < text.length; i++) units.add(2 * i).writeU16(text.charCodeAt(i));
  return jni.newString(env, units, text.length);
}
