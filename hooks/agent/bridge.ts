// What this agent uses of frida-java-bridge 7, the internals included. Only lossless.ts and art.ts touch the latter.

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
  tryGetEnvHandle(version: number): NativePointer | null;
  attachCurrentThread(): BridgeEnv;
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
  enumerateClassLoadersSync(): Receiver[];
  deoptimizeMethod(method: BridgeMethod): void;
}

/** Defined by frida_tools/bridges/java.js, which the probe puts in front of this bundle. */
declare const bridge: Bridge;

export const Java: Bridge = bridge;

/** Defined by daemon.ts, which runs before the bridge. */
declare function attachAsDaemon(): NativePointer | null;
declare function runTicks(): void;

/** Attach Frida's own thread to the VM without keeping the VM alive, now and whenever the bridge attaches a thread. */
export function attachThreadsAsDaemons(): void {
  attachAsDaemon();
  Java.vm.attachCurrentThread = () => {
    attachAsDaemon();
    return Java.vm.getEnv();
  };
}

/** Let method exchanges that the bridge has put off for the next tick happen now. */
export function exchangeNow(): void {
  runTicks();
}
