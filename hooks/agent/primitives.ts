// Java's primitives as values that keep their type and lose nothing: a long as text; NaN, -0.0 and the infinities as
// words.
import { PRIMITIVE_TYPES } from "./descriptors.js";
import type { Jni, Ref } from "./jni.js";

type Primitive = null | { t: string; v: unknown };

/** `raw` as JNI carries it: booleans as 0 or 1, chars as their unit, longs as Int64. */
export function primitiveValue(descriptor: string, raw: unknown): Primitive {
  const t = PRIMITIVE_TYPES[descriptor] ?? "int";
  switch (descriptor) {
    case "V":
      return null;
    case "Z":
      return { t, v: raw !== 0 };
    case "C":
      return { t, v: String.fromCharCode(raw as number) };
    case "J":
      return { t, v: String(raw) };
    case "F":
    case "D":
      if (Object.is(raw, -0)) return { t, v: "-0.0" };
      return { t, v: Number.isFinite(raw) ? raw : String(raw) };
    default:
      return { t, v: raw };
  }
}

type Region =
  | "getBooleanRegion"
  | "getCharRegion"
  | "getShortRegion"
  | "getIntRegion"
  | "getLongRegion"
  | "getFloatRegion"
  | "getDoubleRegion";

const ARRAYS: Record<string, [Region, number, (at: Ref) => unknown]> = {
  "[Z": ["getBooleanRegion", 1, (at) => at.readU8()],
  "[C": ["getCharRegion", 2, (at) => at.readU16()],
  "[S": ["getShortRegion", 2, (at) => at.readS16()],
  "[I": ["getIntRegion", 4, (at) => at.readS32()],
  "[J": ["getLongRegion", 8, (at) => at.readS64()],
  "[F": ["getFloatRegion", 4, (at) => at.readFloat()],
  "[D": ["getDoubleRegion", 8, (at) => at.readDouble()],
};

/** The first `length` elements of a primitive array other than byte[]. */
export function readPrimitives(jni: Jni, env: Ref, array: Ref, className: string, length: number): Primitive[] {
  const [region, size, read] = ARRAYS[className] ?? ["getIntRegion", 4, () => 0];
  const buffer = Memory.alloc(Math.max(length * size, 1));
  jni[region](env, array, 0, length, buffer);
  const found: Primitive[] = [];
  for (let i = 0; i < length; i++) found.push(primitiveValue(className.slice(1), read(buffer.add(i * size))));
  return found;
}
