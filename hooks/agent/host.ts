// What the rest of the agent needs of a runtime. jvm.ts and art/art.ts give it.
import type { BridgeMethod } from "./bridge.js";
import type { Ref } from "./jni.js";
import type { Frames } from "./stack.js";

/** One overload of a method, found on a class or the nearest class above it that declares it. */
export interface Overload {
  key: string; // the same for the same method of the same class, so that it is hooked once
  parameters: string[]; // JNI descriptors
  result: string;
  isStatic: boolean;
  isConstructor: boolean;
  inherited: boolean;
  unhookable: string | null; // why it has no body of its own: "abstract", "native"
  make(): { method: BridgeMethod; original: BridgeMethod };
}

/** Told once per class and loader, before the app can use the class where the runtime allows it. */
export type OnClass = (env: Ref, cls: Ref, found: { name: string; initialisedByUs: boolean | null }) => void;

export interface Host {
  flavor: "jvm" | "art";
  frames: Frames;
  /** An environment of JVMTI, for the native core; NULL where there is none. */
  jvmti: Ref;
  /**
   * Call `onClass` for each class of these names that is there, and for each that comes. Returns when the first are
   * done.
   */
  watch(names: ReadonlySet<string>, onClass: OnClass): void;
  overloads(env: Ref, cls: Ref, method: string): Overload[];
  /** Put exchanged bodies in force, and say whether they are. */
  commit(methods: BridgeMethod[]): boolean;
  /** Give methods their own bodies back, where the runtime bears that while the app runs. */
  release(methods: BridgeMethod[]): void;
  /** Stop looking for classes. */
  stop(): void;
}
