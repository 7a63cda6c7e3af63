// What the probe asks for: hooks and how to carry their events. Pure; the Python side is harness/probe/plan.py.

export interface PlannedHook {
  class_name: string;
  method: string;
  /** JVM names of the types; null for every overload there is. Of native functions: their C types. */
  parameters: string[] | null;
  capture: string[];
  /** What each capture is called in events, in the same order: a renamed app has another field where the hook file says this.url. */
  names: string[];
  stack: boolean;
  found_by: { class_name: string; method: string } | null;
  runtime: string | null;
  /** A call is no event when its innermost frame outside the security API begins with one of these. */
  skip_callers: string[];
  /** Regular expression, searched in a module's file name: `method` is a symbol that such a module exports. */
  native: string | null;
  /** Nothing is recorded but that the class or module is there; with a method, that it is called. */
  presence: boolean;
}

export interface Options {
  /** The app's thread waits for room. Otherwise it waits 100 ms at most, then the event is dropped and counted. */
  lossless: boolean;
  /** Who records calls: C on the app's threads, or JavaScript where that cannot be (or for comparison). */
  core: "native" | "plain";
}

/** Where a field path starts. `argument` counts from 0. */
export type Root = { from: "this" } | { from: "returned" } | { from: "argument"; argument: number };

export type Capture =
  | { kind: "arguments" }
  | { kind: "returned" }
  | { kind: "slice"; name: string; argument: number }
  | { kind: "filled"; name: string; argument: number } // read after the call
  | { kind: "bytes"; name: string; argument: number; length: Length } // of native functions only
  | { kind: "path"; name: string; root: Root; fields: string[] };

/** Where the length of a native function's bytes is: an argument, the result, or a size_t that it fills in. */
export type Length = { from: "argument" | "pointer"; argument: number } | { from: "returned" };

const ARGUMENT = /^argument (\d+)((?:\.[^.\s]+)*)$/;
const ROOTED = /^(this|returned)((?:\.[^.\s]+)+)$/;
const SLICE = /^(slice|filled) (\d+)$/;
const BYTES = /^bytes argument (\d+) length (?:(at )?argument (\d+)|returned)$/;

/** One entry of Hook.capture, called `name` in events; throws on what is none. */
export function parseCapture(word: string, name = word): Capture {
  if (word === "arguments" || word === "returned") return { kind: word };
  const slice = SLICE.exec(word);
  if (slice !== null) return { kind: slice[1] as "slice" | "filled", name, argument: Number(slice[2]) };
  const bytes = BYTES.exec(word);
  if (bytes !== null) {
    return { kind: "bytes", name, argument: Number(bytes[1]), length: lengthOf(bytes[2], bytes[3]) };
  }
  const argument = ARGUMENT.exec(word);
  if (argument !== null) {
    const root: Root = { from: "argument", argument: Number(argument[1]) };
    return { kind: "path", name, root, fields: fieldsOf(argument[2] ?? "") };
  }
  const rooted = ROOTED.exec(word);
  if (rooted === null) throw new Error(`not a capture: ${word}`);
  return { kind: "path", name, root: { from: rooted[1] as "this" | "returned" }, fields: fieldsOf(rooted[2] ?? "") };
}

function lengthOf(at: string | undefined, argument: string | undefined): Length {
  if (argument === undefined) return { from: "returned" };
  return { from: at === undefined ? "argument" : "pointer", argument: Number(argument) };
}

function fieldsOf(dotted: string): string[] {
  return dotted.split(".").filter((part) => part !== "");
}
