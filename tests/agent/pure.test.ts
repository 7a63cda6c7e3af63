// The agent's pure parts in Node: captures, descriptors, text, books.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "../../hooks/agent/answers.js";
import { Books } from "../../hooks/agent/books.js";
import { descriptorOf, splitSignature } from "../../hooks/agent/descriptors.js";
import { parseCapture, type PlannedHook } from "../../hooks/agent/plan.js";
import { shapeOf } from "../../hooks/agent/shapes.js";
import { asciiJson, fromUnits } from "../../hooks/agent/text.js";

test("captures are read as records.py writes them", () => {
  assert.deepEqual(parseCapture("arguments"), { kind: "arguments" });
  assert.deepEqual(parseCapture("returned"), { kind: "returned" });
  assert.deepEqual(parseCapture("slice 0"), { kind: "slice", name: "slice 0", argument: 0 });
  assert.deepEqual(parseCapture("argument 12"), {
    kind: "path",
    name: "argument 12",
    root: { from: "argument", argument: 12 },
    fields: [],
  });
  assert.deepEqual(parseCapture("argument 0.a.b$c"), {
    kind: "path",
    name: "argument 0.a.b$c",
    root: { from: "argument", argument: 0 },
    fields: ["a", "b$c"],
  });
  assert.deepEqual(parseCapture("returned.parameters"), {
    kind: "path",
    name: "returned.parameters",
    root: { from: "returned" },
    fields: ["parameters"],
  });
});

for (const wrong of [
  "",
  "this",
  "argument",
  "argument x",
  "slice",
  "slice -1",
  "this.",
  "this..a",
  "this.a b",
  "thisurl",
]) {
  test(`${JSON.stringify(wrong)} is no capture`, () => {
    assert.throws(() => parseCapture(wrong), /not a capture/);
  });
}

test("types are written as JNI writes them", () => {
  const names = ["int", "boolean", "void", "[B", "[[J", "java.lang.String", "[Ljava.lang.String;", "a.B$C"];
  assert.deepEqual(names.map(descriptorOf), [
    "I",
    "Z",
    "V",
    "[B",
    "[[J",
    "Ljava/lang/String;",
    "[Ljava/lang/String;",
    "La/B$C;",
  ]);
});

test("signatures come apart", () => {
  assert.deepEqual(splitSignature("(ILjava/lang/String;[[J[La/B;Z)[B"), {
    parameters: ["I", "Ljava/lang/String;", "[[J", "[La/B;", "Z"],
    result: "[B",
  });
  assert.deepEqual(splitSignature("()V"), { parameters: [], result: "V" });
});

test("JSON leaves in ASCII and comes back the same", () => {
  const text = 'a\0b\u007f\u00e9\ud83d\ude00\ud800x\udc00\uffff\u2028"\\';
  const json = asciiJson({ text });
  assert.match(json, /^[\x20-\x7e]*$/);
  assert.equal(JSON.parse(json).text, text);
});

test("units become text of any length", () => {
  const units = Uint16Array.from({ length: 100_000 }, (_, i) => i & 0xffff);
  const text = fromUnits(units);
  assert.equal(text.length, 100_000);
  assert.equal(text.charCodeAt(0xd800), 0xd800);
});

test("the books count calls and drops by hook, and number the calls without holes", () => {
  const books = new Books(
    () => 5,
    () => {},
  );
  books.open(3);
  assert.deepEqual([books.call(0), books.call(2), books.call(0)], [1, 2, 3]);
  books.drop(2);
  assert.deepEqual(books.counters(true), {
    k: "counters",
    at_ms: 5,
    last_seq: 3,
    called: [2, 0, 1],
    dropped: [0, 0, 1],
    final: true,
  });
});

test("one place's faults are reported twenty times, not for ever", () => {
  const reported: object[] = [];
  const books = new Books(
    () => 0,
    (record) => reported.push(record),
  );
  for (let i = 0; i < 100; i++) books.fault("read", new Error("again"), 1);
  books.fault("read", new Error("elsewhere"), 2);
  assert.equal(reported.length, 21);
});

function planned(more: Partial<PlannedHook> = {}): PlannedHook {
  return {
    class_name: "a.B",
    method: "c",
    parameters: [],
    capture: ["arguments"],
    stack: true,
    found_by: null,
    runtime: null,
    ...more,
  };
}

test("a hook once installed is not taken back by a second class of that name", () => {
  const told: { status?: string }[] = [];
  const answers = new Answers(
    [planned()],
    "jvm",
    () => 7,
    (record) => told.push(record),
  );
  const [entry] = answers.entries;
  assert.ok(entry);
  answers.seen(entry, "a.B");
  answers.installed(entry);
  answers.refused(entry, "overload_missing", "no method of that name");
  assert.deepEqual(
    told.map((record) => record.status),
    ["pending", "installed"],
  );
});

test("collections that would run the app's code are not looked into", () => {
  for (const name of ["java.util.AbstractList$SubList", "java.util.AbstractMap", "java.util.Collections$SetFromMap"]) {
    assert.equal(shapeOf(name), undefined);
  }
  assert.equal(shapeOf("java.util.HashMap")?.kind, "map");
});
