// Java values as typed trees (the shapes of harness/model/records.py). Runs no code of the app: objects are looked into
// through JNI, and methods are called by the exact boot class that defines them, past any override.
import { Classes, type Shape } from "./classes.js";
import { readBundle, readCollection, readMap } from "./collections.js";
import { PRIMITIVE_TYPES } from "./descriptors.js";
import { type JavaCalls, JavaFault, takeText } from "./java.js";
import type { Ref } from "./jni.js";
import type { Blob } from "./outbox.js";
import { primitiveValue, readPrimitives } from "./primitives.js";
import { readString } from "./text.js";

export type Value = null | { t: string; [key: string]: unknown };

const MAX_DEPTH = 8;
const MAX_NODES = 4000;
const MAX_CHARACTERS = 4_000_000;
const MAX_BYTES = 16_000_000;
const TO_STRING = "toString()Ljava/lang/String;";
const GET_MESSAGE = "getMessage()Ljava/lang/String;";

/** What one event may still read, and the bytes it has found. */
export interface Budget {
  nodes: number;
  blobs: Blob[];
  nextBlob: () => number;
}

/** `nextBlob` numbers blobs, uniquely in the process. */
export function newBudget(nextBlob: () => number): Budget {
  return { nodes: MAX_NODES, blobs: [], nextBlob };
}

/** Where in a tree the reader is. `value` reads what lies deeper. */
export interface Place {
  env: Ref;
  calls: JavaCalls;
  budget: Budget;
  depth: number;
  path: { id: number; ref: Ref }[];
  value(place: Place, ref: Ref): Value;
}

export function cut(why: string): Value {
  return { t: "cut", why };
}

export class Reader {
  readonly calls: JavaCalls;
  readonly #classes: Classes;

  constructor(calls: JavaCalls) {
    this.calls = calls;
    this.#classes = new Classes(calls);
  }

  /** The tree of an object. What cannot be read is `cut`; this never throws. The reference stays the caller's. */
  read(env: Ref, ref: Ref, budget: Budget): Value {
    return this.#value(this.#top(env, budget), ref);
  }

  /** A primitive as the bridge gives it, by JNI descriptor; an object otherwise. */
  readTyped(env: Ref, value: unknown, descriptor: string, budget: Budget): Value {
    if (descriptor in PRIMITIVE_TYPES) return primitiveValue(descriptor, value);
    const ref = value === null || value === undefined ? null : (value as { $h: Ref }).$h;
    return ref === null ? null : this.read(env, ref, budget);
  }

  /** What a class is to the reader. */
  shapeOf(env: Ref, cls: Ref): Shape {
    return this.#classes.ofClass(env, cls);
  }

  /** Part of a byte[]: what a write(byte[], int, int) really passes on. */
  slice(env: Ref, array: Ref, offset: number, length: number, budget: Budget): Value {
    return readSlice(this.#top(env, budget), array, offset, length);
  }

  #top(env: Ref, budget: Budget): Place {
    return { env, calls: this.calls, budget, depth: 0, path: [], value: (place, ref) => this.#value(place, ref) };
  }

  #value(place: Place, ref: Ref): Value {
    if (ref.isNull()) return null;
    const { env, budget, calls } = place;
    if (--budget.nodes < 0) return cut("size");
    try {
      const isString = calls.jni.isInstanceOf(env, ref, calls.bootClass(env, "java.lang.String")) !== 0;
      return isString ? readText(place, ref) : this.#shaped(place, ref, this.#classes.of(env, ref));
    } catch (error) {
      if (calls.jni.exceptionCheck(env) !== 0) calls.jni.exceptionClear(env);
      return cut(`fault: ${error instanceof JavaFault ? error.message : String(error)}`);
    }
  }

  #shaped(place: Place, ref: Ref, shape: Shape): Value {
    const { kind, className } = shape;
    if (className.startsWith("[")) return readArray(place, ref, className);
    switch (kind?.kind) {
      case "map":
        return inside(place, ref, (inner) => readMap(inner, ref, shape));
      case "list":
        return inside(place, ref, (inner) => readCollection(inner, ref, shape, "list"));
      case "set":
        return inside(place, ref, (inner) => readCollection(inner, ref, shape, "set"));
      case "view":
        return inside(place, ref, (inner) => readBehind(inner, ref, shape, kind.field));
      case "bundle":
        return inside(place, ref, (inner) => readBundle(inner, ref, shape));
      case "json":
        return { t: "json", c: className, v: directText(place, ref, shape, TO_STRING) };
      case "throwable":
        return { t: "throwable", c: className, v: directText(place, ref, shape, GET_MESSAGE) };
      case "unbox":
        return unboxed(place, ref, className, kind.type, kind.method);
      case "out_stream":
      case "in_stream":
        return readStream(place, ref, shape, kind.kind);
      case "buffer":
        return readBuffer(place, ref, shape);
      case "chars":
        return { t: "string", v: place.calls.text(place.env, ref, "java.lang.Object", TO_STRING) };
      default:
        return readObject(place, ref, shape);
    }
  }
}

/** Run `body` one level deeper, unless the object contains itself or the tree is too deep. */
function inside(place: Place, ref: Ref, body: (inner: Place) => Value): Value {
  if (place.depth >= MAX_DEPTH) return cut("depth");
  const { env, calls } = place;
  const id = calls.identity(env, ref);
  const seen = place.path.some((outer) => outer.id === id && calls.jni.isSameObject(env, outer.ref, ref) !== 0);
  if (seen) return cut("cycle");
  return body({ ...place, depth: place.depth + 1, path: [...place.path, { id, ref }] });
}

/** Read what a reference points to, and drop the reference. */
export function taken(place: Place, ref: Ref): Value {
  if (ref.isNull()) return null;
  const value = place.value(place, ref);
  place.calls.jni.deleteLocalRef(place.env, ref);
  return value;
}

function readText(place: Place, ref: Ref): Value {
  const { jni } = place.calls;
  if (jni.getStringLength(place.env, ref) > MAX_CHARACTERS) return cut("size");
  return { t: "string", v: readString(jni, place.env, ref) };
}

function readArray(place: Place, array: Ref, className: string): Value {
  const { env, budget } = place;
  const { jni } = place.calls;
  const total = jni.getArrayLength(env, array);
  if (className === "[B") return readSlice(place, array, 0, total);
  if (className.length > 2) return inside(place, array, (inner) => readObjects(inner, array, className, total));
  const length = Math.min(total, Math.max(budget.nodes, 0));
  budget.nodes -= length;
  const found: Value[] = readPrimitives(jni, env, array, className, length);
  if (length < total) found.push(cut("size"));
  return { t: "array", c: className, v: found };
}

function readObjects(place: Place, array: Ref, className: string, total: number): Value {
  const found: Value[] = [];
  for (let i = 0; i < total; i++) {
    if (place.budget.nodes <= 0) {
      found.push(cut("size"));
      break;
    }
    found.push(taken(place, place.calls.jni.getElement(place.env, array, i)));
  }
  return { t: "array", c: className, v: found };
}

function readSlice(place: Place, array: Ref, offset: number, length: number): Value {
  const { env, calls, budget } = place;
  const total = calls.jni.getArrayLength(env, array);
  if (offset < 0 || length < 0 || offset + length > total) return cut("fault: slice outside the array");
  if (length > MAX_BYTES) return cut("size");
  const buffer = Memory.alloc(Math.max(length, 1));
  calls.jni.getByteRegion(env, array, offset, length, buffer);
  calls.check(env);
  return blobOf(budget, buffer, length);
}

function blobOf(budget: Budget, memory: Ref, length: number): Value {
  const content = length === 0 ? new ArrayBuffer(0) : (memory.readByteArray(length) as ArrayBuffer);
  const id = budget.nextBlob();
  budget.blobs.push({ id, content });
  return { t: "bytes", blob: id, n: length };
}

/** The collection behind an unmodifiable or synchronised wrapper: read from the field, since a call would run on it. */
function readBehind(place: Place, wrapper: Ref, shape: Shape, field: "m" | "c"): Value {
  const signature = field === "m" ? "Ljava/util/Map;" : "Ljava/util/Collection;";
  return taken(place, objectField(place, wrapper, shape.base, field, signature));
}

/** What a stream over bytes in memory holds, without disturbing it: all that was written, or what is yet to be read. */
function readStream(place: Place, stream: Ref, shape: Shape, kind: "out_stream" | "in_stream"): Value {
  const buffer = objectField(place, stream, shape.base, "buf", "[B");
  if (buffer.isNull()) return cut("fault: no buffer");
  const from = kind === "in_stream" ? intField(place, stream, shape.base, "pos") : 0;
  const found = readSlice(place, buffer, from, intField(place, stream, shape.base, "count") - from);
  place.calls.jni.deleteLocalRef(place.env, buffer);
  return found;
}

/** What a ByteBuffer holds between position and limit. */
function readBuffer(place: Place, buffer: Ref, shape: Shape): Value {
  const { env, calls, budget } = place;
  const position = intField(place, buffer, shape.base, "position");
  const length = intField(place, buffer, shape.base, "limit") - position;
  const array = objectField(place, buffer, shape.base, "hb", "[B");
  if (!array.isNull()) {
    const found = readSlice(place, array, intField(place, buffer, shape.base, "offset") + position, length);
    calls.jni.deleteLocalRef(env, array);
    return found;
  }
  const memory = calls.jni.getBufferAddress(env, buffer);
  if (memory.isNull()) return readObject(place, buffer, { ...shape, kind: null });
  if (length > MAX_BYTES) return cut("size");
  return blobOf(budget, memory.add(position), length);
}

function intField(place: Place, ref: Ref, cls: Ref, name: string): number {
  const { env, calls } = place;
  return calls.jni.getIntField(env, ref, calls.field(env, cls, `${name}:I`));
}

function objectField(place: Place, ref: Ref, cls: Ref, name: string, signature: string): Ref {
  const { env, calls } = place;
  return calls.jni.getObjectField(env, ref, calls.field(env, cls, `${name}:${signature}`));
}

function unboxed(place: Place, ref: Ref, className: string, type: string, method: string): Value {
  const { env, calls } = place;
  const { jni } = calls;
  const id = calls.bootMethod(env, className, method);
  switch (type) {
    case "boolean":
      return { t: type, v: jni.callBoolean(env, ref, id, NULL) !== 0 };
    case "long":
      return primitiveValue("J", jni.callLong(env, ref, id, NULL));
    case "float":
      return primitiveValue("F", jni.callFloat(env, ref, id, NULL));
    case "double":
      return primitiveValue("D", jni.callDouble(env, ref, id, NULL));
    case "char":
      return primitiveValue("C", jni.callChar(env, ref, id, NULL));
    default:
      return { t: type, v: jni.callInt(env, ref, calls.bootMethod(env, className, "intValue()I"), NULL) };
  }
}

/** Class and identity; the text too, where it takes none of the app's code to make it. */
function readObject(place: Place, ref: Ref, shape: Shape): Value {
  const { env, calls } = place;
  const value: Value = { t: "object", c: shape.className, id: calls.identity(env, ref) };
  if (shape.kind?.kind === "enum")
    return { ...value, v: calls.text(env, ref, "java.lang.Enum", "name()Ljava/lang/String;") };
  if (shape.kind?.kind !== "text" || !(shape.exact || shape.boot)) return value;
  return { ...value, v: calls.text(env, ref, "java.lang.Object", TO_STRING) };
}

function directText(place: Place, ref: Ref, shape: Shape, method: string): string | null {
  const { env, calls } = place;
  const id = calls.method(env, shape.base, method);
  const result = calls.jni.callDirectObject(env, ref, shape.base, id, NULL);
  calls.check(env);
  return takeText(calls.jni, env, result);
}
