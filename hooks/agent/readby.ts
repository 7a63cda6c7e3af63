// How the native core (native/values.c) reads what kind of class. Pure.
import type { Shape } from "./classes.js";

/** In the order of values.c. */
export const KINDS = [
  ...["object", "map", "list", "set", "view", "bundle", "json", "throwable", "unbox", "out_stream", "in_stream"],
  ...["buffer", "chars", "enum", "text", "primitives", "bytes", "objects"],
];

/** Methods (with a signature) or fields (`name:descriptor`) that a kind is read by. */
const MEMBERS: Record<string, string[]> = {
  map: ["entrySet()Ljava/util/Set;"],
  list: ["iterator()Ljava/util/Iterator;"],
  set: ["iterator()Ljava/util/Iterator;"],
  bundle: ["keySet()Ljava/util/Set;", "get(Ljava/lang/String;)Ljava/lang/Object;"],
  json: ["toString()Ljava/lang/String;"],
  throwable: ["getMessage()Ljava/lang/String;"],
  out_stream: ["buf:[B", "count:I"],
  in_stream: ["buf:[B", "count:I", "pos:I"],
  buffer: ["hb:[B", "offset:I", "position:I", "limit:I"],
};
const VIEWS = { m: "m:Ljava/util/Map;", c: "c:Ljava/util/Collection;" };

/** How values.c reads a class: its kind, a JNI type letter where it needs one, and the members it calls. Pure. */
export function readBy({ className, kind, exact, boot }: Shape): { kind: string; type: string; members: string[] } {
  const plain = { kind: "object", type: "L", members: [] };
  if (className === "[B") return { ...plain, kind: "bytes" };
  if (/^\[.$/.test(className)) return { ...plain, kind: "primitives", type: className.slice(1) };
  if (className.startsWith("[")) return { ...plain, kind: "objects" };
  if (kind === null || (kind.kind === "text" && !(exact || boot))) return plain;
  if (kind.kind === "view") return { ...plain, kind: "view", members: [VIEWS[kind.field]] };
  if (kind.kind === "unbox") {
    const type = kind.method.slice(-1);
    return { kind: "unbox", type, members: [`value:${type}`] };
  }
  return { ...plain, kind: kind.kind, members: MEMBERS[kind.kind] ?? [] };
}
