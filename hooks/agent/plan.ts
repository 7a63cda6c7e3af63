// What the probe asks for: hooks and how to carry their events. Pure; the Python side is harness/probe/plan.py.

export interface PlannedHook {
  class_name: string;
  method: string;
  parameters: string[];
  capture: string[];
  stack: boolean;
  found_by: { class_name: string; method: string } | null;
  runtime: string | null;
}

export interface Options {
  /** The app's thread waits for room. Otherwise it waits 100 ms at most, then the event is dropped and counted. */
  lossless: boolean;
}

/** Where a field path starts. `argument` counts from 0. */
export type Root = { from: "this" } | { from: "returned" } | { from: "argument"; argument: number };

export type Capture =
  | { kind: "arguments" }
  | { kind: "returned" }
  | { kind: "slice"; name: string; argument: number }
  | { kind: "path"; name: string; root: Root; fields: string[] };

const ARGUMENT = /^argument (\d+)((?:\.[^.\s]+)*)$/;
const ROOTED = /^(this|returned)((?:\.[^.\s]+)+)$/;
const SLICE = /^slice (\d+)$/;

/** One entry of Hook.capture; throws on what is none. */
export function parseCapture(name: string): Capture {
  if (name === "arguments" || name === "returned") return { kind: name };
  const slice = SLICE.exec(name);
  if (slice !== null) return { kind: "slice", name, argument: Number(slice[1]) };
  const argument = ARGUMENT.exec(name);
  if (argument !== null) {
    const root: Root = { from: "argument", argument: Number(argument[1]) };
    return { kind: "path", name, root, fields: fieldsOf(argument[2] ?? "") };
  }
  const rooted = ROOTED.exec(name);
  if (rooted === null) throw new Error(`not a capture: ${name}`);
  return { kind: "path", name, root: { from: rooted[1] as "this" | "returned" }, fields: fieldsOf(rooted[2] ?? "") };
}

function fieldsOf(dotted: string): string[] {
  return dotted.split(".").filter((part) => part !== "");
}
