// Java values as typed trees (the shapes of harness/model/records.py). Runs no code of the app: objects are looked into
// through JNI, and methods are called by the exact boot class that defines them, past any override.
import { JavaCalls, JavaFault, values } from "./java.js";
import type { Jni, Ref } from "./jni.js";
import { PRIMITIVE_TYPES, primitiveValue, readPrimitives } from "./primitives.js";
import { type Kind, shapeOf } from "./shapes.js";
import type { Blob } from "./outbox.js";
import { readString } from "./text.js";

export type Value = null | { t: string; [key: string]: unknown };

const MAX_DEPTH = 8;
const MAX_NODES = 4000;
const MAX_CHARACTERS = 4_000_000;
const MAX_BYTES = 16_000_000;
const MAP_ENTRY = "java.util.Map$Entry";
const ITERATOR = "java.util.Iterator";
const TO_STRING = "toString()Ljava/lang/String;";

/** What one event may still read, and the bytes it has found. */
export interface Budget {
  nodes: number;
  blobs: Blob[];
}

export function newBudget(): Budget {
  return { nodes: MAX_NODES, blobs: [] };
}

/** A class as the reader sees it: the kind, and the nearest class in its ancestry that is known (a global reference). */
interface Shape {
  className: string;
  kind: Kind | null;
  base: Ref;
  exact: boolean;
  boot: boolean;
}

interface Place {
  env: Ref;
  budget: Budget;
  depth: number;
  path: { id: number; ref: Ref }[];
}

export function cut(why: string): Value {
  return { t: "cut", why };
}

export class Reader {
  readonly calls: JavaCalls;
  readonly #jni: Jni;
  readonly #shapes = new Map<string, Shape>();

  constructor(calls: JavaCalls) {
    this.calls = calls;
    this.#jni = calls.jni;
  }

  /** The tree of an object. What cannot be read is `cut`; this never throws. The reference stays the caller's. */
  read(env: Ref, ref: Ref, budget: Budget): Value {
    return this.#value({ env, budget, depth: 0, path: [] }, ref);
  }

  /** A primitive as the bridge gives it, by JNI descriptor; an object otherwise. */
  readTyped(env: Ref, value: unknown, descriptor: string, budget: Budget): Value {
    if (descriptor in PRIMITIVE_TYPES) return primitiveValue(descriptor, value);
    const ref = value === null || value === undefined ? null : (value as { $h: Ref }).$h;
    return ref === null ? null : this.read(env, ref, budget);
  }

  /** Part of a byte[]: what a write(byte[], int, int) really passes on. */
  slice(env: Ref, array: Ref, offset: number, length: number, budget: Budget): Value {
    const total = this.#jni.getArrayLength(env, array);
    if (offset < 0 || length < 0 || offset + length > total) return cut("fault: slice outside the array");
    return this.#bytes(env, array, offset, length, budget);
  }

  #value(place: Place, ref: Ref): Value {
    if (ref.isNull()) return null;
    const { env, budget } = place;
    if (--budget.nodes < 0) return cut("size");
    try {
      const cls = this.#jni.getObjectClass(env, ref);
      const shape = this.#shape(env, cls);
      this.#jni.deleteLocalRef(env, cls);
      return this.#shaped(place, ref, shape);
    } catch (error) {
      if (this.#jni.exceptionCheck(env) !== 0) this.#jni.exceptionClear(env);
      return cut(`fault: ${error instanceof JavaFault ? error.message : String(error)}`);
    }
  }

  #shaped(place: Place, ref: Ref, shape: Shape): Value {
    const { env, budget } = place;
    const name = shape.className;
    if (name === "java.lang.String") return this.#string(env, ref);
    if (name === "[B") return this.#bytes(env, ref, 0, this.#jni.getArrayLength(env, ref), budget);
    if (name.length === 2 && name.startsWith("[")) return this.#primitives(env, ref, name, budget);
    if (name.startsWith("[")) return this.#inside(place, ref, (inner) => this.#array(inner, ref, name));
    const { kind } = shape;
    switch (kind?.kind) {
      case "map": return this.#inside(place, ref, (inner) => this.#map(inner, ref, shape));
      case "list": return this.#inside(place, ref, (inner) => this.#collection(inner, ref, shape, "list"));
      case "set": return this.#inside(place, ref, (inner) => this.#collection(inner, ref, shape, "set"));
      case "view": return this.#inside(place, ref, (inner) => this.#behind(inner, ref, shape, kind.field));
      case "bundle": return this.#inside(place, ref, (inner) => this.#bundle(inner, ref, shape));
      case "json": return { t: "json", c: name, v: this.#direct(env, ref, shape, TO_STRING) };
      case "throwable": return { t: "throwable", c: name, v: this.#direct(env, ref, shape, "getMessage()Ljava/lang/String;") };
      case "enum": return this.#object(env, ref, name, this.calls.text(env, ref, "java.lang.Enum", "name()Ljava/lang/String;"));
      case "chars": return { t: "string", v: this.calls.text(env, ref, "java.lang.Object", TO_STRING) };
      case "unbox": return this.#unboxed(env, ref, name, kind.type, kind.method);
      case "stream": return this.#stream(env, ref, shape, budget);
      case "text": if (shape.exact || shape.boot) {
        return this.#object(env, ref, name, this.calls.text(env, ref, "java.lang.Object", TO_STRING));
      }
    }
    return this.#object(env, ref, name, null);
  }

  /** A shape once per class name; two loaders' classes of one name are taken to be of one kind. */
  #shape(env: Ref, cls: Ref): Shape {
    const className = this.calls.className(env, cls);
    const known = this.#shapes.get(className);
    if (known !== undefined) return known;
    const shape = this.#findShape(env, cls, className);
    this.#shapes.set(className, shape);
    return shape;
  }

  #findShape(env: Ref, cls: Ref, className: string): Shape {
    const boot = this.calls.isBoot(env, cls);
    let at = this.#jni.newGlobalRef(env, cls);
    let name = className;
    for (;;) {
      const kind = shapeOf(name);
      if (kind !== undefined) return { className, kind, base: at, exact: name === className, boot };
      const above = this.#jni.getSuperclass(env, at);
      if (above.isNull()) return { className, kind: null, base: at, exact: false, boot };
      this.#jni.deleteGlobalRef(env, at);
      at = this.#jni.newGlobalRef(env, above);
      this.#jni.deleteLocalRef(env, above);
      name = this.calls.className(env, at);
    }
  }

  /** Run `body` one level deeper, unless the object contains itself or the tree is too deep. */
  #inside(place: Place, ref: Ref, body: (inner: Place) => Value): Value {
    if (place.depth >= MAX_DEPTH) return cut("depth");
    const id = this.calls.identity(place.env, ref);
    const seen = place.path.some((outer) => outer.id === id && this.#jni.isSameObject(place.env, outer.ref, ref) !== 0);
    if (seen) return cut("cycle");
    return body({ ...place, depth: place.depth + 1, path: [...place.path, { id, ref }] });
  }

  #string(env: Ref, ref: Ref): Value {
    if (this.#jni.getStringLength(env, ref) > MAX_CHARACTERS) return cut("size");
    return { t: "string", v: readString(this.#jni, env, ref) };
  }

  #bytes(env: Ref, array: Ref, offset: number, length: number, budget: Budget): Value {
    if (length > MAX_BYTES) return cut("size");
    const buffer = Memory.alloc(Math.max(length, 1));
    this.#jni.getByteRegion(env, array, offset, length, buffer);
    this.calls.check(env);
    const content = length === 0 ? new ArrayBuffer(0) : buffer.readByteArray(length) as ArrayBuffer;
    const sha256 = Checksum.compute("sha256", content);
    budget.blobs.push({ sha256, content });
    return { t: "bytes", sha256, n: length };
  }

  #primitives(env: Ref, array: Ref, className: string, budget: Budget): Value {
    const total = this.#jni.getArrayLength(env, array);
    const length = Math.min(total, Math.max(budget.nodes, 0));
    budget.nodes -= length;
    const found: Value[] = readPrimitives(this.#jni, env, array, className, length);
    if (length < total) found.push(cut("size"));
    return { t: "array", c: className, v: found };
  }

  #array(place: Place, array: Ref, className: string): Value {
    const length = this.#jni.getArrayLength(place.env, array);
    const found: Value[] = [];
    for (let i = 0; i < length; i++) {
      if (place.budget.nodes <= 0) { found.push(cut("size")); break; }
      found.push(this.#taken(place, this.#jni.getElement(place.env, array, i)));
    }
    return { t: "array", c: className, v: found };
  }

  #map(place: Place, map: Ref, shape: Shape): Value {
    const { env } = place;
    const found: [Value, Value][] = [];
    const entries = this.#directObject(env, map, shape.base, "entrySet()Ljava/util/Set;");
    const whole = this.#each(place, entries, (entry) => {
      const key = this.#taken(place, this.calls.object(env, entry, MAP_ENTRY, "getKey()Ljava/lang/Object;"));
      const value = this.#taken(place, this.calls.object(env, entry, MAP_ENTRY, "getValue()Ljava/lang/Object;"));
      found.push([key, value]);
    });
    this.#jni.deleteLocalRef(env, entries);
    if (!whole) found.push([cut("size"), cut("size")]);
    return { t: "map", c: shape.className, v: found };
  }

  #collection(place: Place, collection: Ref, shape: Shape, kind: "list" | "set"): Value {
    const found: Value[] = [];
    const iterator = this.#directObject(place.env, collection, shape.base, "iterator()Ljava/util/Iterator;");
    const whole = this.#walk(place, iterator, (element) => found.push(this.#value(place, element)));
    if (!whole) found.push(cut("size"));
    return { t: kind, c: shape.className, v: found };
  }

  #bundle(place: Place, bundle: Ref, shape: Shape): Value {
    const { env } = place;
    const found: [Value, Value][] = [];
    const get = this.calls.method(env, shape.base, "get(Ljava/lang/String;)Ljava/lang/Object;");
    const keys = this.#directObject(env, bundle, shape.base, "keySet()Ljava/util/Set;");
    const whole = this.#each(place, keys, (key) => {
      const value = this.#jni.callDirectObject(env, bundle, shape.base, get, values(key));
      this.calls.check(env);
      found.push([this.#value(place, key), this.#taken(place, value)]);
    });
    this.#jni.deleteLocalRef(env, keys);
    if (!whole) found.push([cut("size"), cut("size")]);
    return { t: "bundle", c: shape.className, v: found };
  }

  /** The collection behind an unmodifiable or synchronised wrapper: read from the field, since a call would run on it. */
  #behind(place: Place, wrapper: Ref, shape: Shape, field: "m" | "c"): Value {
    const { env } = place;
    const signature = field === "m" ? "Ljava/util/Map;" : "Ljava/util/Collection;";
    return this.#taken(place, this.#field(env, wrapper, shape.base, field, signature));
  }

  #stream(env: Ref, stream: Ref, shape: Shape, budget: Budget): Value {
    const buffer = this.#field(env, stream, shape.base, "buf", "[B");
    const id = this.#jni.getFieldId(env, shape.base, Memory.allocUtf8String("count"), Memory.allocUtf8String("I"));
    this.calls.check(env);
    const count = this.#jni.getIntField(env, stream, id);
    const found = buffer.isNull() ? cut("fault: no buffer") : this.slice(env, buffer, 0, count, budget);
    this.#jni.deleteLocalRef(env, buffer);
    return found;
  }

  #field(env: Ref, ref: Ref, cls: Ref, name: string, signature: string): Ref {
    const id = this.#jni.getFieldId(env, cls, Memory.allocUtf8String(name), Memory.allocUtf8String(signature));
    this.calls.check(env);
    return this.#jni.getObjectField(env, ref, id);
  }

  #unboxed(env: Ref, ref: Ref, className: string, type: string, method: string): Value {
    const id = this.calls.bootMethod(env, className, method);
    const { jni } = this.calls;
    switch (type) {
      case "boolean": return { t: type, v: jni.callBoolean(env, ref, id, NULL) !== 0 };
      case "long": return primitiveValue("J", jni.callLong(env, ref, id, NULL));
      case "float": return primitiveValue("F", jni.callFloat(env, ref, id, NULL));
      case "double": return primitiveValue("D", jni.callDouble(env, ref, id, NULL));
      case "char": return primitiveValue("C", jni.callChar(env, ref, id, NULL));
      default: return { t: type, v: jni.callInt(env, ref, this.calls.bootMethod(env, className, "intValue()I"), NULL) };
    }
  }

  #object(env: Ref, ref: Ref, className: string, text: string | null): Value {
    const value: Value = { t: "object", c: className, id: this.calls.identity(env, ref) };
    return text === null ? value : { ...value, v: text };
  }

  /** Visit a set whose iterator is a boot class's. False when the budget ended it. */
  #each(place: Place, set: Ref, visit: (element: Ref) => void): boolean {
    const iterator = this.calls.object(place.env, set, "java.util.Set", "iterator()Ljava/util/Iterator;");
    return this.#walk(place, iterator, visit);
  }

  #walk(place: Place, iterator: Ref, visit: (element: Ref) => void): boolean {
    const { env, budget } = place;
    let whole = true;
    while (this.calls.boolean(env, iterator, ITERATOR, "hasNext()Z")) {
      if (budget.nodes <= 0) { whole = false; break; }
      const element = this.calls.object(env, iterator, ITERATOR, "next()Ljava/lang/Object;");
      visit(element);
      if (!element.isNull()) this.#jni.deleteLocalRef(env, element);
    }
    this.#jni.deleteLocalRef(env, iterator);
    return whole;
  }

  #taken(place: Place, ref: Ref): Value {
    if (ref.isNull()) return null;
    const value = this.#value(place, ref);
    this.#jni.deleteLocalRef(place.env, ref);
    return value;
  }

  #direct(env: Ref, ref: Ref, shape: Shape, method: string): string | null {
    return this.calls.takeText(env, this.#directObject(env, ref, shape.base, method));
  }

  #directObject(env: Ref, ref: Ref, cls: Ref, method: string): Ref {
    const id = this.calls.method(env, cls, method);
    const result = this.#jni.callDirectObject(env, ref, cls, id, NULL);
    this.calls.check(env);
    return result;
  }
}
