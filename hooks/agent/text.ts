// Text without loss: Java's UTF-16 to JavaScript and to ASCII JSON, lone surrogates and U+0000 included.
import type { Jni, Ref } from "./jni.js";

const CHUNK = 8192; // how many arguments fromCharCode takes without overflowing the stack

/** The text of a java.lang.String. Frida's readUtf16String would stop at U+0000 and refuse a lone surrogate. */
export function readString(jni: Jni, env: Ref, text: Ref): string {
  const length = jni.getStringLength(env, text);
  if (length === 0) return "";
  const units = Memory.alloc(length * 2);
  jni.getStringRegion(env, text, 0, length, units);
  return fromUnits(new Uint16Array(units.readByteArray(length * 2) as ArrayBuffer));
}

export function fromUnits(units: Uint16Array): string {
  if (units.length <= CHUNK) return String.fromCharCode.apply(null, units as unknown as number[]);
  const parts: string[] = [];
  for (let at = 0; at < units.length; at += CHUNK) {
    parts.push(String.fromCharCode.apply(null, units.subarray(at, at + CHUNK) as unknown as number[]));
  }
  return parts.join("");
}

/** JSON in ASCII only, so that the bytes on the wire are the characters and no surrogate can be mangled on the way. */
export function asciiJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
