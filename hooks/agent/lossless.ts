// The one file that relies on the inside of frida-java-bridge: hooked methods get and give the app's own objects.
// Why: the stock bridge turns every String into UTF-8 and back. It breaks `==`, cuts at U+0000 and refuses a lone surrogate,
// in which case the original is never called (reference/art.md section 1). Here every type is carried as it is.
import { Java, type BridgeEnv, type BridgeMethod, type BridgeType, type MethodParts, type Receiver } from "./bridge.js";
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

const PRIMITIVES: Record<string, [string, string]> = {
  Z: ["boolean", "uint8"], B: ["byte", "int8"], C: ["char", "uint16"], S: ["short", "int16"], I: ["int", "int32"],
  J: ["long", "int64"], F: ["float", "float"], D: ["double", "double"], V: ["void", "void"],
};

function own(handle: NativePointer, env: BridgeEnv): Opaque {
  const kept = env.newGlobalRef(handle);
  return { $h: kept, $dispose: () => env.deleteGlobalRef(kept) };
}

/** A bridge type that converts nothing. `descriptor` is JNI's: `I`, `[B`, `Ljava/lang/String;`. */
export function opaqueType(descriptor: string): BridgeType {
  const primitive = PRIMITIVES[descriptor];
  if (primitive !== undefined) {
    const [className, type] = primitive;
    return { className, name: descriptor, type, size: type.endsWith("64") || type === "double" ? 2 : 1, byteSize: 8,
      defaultValue: type === "void" ? undefined : 0, isCompatible: () => true, fromJni: (value) => value,
      toJni: (value) => value };
  }
  return {
    className: descriptor, name: descriptor, type: "pointer", size: 1, byteSize: 8, defaultValue: NULL,
    isCompatible: (value) => value === null || (value as Opaque).$h instanceof NativePointer,
    fromJni: (value, env, owned) => {
      const handle = value as NativePointer;
      if (handle.isNull()) return null;
      return owned === true ? own(handle, env) : { $h: handle };
    },
    toJni: (value) => (value === null ? NULL : (value as Opaque).$h),
  };
}

/** `(Ljava/lang/String;I)V` as the descriptors of the parameters and of the result. */
export function splitSignature(signature: string): { parameters: string[]; result: string } {
  const end = signature.indexOf(")");
  const parameters = signature.slice(1, end).match(/\[*(?:L[^;]*;|[A-Z])/g) ?? [];
  return { parameters, result: signature.slice(end + 1) };
}

/** `java.lang.String`, `int`, `[B`, `[Ljava.lang.String;` as a JNI descriptor. */
export function descriptorOf(typeName: string): string {
  const slashed = typeName.replace(/\./g, "/");
  if (slashed.startsWith("[")) return slashed;
  const primitive = Object.keys(PRIMITIVES).find((key) => PRIMITIVES[key]?.[0] === typeName);
  return primitive ?? `L${slashed};`;
}

let template: BridgeMethod | null = null;

function aMethod(): BridgeMethod {
  template ??= Java.use("java.lang.Object")["equals"]?.overloads[0] ?? null;
  if (template === null) throw new LosslessError("java.lang.Object.equals is not there");
  return template;
}

/** frida-java-bridge is not as this file knows it. Nothing is hooked then: a hook that changes the app is worse than none. */
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
  if (parts[4].className !== "boolean" || parts[5] !== method.argumentTypes) throw new LosslessError("types in _p differ");
  if (parts[5][0]?.className !== "java.lang.Object") throw new LosslessError("argumentTypes differ");
  for (const name of ["fromJni", "toJni", "isCompatible", "type", "defaultValue"]) {
    if (!(name in parts[4])) throw new LosslessError(`types have no ${name}`);
  }
  const env = Object.getPrototypeOf(Java.vm.getEnv()) as Record<string, unknown>;
  if (typeof env["throwIfExceptionPending"] !== "function") throw new LosslessError("Env.throwIfExceptionPending is gone");
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
  constructor(className: string, readonly $h: NativePointer) {
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
  const parts: MethodParts = [raw.name, holderOf(raw.cls), raw.isStatic ? STATIC_METHOD : INSTANCE_METHOD, raw.id,
    opaqueType(result), parameters.map(opaqueType)];
  const clone = aMethod().clone;
  return clone.call({ _p: parts } as unknown as BridgeMethod) as BridgeMethod;
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

/** Carry every object of an existing bridge method as it is. Before `.implementation` is set. */
export function makeOpaque(method: BridgeMethod): void {
  const types = method.argumentTypes;
  types.forEach((type, at) => {
    if (type.type === "pointer") types[at] = { ...opaqueType(type.name), className: type.className };
  });
  const result = method._p[4];
  if (result.type === "pointer") method._p[4] = { ...opaqueType(result.name), className: result.className };
}

/** Exchange the method's body. In force once the calling thread has left our JavaScript (bridge: `Script.nextTick`). */
export function setBody(method: BridgeMethod, handler: Handler): void {
  method.implementation = function (this: Receiver, ...values: unknown[]): unknown {
    return handler(this, values);
  };
}

/** Call the very overload that was hooked, with what the app gave. */
export function callOriginal(method: BridgeMethod, receiver: Receiver, values: unknown[]): unknown {
  return method.apply(receiver as never, values);
}

/** Whether HotSpot now runs our body: asked, not assumed. */
export function isInForce(method: BridgeMethod): boolean {
  const mangler = method._r?._m as { newMethod?: { method: NativePointer } | null } | undefined;
  const replaced = mangler?.newMethod?.method;
  return replaced !== undefined && method.handle.readPointer().equals(replaced);
}
