// The one file that relies on the inside of frida-java-bridge: hooked methods get and give the app's own objects.
// Why: the stock bridge turns every String into UTF-8 and back. It breaks `==`, cuts at U+0000 and refuses a lone
// surrogate, in which case the original is never called (reference/art.md section 1). Here every type is carried as
// it is.
import { Java, type BridgeEnv, type BridgeMethod, type BridgeType, type MethodParts, type Receiver } from "./bridge.js";
import { PRIMITIVE_TYPES, splitSignature } from "./descriptors.js";
import { hideFrames } from "./hotspot.js";
import type { Ref } from "./jni.js";

/** An object argument or result inside a hook: the JNI reference and nothing else. Null stays null. */
export interface Opaque {
  $h: NativePointer;
  $dispose?: () => void;
}

export type Handler = (receiver: Receiver, values: unknown[]) => unknown;

const STATIC_METHOD = 2;
const INSTANCE_METHOD = 3;
const CALL_DIRECTLY = 2;

const NATIVE_TYPES: Record<string, string> = {
  Z: "uint8",
  B: "int8",
  C: "uint16",
  S: "int16",
  I: "int32",
  J: "int64",
  F: "float",
  D: "double",
  V: "void",
};

function own(handle: NativePointer, env: BridgeEnv): Opaque {
  const kept = env.newGlobalRef(handle);
  return { $h: kept, $dispose: () => env.deleteGlobalRef(kept) };
}

/** A bridge type that converts nothing. `descriptor` is JNI's: `I`, `[B`, `Ljava/lang/String;`. */
export function opaqueType(descriptor: string): BridgeType {
  const type = NATIVE_TYPES[descriptor];
  if (type !== undefined) {
    return {
      className: PRIMITIVE_TYPES[descriptor] ?? "",
      name: descriptor,
      type,
      size: /[JD]/.test(descriptor) ? 2 : 1,
      byteSize: 8,
      defaultValue: type === "void" ? undefined : 0,
      isCompatible: () => true,
      fromJni: (value) => value,
      toJni: (value) => value,
    };
  }
  return {
    className: descriptor,
    name: descriptor,
    type: "pointer",
    size: 1,
    byteSize: 8,
    defaultValue: NULL,
    isCompatible: (value) => value === null || (value as Opaque).$h instanceof NativePointer,
    fromJni: (value, env, owned) => {
      const handle = value as NativePointer;
      if (handle.isNull()) return null;
      return owned === true ? own(handle, env) : { $h: handle };
    },
    toJni: (value) => (value === null ? NULL : (value as Opaque).$h),
  };
}

let template: BridgeMethod | null = null;

function aMethod(): BridgeMethod {
  template ??= Java.use("java.lang.Object")["equals"]?.overloads[0] ?? null;
  if (template === null) throw new LosslessError("java.lang.Object.equals is not there");
  return template;
}

/**
 * frida-java-bridge is not as this file knows it. Nothing is hooked then: a hook that changes the app is worse than
 * none.
 */
export class LosslessError extends Error {
  constructor(what: string) {
    super(`frida-java-bridge has changed: ${what}; hooks/agent/lossless.ts must be taught the new one`);
  }
}

/** Prove that the internals used here are as expected. */
export function checkBridge(): void {
  const method = aMethod();
  const parts = method._p;
  if (!Array.isArray(parts) || parts.length !== 8) throw new LosslessError("a method has no eight parts in _p");
  if (parts[0] !== "equals" || !(parts[3] instanceof NativePointer)) throw new LosslessError("the parts of _p differ");
  if (parts[4].className !== "boolean" || parts[5] !== method.argumentTypes)
    throw new LosslessError("types in _p differ");
  if (parts[5][0]?.className !== "java.lang.Object") throw new LosslessError("argumentTypes differ");
  for (const name of ["fromJni", "toJni", "isCompatible", "type", "defaultValue"]) {
    if (!(name in parts[4])) throw new LosslessError(`types have no ${name}`);
  }
  const env = Object.getPrototypeOf(Java.vm.getEnv()) as Record<string, unknown>;
  if (typeof env["throwIfExceptionPending"] !== "function")
    throw new LosslessError("Env.throwIfExceptionPending is gone");
}

/**
 * The stock version calls the app's toString() on the exception, so it runs app code, and it dies on text that is not
 * UTF-16, so the app never sees its exception (art.md section 1).
 */
export function passExceptionsThrough(): void {
  const prototype = Object.getPrototypeOf(Java.vm.getEnv()) as BridgeEnv;
  prototype.throwIfExceptionPending = function (this: BridgeEnv): void {
    const thrown = this.exceptionOccurred();
    if (thrown.isNull()) return;
    this.exceptionClear();
    const kept = this.newGlobalRef(thrown);
    this.deleteLocalRef(thrown);
    const error = new JavaException(this.getObjectClassName(kept), kept);
    Script.bindWeak(error, release(kept));
    throw error;
  };
}

function release(kept: NativePointer): () => void {
  return () => Java.vm.perform((env) => env.deleteGlobalRef(kept));
}

/** An exception of the app (or of the VM) on its way through our JavaScript; the bridge rethrows `$h` into the app. */
export class JavaException extends Error {
  constructor(
    className: string,
    readonly $h: NativePointer,
  ) {
    super(className);
  }
}

/** A method as the VM knows it, without the bridge's class model, whose making would run the class's initialiser. */
export interface RawMethod {
  cls: Ref; // a global reference
  id: Ref;
  name: string;
  signature: string;
  isStatic: boolean;
}

/** A bridge method for a raw one, all types opaque. */
export function bridgeMethod(raw: RawMethod): BridgeMethod {
  const { parameters, result } = splitSignature(raw.signature);
  const parts: MethodParts = [
    raw.name,
    holderOf(raw.cls),
    raw.isStatic ? STATIC_METHOD : INSTANCE_METHOD,
    raw.id,
    opaqueType(result),
    parameters.map(opaqueType),
  ];
  const clone = aMethod().clone;
  return clone.call({ _p: parts } as unknown as BridgeMethod) as BridgeMethod;
}

/**
 * The same method as it is before its body is exchanged, to call the original by. HotSpot's jmethodID is the address
 * of a Method*; this one is ours and stays with the first Method, whatever is hooked or let go of meanwhile.
 */
export function originalOf(raw: RawMethod): BridgeMethod {
  const id = Memory.alloc(Process.pointerSize);
  id.writePointer(raw.id.readPointer());
  return bridgeMethod({ ...raw, id });
}

/** What the bridge asks of a method's class wrapper, for one whose class it must not look into. */
function holderOf(cls: Ref): unknown {
  class RawReceiver {
    $h: NativePointer | null;
    // Always by the exact method: a virtual call would find the hook again, or jump wild for an interface's method.
    readonly $t = CALL_DIRECTLY;

    constructor(handle: NativePointer | null) {
      this.$h = handle;
    }

    $getHandle(): NativePointer | null {
      return this.$h;
    }

    $copyClassHandle(): Ref {
      return cls;
    }

    $borrowClassHandle(): { value: Ref; unref(): void } {
      return { value: cls, unref() {} };
    }
  }
  const holder = new RawReceiver(null);
  return Object.assign(holder, { $C: RawReceiver, $f: Java.classFactory });
}

/** The JNI descriptors of a bridge method's parameters and result. */
export function typesOf(method: BridgeMethod): { parameters: string[]; result: string } {
  return { parameters: method.argumentTypes.map((type) => type.name), result: method._p[4].name };
}

/** Carry every value of an existing bridge method as it is. Before `.implementation` is set. */
export function makeOpaque(method: BridgeMethod): void {
  const types = method.argumentTypes;
  types.forEach((type, at) => {
    types[at] = { ...opaqueType(type.name), className: type.className };
  });
  const result = method._p[4];
  method._p[4] = { ...opaqueType(result.name), className: result.className };
}

/** Exchange the method's body. In force once the calling thread has left our JavaScript (bridge: `Script.nextTick`). */
export function setBody(method: BridgeMethod, handler: Handler): void {
  method.implementation = function (this: Receiver, ...values: unknown[]): unknown {
    return handler(this, values);
  };
}

/**
 * The same with native code for a body, so that no JavaScript runs when it is called. The bridge makes a NativeCallback
 * of a method's implementation, first thing; the one it makes here is `body`.
 */
export function setNativeBody(method: BridgeMethod, body: NativePointer): void {
  const scope = globalThis as unknown as { NativeCallback: unknown };
  const real = scope.NativeCallback;
  let used = false;
  scope.NativeCallback = function (): NativePointer {
    scope.NativeCallback = real;
    used = true;
    return body;
  };
  method.implementation = () => undefined;
  scope.NativeCallback = real;
  if (!used) throw new LosslessError("a body is not made by NativeCallback");
}

/** Call the very overload that was hooked, with what the app gave. */
export function callOriginal(method: BridgeMethod, receiver: Receiver, values: unknown[]): unknown {
  return method.apply(receiver as never, values);
}

interface JvmMangler {
  newMethod: { method: NativePointer; accessFlags: number; accessFlagsPtr: NativePointer } | null;
}

/** Whether HotSpot now runs our body: asked, not assumed. */
export function isInForce(method: BridgeMethod): boolean {
  const replaced = (method._r?._m as JvmMangler | undefined)?.newMethod ?? null;
  if (replaced === null || !method.handle.readPointer().equals(replaced.method)) return false;
  // The bridge remembers the flags from before it made its copy native. Letting go, it writes them back while threads
  // are still in that copy, and the garbage collector takes their frames for byte code: SIGSEGV in Method::mask_for.
  replaced.accessFlags = replaced.accessFlagsPtr.readU32();
  hideFrames(replaced.method);
  return true;
}
