// Default methods of interfaces on ART: every class that implements the interface and does not override the method has
// a copy of it, and calls run the copy; a hook on the interface's own method never fires (reference/art.md section 3).
import { copiesIn, methodArray, type MethodLayout } from "./facts.js";
import type { BridgeMethod } from "../bridge.js";
import { type JavaCalls } from "../java.js";
import type { Ref } from "../jni.js";

const INTERFACES = "getInterfaces()[Ljava/lang/Class;";
const IS_ASSIGNABLE_FROM = 11; // slot of JNINativeInterface

/**
 * The copies of an interface's method that a class has. `declared` is a method that the class itself declares, such as
 * its constructor. Throws when memory is not as known.
 */
export function copiesOf(declared: NativePointer, original: BridgeMethod, layout: MethodLayout): BridgeMethod[] {
  const word = (offset: number): number => declared.add(offset).readU32();
  const array = methodArray(word, layout);
  if (array === null) throw new Error("the methods of a class are not laid out as facts.ts knows it");
  const wanted = {
    declaringClass: original.handle.readU32(),
    dexMethodIndex: original.handle.add(layout.dexMethodIndex).readU32(),
  };
  return copiesIn(word, layout, array, wanted).map((offset) => {
    const copy = original.clone({});
    copy._p[3] = declared.add(offset);
    return copy;
  });
}

/** All interfaces of a class and of those above it, each once, as global references. */
export function interfacesOf(env: Ref, calls: JavaCalls, cls: Ref): Ref[] {
  const found: Ref[] = [];
  for (const one of [cls, ...superclassesOf(env, calls, cls)]) collect(env, calls, one, found);
  return found;
}

/** The classes above, nearest first, as global references. */
export function superclassesOf(env: Ref, calls: JavaCalls, cls: Ref): Ref[] {
  const { jni } = calls;
  const found: Ref[] = [];
  for (
    let at = jni.getSuperclass(env, cls);
    !at.isNull();
    at = jni.getSuperclass(env, found[found.length - 1] ?? NULL)
  ) {
    found.push(jni.newGlobalRef(env, at));
    jni.deleteLocalRef(env, at);
  }
  return found;
}

function collect(env: Ref, calls: JavaCalls, cls: Ref, found: Ref[]): void {
  const { jni } = calls;
  const array = calls.object(env, cls, "java.lang.Class", INTERFACES);
  for (let i = 0; i < jni.getArrayLength(env, array); i++) {
    const one = jni.getElement(env, array, i);
    if (!found.some((known) => jni.isSameObject(env, known, one) !== 0)) {
      const kept = jni.newGlobalRef(env, one);
      found.push(kept);
      collect(env, calls, kept, found);
    }
    jni.deleteLocalRef(env, one);
  }
  jni.deleteLocalRef(env, array);
}

/** JNI's IsAssignableFrom: runs no Java code, so it may be asked while ART lists its classes. */
export function assignableTo(env: Ref): (env: Ref, cls: Ref, above: Ref) => boolean {
  const address = env
    .readPointer()
    .add(IS_ASSIGNABLE_FROM * Process.pointerSize)
    .readPointer();
  const ask = new NativeFunction(address, "uint8", ["pointer", "pointer", "pointer"], { exceptions: "propagate" });
  return (thread, cls, above) => ask(thread, cls, above) !== 0;
}
