// Hooks by the native core: the stub of each method, and what the core asks when it meets a class, a field or a call
// stack for the first time. All of it is then known to the core, so JavaScript runs rarely on a thread of the app.
import type { Point, Want } from "./call.js";
import { skips } from "./callers.js";
import type { Counted } from "./canary.js";
import type { Fields } from "./fields.js";
import type { Overload } from "./host.js";
import { type Hooker, pointOf } from "./install.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { setNativeBody } from "./lossless.js";
import type { NativeCore } from "./native.js";
import type { Capture } from "./plan.js";
import type { Reader } from "./read.js";
import { KINDS, readBy } from "./readby.js";
import type { Frames, Stacks } from "./stack.js";
import { STUBS } from "./stub.js";
import { asciiJson } from "./text.js";

// In the order of native/setup.c: classes, then static and instance methods.
const BOOT_CLASSES = ["java.lang.String", "java.lang.System", "java.lang.Thread"];
const STATIC_METHODS: [string, string][] = [
  ["java.lang.System", "identityHashCode(Ljava/lang/Object;)I"],
  ["java.lang.Thread", "currentThread()Ljava/lang/Thread;"],
];
const METHODS: [string, string][] = [
  ["java.lang.Thread", "getName()Ljava/lang/String;"],
  ["java.lang.Thread", "getStackTrace()[Ljava/lang/StackTraceElement;"],
  ["java.lang.StackTraceElement", "hashCode()I"],
  ["java.util.Set", "iterator()Ljava/util/Iterator;"],
  ["java.util.Iterator", "hasNext()Z"],
  ["java.util.Iterator", "next()Ljava/lang/Object;"],
  ["java.util.Map$Entry", "getKey()Ljava/lang/Object;"],
  ["java.util.Map$Entry", "getValue()Ljava/lang/Object;"],
  ["java.lang.Object", "toString()Ljava/lang/String;"],
  ["java.lang.Enum", "name()Ljava/lang/String;"],
];

// Numbers that native/calls.c knows.
const CAPTURES = ["arguments", "returned", "slice", "filled", "path"];
const ROOTS = ["this", "returned", "argument"];

export interface Met {
  core: NativeCore;
  java: JavaCalls;
  reader: Reader;
  fields: Fields;
  frames: Frames;
  stacks: Stacks;
  /** What the hook of this number does not care for. */
  skipCallers: (hook: number) => string[];
  fault: (error: unknown) => void;
}

export class NativeHooks implements Hooker {
  readonly #met: Met;
  readonly #points = new Map<Point, NativePointer>();
  readonly #learning: Point[] = [];
  readonly #names: string[] = [];
  readonly #kept: unknown[] = [];
  #page: NativePointer | null = null;
  #used = 0;

  constructor(met: Met) {
    this.#met = met;
  }

  /** Tell the core what it needs of Java, and whom to ask. `jvmti` is NULL where the runtime has none for us. */
  start(env: Ref, jvmti: Ref): void {
    const { core, java } = this.#met;
    const found = [
      ...BOOT_CLASSES.map((name) => java.bootClass(env, name)),
      ...STATIC_METHODS.map(([cls, method]) => java.bootStatic(env, cls, method)),
      ...METHODS.map(([cls, method]) => java.bootMethod(env, cls, method)),
    ];
    core.call("set_methods", pointers(found), jvmti);
    core.call("set_upcalls", pointers(this.#upcalls()));
  }

  /** Exchange the body of a point's method for a stub of ours. In force once the installer has committed it. */
  hook(point: Point): void {
    const { core } = this.#met;
    const letters = point.parameters.map(letterOf).join("");
    const flags = [point.isStatic, point.inherited, point.isConstructor].map(Number);
    const text = Memory.allocUtf8String(letters);
    const known = core.pointer(
      "new_point",
      point.cls,
      point.original.handle,
      text,
      letterOf(point.result).charCodeAt(0),
      ...flags,
    );
    this.#points.set(point, known);
    setNativeBody(point.method, this.#stub(known, letters.length));
  }

  /** Record calls of the point for one more hook. */
  want(point: Point, want: Want): void {
    const { core } = this.#met;
    const skipping = this.#met.skipCallers(want.hook).length > 0;
    const made = core.pointer("new_want", want.hook, Number(want.stack), Number(skipping));
    for (const capture of want.captures) this.#addCapture(made, capture);
    core.call("add_want", this.#point(point), made);
  }

  /** Tell `point.onReturn` what its method returns. */
  learn(point: Point): void {
    this.#met.core.call("set_learns", this.#point(point), this.#learning.push(point) - 1);
  }

  counted(overload: Overload, cls: Ref): Counted {
    const point = pointOf(overload, cls);
    this.hook(point);
    const known = this.#point(point);
    return { method: point.method, calls: () => this.#met.core.number("point_calls", known) };
  }

  #point(point: Point): NativePointer {
    const known = this.#points.get(point);
    if (known === undefined) throw new Error("this method has no stub");
    return known;
  }

  #stub(point: NativePointer, count: number): NativePointer {
    const make = STUBS[Process.arch];
    if (make === undefined) throw new Error(`no stub for ${Process.arch}`);
    const code = make({ point: BigInt(point.toString()), handle: BigInt(this.#met.core.handle.toString()), count });
    if (this.#page === null || this.#used + code.length > Process.pageSize) {
      this.#page = Memory.alloc(Process.pageSize);
      this.#used = 0;
      this.#kept.push(this.#page);
    }
    const memory = this.#page.add(this.#used);
    Memory.patchCode(memory, code.length, (writable) => writable.writeByteArray(Array.from(code)));
    this.#used = (this.#used + code.length + 15) & ~15;
    return memory;
  }

  #addCapture(want: NativePointer, capture: Capture): void {
    if (capture.kind === "bytes") return; // of native functions only
    const kind = CAPTURES.indexOf(capture.kind);
    const key = "name" in capture ? `${asciiJson(capture.name)}:` : "";
    const fields = capture.kind === "path" ? capture.fields.map((name) => this.#nameNumber(name)) : [];
    const root = capture.kind === "path" ? ROOTS.indexOf(capture.root.from) : 0;
    const numbers = Memory.alloc(4 * Math.max(fields.length, 1));
    fields.forEach((number, at) => numbers.add(4 * at).writeS32(number));
    const text = Memory.allocUtf8String(key);
    this.#met.core.call("add_capture", want, kind, root, argumentOf(capture), numbers, fields.length, text);
  }

  #nameNumber(name: string): number {
    const at = this.#names.indexOf(name);
    return at >= 0 ? at : this.#names.push(name) - 1;
  }

  #upcalls(): NativePointer[] {
    const callback = (
      result: NativeCallbackReturnType,
      types: NativeCallbackArgumentType[],
      body: (...rest: never[]) => unknown,
      otherwise: unknown,
    ): NativePointer => {
      const safe = (...rest: unknown[]): unknown => {
        try {
          return body(...(rest as never[]));
        } catch (error) {
          this.#met.fault(error);
          return otherwise;
        }
      };
      const made = new NativeCallback(safe as never, result, types);
      this.#kept.push(made);
      return made;
    };
    const P = "pointer";
    return [
      callback(P, [P, P], (env: Ref, cls: Ref) => this.#classify(env, cls), NULL),
      callback(P, [P, P, "int32"], (env: Ref, object: Ref, name: number) => this.#findField(env, object, name), NULL),
      callback(
        "int32",
        [P, P, "int32", P],
        (env: Ref, taken: Ref, count: number, sha256: Ref) => this.#describe(env, taken, count, sha256),
        0,
      ),
      callback(
        "int32",
        [P, P, "int32", "int32"],
        (env: Ref, taken: Ref, count: number, hook: number) =>
          Number(skips(this.#met.frames.described(env, taken, count), this.#met.skipCallers(hook))),
        0,
      ),
      callback(
        "void",
        [P, "int32", P],
        (env: Ref, point: number, returned: Ref) => {
          for (const learn of this.#learning[point]?.onReturn ?? []) learn(env, returned);
        },
        undefined,
      ),
    ];
  }

  #classify(env: Ref, cls: Ref): NativePointer {
    const { core, java } = this.#met;
    const shape = this.#met.reader.shapeOf(env, cls);
    const { kind, type, members } = readBy(shape);
    const ids = Memory.alloc(4 * Process.pointerSize);
    members.forEach((member, at) => {
      const id = member.includes("(") ? java.method(env, shape.base, member) : java.field(env, shape.base, member);
      ids.add(at * Process.pointerSize).writePointer(id);
    });
    const name = Memory.allocUtf8String(asciiJson(shape.className).slice(1, -1));
    return core.pointer("new_class", name, KINDS.indexOf(kind), type.charCodeAt(0), shape.base, ids);
  }

  #findField(env: Ref, object: Ref, number: number): NativePointer {
    const name = this.#names[number] ?? "";
    let [letter, id, problem] = ["!", NULL, ""];
    try {
      const field = this.#met.fields.of(env, object, name);
      [letter, id, problem] = [letterOf(field.descriptor), field.id, `fault: ${name} is a primitive`];
    } catch (error) {
      problem = `fault: ${error instanceof Error ? error.message : String(error)}`;
    }
    const text = Memory.allocUtf8String(asciiJson(problem).slice(1, -1));
    return this.#met.core.pointer("new_field", number, letter.charCodeAt(0), id, text);
  }

  /** Whether the probe knows the stack now: else it is described again next time. */
  #describe(env: Ref, taken: Ref, count: number, sha256: Ref): number {
    const named = this.#met.stacks.named(this.#met.frames.described(env, taken, count));
    if (named === null) return 0;
    sha256.writeUtf8String(named.sha256);
    return Number(named.told);
  }
}

function letterOf(descriptor: string): string {
  return descriptor.length === 1 ? descriptor : "L";
}

function argumentOf(capture: Capture): number {
  if (capture.kind === "slice" || capture.kind === "filled") return capture.argument;
  return capture.kind === "path" && capture.root.from === "argument" ? capture.root.argument : 0;
}

function pointers(list: NativePointer[]): NativePointer {
  const array = Memory.alloc(Process.pointerSize * list.length);
  list.forEach((pointer, at) => array.add(at * Process.pointerSize).writePointer(pointer));
  return array;
}
