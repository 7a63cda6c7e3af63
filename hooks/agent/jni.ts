// JNI by slot number (the order of the JNI specification, part 4): called straight, without the bridge's wrappers.

export type Ref = NativePointer;

type Native = (...rest: unknown[]) => unknown;

const VERSION_SLOT = 4;

/**
 * Every function takes the thread's JNIEnv first. They release the JavaScript lock while they run, as they must: a
 * JNI call may wait for a safepoint in which HotSpot's VM thread runs the bridge's JavaScript.
 */
export interface Jni {
  findClass(env: Ref, name: Ref): Ref;
  getSuperclass(env: Ref, cls: Ref): Ref;
  exceptionOccurred(env: Ref): Ref;
  exceptionClear(env: Ref): void;
  exceptionCheck(env: Ref): number;
  pushLocalFrame(env: Ref, capacity: number): number;
  popLocalFrame(env: Ref, result: Ref): Ref;
  newGlobalRef(env: Ref, ref: Ref): Ref;
  deleteGlobalRef(env: Ref, ref: Ref): void;
  deleteLocalRef(env: Ref, ref: Ref): void;
  isSameObject(env: Ref, one: Ref, other: Ref): number;
  newObject(env: Ref, cls: Ref, method: Ref, values: Ref): Ref;
  getObjectClass(env: Ref, ref: Ref): Ref;
  isInstanceOf(env: Ref, ref: Ref, cls: Ref): number;
  getMethodId(env: Ref, cls: Ref, name: Ref, signature: Ref): Ref;
  getStaticMethodId(env: Ref, cls: Ref, name: Ref, signature: Ref): Ref;
  callObject(env: Ref, ref: Ref, method: Ref, values: Ref): Ref;
  callBoolean(env: Ref, ref: Ref, method: Ref, values: Ref): number;
  callInt(env: Ref, ref: Ref, method: Ref, values: Ref): number;
  callLong(env: Ref, ref: Ref, method: Ref, values: Ref): Int64;
  callChar(env: Ref, ref: Ref, method: Ref, values: Ref): number;
  callFloat(env: Ref, ref: Ref, method: Ref, values: Ref): number;
  callDouble(env: Ref, ref: Ref, method: Ref, values: Ref): number;
  callVoid(env: Ref, ref: Ref, method: Ref, values: Ref): void;
  callDirectObject(env: Ref, ref: Ref, cls: Ref, method: Ref, values: Ref): Ref;
  callStaticObject(env: Ref, cls: Ref, method: Ref, values: Ref): Ref;
  callStaticInt(env: Ref, cls: Ref, method: Ref, values: Ref): number;
  toReflectedMethod(env: Ref, cls: Ref, method: Ref, isStatic: number): Ref;
  fromReflectedField(env: Ref, field: Ref): Ref;
  getFieldId(env: Ref, cls: Ref, name: Ref, signature: Ref): Ref;
  getObjectField(env: Ref, ref: Ref, field: Ref): Ref;
  getBooleanField(env: Ref, ref: Ref, field: Ref): number;
  getByteField(env: Ref, ref: Ref, field: Ref): number;
  getCharField(env: Ref, ref: Ref, field: Ref): number;
  getShortField(env: Ref, ref: Ref, field: Ref): number;
  getIntField(env: Ref, ref: Ref, field: Ref): number;
  getLongField(env: Ref, ref: Ref, field: Ref): Int64;
  getFloatField(env: Ref, ref: Ref, field: Ref): number;
  getDoubleField(env: Ref, ref: Ref, field: Ref): number;
  newString(env: Ref, units: Ref, length: number): Ref;
  getStringLength(env: Ref, text: Ref): number;
  getStringRegion(env: Ref, text: Ref, start: number, length: number, into: Ref): void;
  getArrayLength(env: Ref, array: Ref): number;
  getElement(env: Ref, array: Ref, index: number): Ref;
  getBufferAddress(env: Ref, buffer: Ref): Ref;
  newByteArray(env: Ref, length: number): Ref;
  setByteRegion(env: Ref, array: Ref, start: number, length: number, from: Ref): void;
  getBooleanRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getByteRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getCharRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getShortRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getIntRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getLongRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getFloatRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
  getDoubleRegion(env: Ref, array: Ref, start: number, length: number, into: Ref): void;
}

const P = "pointer";
const I = "int";
const FIELD = [P, P];
const CALL = [P, P, P];
const REGION = [P, I, I, P];

const SLOTS: Record<keyof Jni, [number, string, string[]]> = {
  findClass: [6, P, [P]],
  getSuperclass: [10, P, [P]],
  exceptionOccurred: [15, P, []],
  exceptionClear: [17, "void", []],
  exceptionCheck: [228, "uint8", []],
  pushLocalFrame: [19, I, [I]],
  popLocalFrame: [20, P, [P]],
  newGlobalRef: [21, P, [P]],
  deleteGlobalRef: [22, "void", [P]],
  deleteLocalRef: [23, "void", [P]],
  isSameObject: [24, "uint8", [P, P]],
  newObject: [30, P, CALL],
  getObjectClass: [31, P, [P]],
  isInstanceOf: [32, "uint8", [P, P]],
  getMethodId: [33, P, [P, P, P]],
  getStaticMethodId: [113, P, [P, P, P]],
  callObject: [36, P, CALL],
  callBoolean: [39, "uint8", CALL],
  callInt: [51, I, CALL],
  callLong: [54, "int64", CALL],
  callChar: [45, "uint16", CALL],
  callFloat: [57, "float", CALL],
  callDouble: [60, "double", CALL],
  callVoid: [63, "void", CALL],
  callDirectObject: [66, P, [P, P, P, P]],
  callStaticObject: [116, P, CALL],
  callStaticInt: [131, I, CALL],
  toReflectedMethod: [9, P, [P, P, "uint8"]],
  fromReflectedField: [8, P, [P]],
  getFieldId: [94, P, [P, P, P]],
  getObjectField: [95, P, FIELD],
  getBooleanField: [96, "uint8", FIELD],
  getByteField: [97, "int8", FIELD],
  getCharField: [98, "uint16", FIELD],
  getShortField: [99, "int16", FIELD],
  getIntField: [100, I, FIELD],
  getLongField: [101, "int64", FIELD],
  getFloatField: [102, "float", FIELD],
  getDoubleField: [103, "double", FIELD],
  newString: [163, P, [P, I]],
  getStringLength: [164, I, [P]],
  getStringRegion: [220, "void", REGION],
  getArrayLength: [171, I, [P]],
  getElement: [173, P, [P, I]],
  getBufferAddress: [230, P, [P]],
  newByteArray: [176, P, [I]],
  setByteRegion: [208, "void", REGION],
  getBooleanRegion: [199, "void", REGION],
  getByteRegion: [200, "void", REGION],
  getCharRegion: [201, "void", REGION],
  getShortRegion: [202, "void", REGION],
  getIntRegion: [203, "void", REGION],
  getLongRegion: [204, "void", REGION],
  getFloatRegion: [205, "void", REGION],
  getDoubleRegion: [206, "void", REGION],
};

/** The functions of the table that `env` points to; the VM has one table for all threads. */
export function bindJni(env: Ref): Jni {
  const table = env.readPointer();
  const bound: Record<string, Native> = {};
  for (const [name, [slot, result, rest]] of Object.entries(SLOTS)) {
    const address = table.add(slot * Process.pointerSize).readPointer();
    bound[name] = new NativeFunction(
      address,
      result as NativeFunctionReturnType,
      [P, ...rest] as NativeFunctionArgumentType[],
      { exceptions: "propagate" },
    ) as unknown as Native;
  }
  return bound as unknown as Jni;
}

/** The JNI version the VM speaks: a call without any effect, used to prove that a thread can call at all. */
export function jniVersion(env: Ref): number {
  const address = env
    .readPointer()
    .add(VERSION_SLOT * Process.pointerSize)
    .readPointer();
  return new NativeFunction(address, "int", ["pointer"])(env);
}
