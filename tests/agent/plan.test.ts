// Captures of native functions, and what is read after a call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCapture } from "../../hooks/agent/plan.js";

test("bytes behind a pointer say where their length is", () => {
  const of = (length: string): unknown => parseCapture(`bytes argument 1 length ${length}`);
  const bytes = { kind: "bytes", argument: 1 };
  assert.deepEqual(of("argument 2"), {
    ...bytes,
    name: "bytes argument 1 length argument 2",
    length: { from: "argument", argument: 2 },
  });
  assert.deepEqual(of("returned"), {
    ...bytes,
    name: "bytes argument 1 length returned",
    length: { from: "returned" },
  });
  assert.deepEqual(of("at argument 3"), {
    ...bytes,
    name: "bytes argument 1 length at argument 3",
    length: { from: "pointer", argument: 3 },
  });
});

test("a field that the app has under another name keeps the hook file's name", () => {
  assert.deepEqual(parseCapture("this.a", "this.url"), {
    kind: "path",
    name: "this.url",
    root: { from: "this" },
    fields: ["a"],
  });
});

test("an array that a method fills is told from a slice that it reads", () => {
  assert.deepEqual(parseCapture("filled 3"), { kind: "filled", name: "filled 3", argument: 3 });
});

for (const wrong of ["bytes argument 1", "bytes argument 1 length", "bytes argument 1 length at returned", "filled"]) {
  test(`no capture: ${wrong}`, () => {
    assert.throws(() => parseCapture(wrong), /not a capture/);
  });
}
