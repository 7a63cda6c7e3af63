// HotSpot's tool interface, an environment of our own: which classes are there, when one gets ready, who called whom.
// Unlike JNI's GetMethodID and Java.use, none of it runs a class initialiser (handset.md section 4).
import { Java } from "./bridge.js";
import type { Ref } from "./jni.js";

const JVMTI_1_2 = 0x30010200;
const EVENT_CLASS_PREPARE = 56;
const FIRST_EVENT = 50;
const CAN_GET_SOURCE_FILE_NAME = 1 << 11; // bits of jvmtiCapabilities
const CAN_GET_LINE_NUMBERS = 1 << 12;
const CAPABILITIES_SIZE = 16;
const CALLBACKS = 37;
const WORD = Process.pointerSize;
const FRAME_SIZE = 2 * WORD;
const LINE_ENTRY_SIZE = 2 * WORD; // jlocation and jint, padded

export const STATUS_PREPARED = 2;

type Native = (...rest: unknown[]) => number;

export interface MethodFact {
  id: Ref;
  name: string;
  signature: string;
  modifiers: number;
}

/** One environment. Functions are known by their number in the JVMTI specification's function table. */
export class Jvmti {
  readonly env: Ref;
  readonly #bound = new Map<number, Native>();
  readonly #kept: unknown[] = [];

  constructor() {
    const env = Java.vm.tryGetEnvHandle(JVMTI_1_2);
    if (env === null) throw new Error("JVMTI is not available in this JVM");
    this.env = env;
    const wanted = Memory.alloc(CAPABILITIES_SIZE);
    wanted.writeU32(CAN_GET_SOURCE_FILE_NAME | CAN_GET_LINE_NUMBERS);
    this.#must("AddCapabilities", 142, wanted);
  }

  /** All classes loaded now, as local references that the caller deletes. */
  loadedClasses(): Ref[] {
    const count = Memory.alloc(4);
    const list = Memory.alloc(WORD);
    this.#must("GetLoadedClasses", 78, count, list);
    const classes = list.readPointer();
    const found: Ref[] = [];
    for (let i = 0; i < count.readS32(); i++) found.push(classes.add(i * WORD).readPointer());
    this.#call(47, classes);
    return found;
  }

  /** `Lcom/example/Thing;` */
  classSignature(cls: Ref): string {
    const text = Memory.alloc(WORD);
    this.#must("GetClassSignature", 48, cls, text, NULL);
    return this.#take(text);
  }

  classStatus(cls: Ref): number {
    const status = Memory.alloc(4);
    this.#must("GetClassStatus", 49, cls, status);
    return status.readS32();
  }

  /** The methods and constructors that `cls` itself declares, in no order. The class must be prepared. */
  methods(cls: Ref): MethodFact[] {
    const count = Memory.alloc(4);
    const list = Memory.alloc(WORD);
    this.#must("GetClassMethods", 52, cls, count, list);
    const ids = list.readPointer();
    const found: MethodFact[] = [];
    for (let i = 0; i < count.readS32(); i++) found.push(this.method(ids.add(i * WORD).readPointer()));
    this.#call(47, ids);
    return found;
  }

  method(id: Ref): MethodFact {
    const out = Memory.alloc(2 * WORD);
    this.#must("GetMethodName", 64, id, out, out.add(WORD), NULL);
    const modifiers = Memory.alloc(4);
    this.#must("GetMethodModifiers", 66, id, modifiers);
    return { id, name: this.#take(out), signature: this.#take(out.add(WORD)), modifiers: modifiers.readS32() };
  }

  /**
   * Where a byte code index lies: class, source file, line. What the class does not say, or native code has not, is
   * null.
   */
  place(id: Ref, location: number): { signature: string; cls: Ref; file: string | null; line: number | null } {
    const out = Memory.alloc(WORD);
    this.#must("GetMethodDeclaringClass", 65, id, out);
    const cls = out.readPointer();
    const file = this.#call(50, cls, out) === 0 ? this.#take(out) : null;
    return { signature: this.classSignature(cls), cls, file, line: location < 0 ? null : this.#line(id, location) };
  }

  /**
   * Frames of the calling thread, innermost first, written to `into`: method id and location each. Gives their
   * number.
   */
  stack(skip: number, limit: number, into: Ref): number {
    const count = Memory.alloc(4);
    return this.#call(104, NULL, skip, limit, into, count) === 0 ? count.readS32() : 0;
  }

  /**
   * Call `filter`, native code of type jvmtiEventClassPrepare, whenever a class has been linked and not yet
   * initialised.
   */
  onClassPrepare(filter: NativePointer): void {
    const callbacks = Memory.alloc(CALLBACKS * WORD);
    callbacks.add((EVENT_CLASS_PREPARE - FIRST_EVENT) * WORD).writePointer(filter);
    this.#kept.push(callbacks);
    this.#must("SetEventCallbacks", 122, callbacks, CALLBACKS * WORD);
    this.#must("SetEventNotificationMode", 2, 1, EVENT_CLASS_PREPARE, NULL);
  }

  /** On a thread of the VM's. */
  stopEvents(): void {
    this.#must("SetEventNotificationMode", 2, 0, EVENT_CLASS_PREPARE, NULL);
  }

  #line(id: Ref, location: number): number | null {
    const out = Memory.alloc(2 * WORD);
    if (this.#call(70, id, out, out.add(WORD)) !== 0) return null;
    const table = out.add(WORD).readPointer();
    const line = lineAt(table, out.readS32(), location);
    this.#call(47, table);
    return line;
  }

  /** Read a string that JVMTI allocated, and free it. Modified UTF-8 equals UTF-8 for the names met here. */
  #take(place: Ref): string {
    const text = place.readPointer();
    if (text.isNull()) return "";
    const read = text.readUtf8String() ?? "";
    this.#call(47, text);
    return read;
  }

  #must(name: string, slot: number, ...rest: unknown[]): void {
    const code = this.#call(slot, ...rest);
    if (code !== 0) throw new Error(`JVMTI ${name} failed with ${code}`);
  }

  #call(slot: number, ...rest: unknown[]): number {
    let bound = this.#bound.get(slot);
    if (bound === undefined) {
      const address = this.env
        .readPointer()
        .add((slot - 1) * WORD)
        .readPointer();
      bound = bind(address, rest);
      this.#bound.set(slot, bound);
    }
    return bound(this.env, ...rest);
  }
}

export const FRAME_BYTES = FRAME_SIZE;

export function frameAt(buffer: Ref, index: number): { method: Ref; location: Int64 } {
  const at = buffer.add(index * FRAME_SIZE);
  return { method: at.readPointer(), location: at.add(WORD).readS64() };
}

function lineAt(table: Ref, entries: number, location: number): number | null {
  let line: number | null = null;
  for (let i = 0; i < entries; i++) {
    const entry = table.add(i * LINE_ENTRY_SIZE);
    if (entry.readS64().toNumber() > location) break;
    line = entry.add(WORD).readS32();
  }
  return line;
}

/** All arguments of the functions used are pointers or jint; the sort of each follows from the first call. */
function bind(address: NativePointer, rest: unknown[]): Native {
  const types: NativeFunctionArgumentType[] = ["pointer"];
  for (const value of rest) types.push(typeof value === "number" ? "int" : "pointer");
  return new NativeFunction(address, "int", types, { exceptions: "propagate" }) as unknown as Native;
}
