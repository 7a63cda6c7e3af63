// What this agent uses of frida-java-bridge 7, the internals included. Only lossless.ts and art/ touch the latter.

/** How the bridge carries one type across JNI. */
export interface BridgeType {
  className: string;
  name: string;
  type: string;
  size: number;
  byteSize: number;
  defaultValue: unknown;
  isCompatible(value: unknown): boolean;
  fromJni(value: unknown, env: BridgeEnv, owned?: boolean): unknown;
  toJni(value: unknown, env: BridgeEnv): unknown;
}

export interface BridgeEnv {
  handle: NativePointer;
  exceptionOccurred(): NativePointer;
  exceptionClear(): void;
  newGlobalRef(handle: NativePointer): NativePointer;
  deleteGlobalRef(handle: NativePointer): void;
  deleteLocalRef(handle: NativePointer): void;
  getObjectClassName(handle: NativePointer): string;
  throwIfExceptionPending(): void;
}

export interface BridgeVm {
  handle: NativePointer;
  perform<T>(work: (env: BridgeEnv) => T): T;
  getEnv(): BridgeEnv;
  tryGetEnv(): BridgeEnv | null;
  tryGetEnvHandle(version: number): NativePointer | null;
  attachCurrentThread(): BridgeEnv;
  detachCurrentThread(): void;
  unlink(threadId: number): void;
}

/** `_p` = name, holder, kind, handle, return type, argument types, call virtually, call directly. */
export type MethodParts = [string, unknown, number, NativePointer, BridgeType, BridgeType[], ...unknown[]];

export interface BridgeMethod {
  (...rest: unknown[]): unknown;
  _p: MethodParts;
  _r?: { _m: Record<string, unknown> };
  clone(options?: object): BridgeMethod;
  implementation: ((this: Receiver, ...rest: unknown[]) => unknown) | null;
  handle: NativePointer;
  argumentTypes: BridgeType[];
  overloads: BridgeMethod[];
}

/** `this` inside a hook: an instance, or the class itself for a static method (then `$h` is null). */
export interface Receiver {
  $h: NativePointer | null;
}

export type BridgeClass = Record<string, BridgeMethod> & Receiver & { $n: string };

export interface BridgeFactory {
  loader: Receiver | null;
  use(name: string): BridgeClass;
}

export interface Bridge {
  available: boolean;
  vm: BridgeVm;
  api: Record<string, unknown> & { flavor: string };
  classFactory: BridgeFactory;
  ClassFactory: { get(loader: Receiver | null): BridgeFactory };
  androidVersion: string;
  use(name: string): BridgeClass;
  perform(work: () => void): void;
  performNow<T>(work: () => T): T;
  retain(object: Receiver): Receiver;
  cast(handle: NativePointer, cls: BridgeClass): Receiver;
}

/** Defined by frida_tools/bridges/java.js, which the probe puts in front of this bundle. */
declare const bridge: Bridge;

export const Java: Bridge = bridge;

/** Defined by daemon.ts, which runs before the bridge. */
declare function attachAsDaemon(): NativePointer | null;
declare const attachedBeforeBridge: boolean;
declare function runTicks(): void;

let handedOver = false;

/**
 * Let the bridge attach threads as daemons, Frida's own included: what it attached itself it also detaches at its end, and
 * ART aborts the app when a thread ends attached. Call on Frida's thread, or before it has touched the VM.
 */
export function attachThreadsAsDaemons(): void {
  Java.vm.attachCurrentThread = () => {
    attachAsDaemon();
    return Java.vm.getEnv();
  };
  if (attachedBeforeBridge && !handedOver) {
    forgetThread(Process.getCurrentThreadId());
    Java.vm.detachCurrentThread();
  }
  handedOver = true;
}

/** Undo every `link` of a thread: the bridge keeps its JNIEnv until then. */
function forgetThread(id: number): void {
  try {
    for (;;) Java.vm.unlink(id);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it knows the thread no more
  }
}

/** Let method exchanges that the bridge has put off for the next tick happen now. */
export function exchangeNow(): void {
  runTicks();
}
