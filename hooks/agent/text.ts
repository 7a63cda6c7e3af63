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

/** A call as JavaScript holds it, on its way to a line. */
export interface EventRecord {
  k: "event";
  seq: number;
  hook: number;
  at_ms: number;
  elapsed_us: number;
  took_us: number;
  thread_id: number;
  thread_name: string;
  stack: string | null;
  this_id: number | null;
  this_class: string | null;
  arguments: unknown[];
  returned: unknown;
  threw: unknown;
  captured: Record<string, unknown>;
  pulse: string | null;
}

/** One line of a batch; the columns of an event are those of harness/probe/wire.py. */
export function lineOf(record: object): string {
  if ((record as { k?: string }).k !== "event") return asciiJson(record);
  const event = record as EventRecord;
  const json = (value: unknown): string => (value === null || value === undefined ? "" : asciiJson(value));
  const captured = Object.keys(event.captured).length === 0 ? "" : asciiJson(event.captured);
  const columns = [
    ...["E", event.seq, event.hook, Math.round(event.at_ms * 1000), event.elapsed_us, event.took_us],
    ...[event.thread_id, asciiJson(event.thread_name), event.stack ?? "", event.this_id ?? ""],
    ...[asciiJson(event.this_class ?? "").slice(1, -1), asciiJson(event.arguments), json(event.returned)],
    ...[json(event.threw), captured, event.pulse ?? ""],
  ];
  return columns.join("\t");
}
