// The agent's pure parts in Node: captures, descriptors, text, books.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "../../hooks/agent/answers.js";
import { Books, PlainLedger } from "../../hooks/agent/books.js";
import { skips } from "../../hooks/agent/callers.js";
import { descriptorOf, splitSignature } from "../../hooks/agent/descriptors.js";
import { parseCapture, type PlannedHook } from "../../hooks/agent/plan.js";
import { readBy } from "../../hooks/agent/readby.js";
import { shapeOf } from "../../hooks/agent/shapes.js";
import { asciiJson, fromUnits, lineOf } from "../../hooks/agent/text.js";

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
    new PlainLedger(),
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
    new PlainLedger(),
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
    names: ["arguments"],
    stack: true,
    found_by: null,
    runtime: null,
    skip_callers: [],
    native: null,
    presence: false,
    ...more,
  };
}

test("a hook once installed is not taken back by a second class of that name", () => {
  const told: { status?: string }[] = [];
  const answers = new Answers(
    [planned()],
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

test("a hook for another runtime is refused once the runtime is known, and one still waiting is told of", () => {
  const told: { index?: number; status?: string; reason?: string | null }[] = [];
  const answers = new Answers(
    [planned({ runtime: "art" }), planned({ native: "^libssl" })],
    () => 7,
    (record) => told.push(record),
  );
  answers.runs("jvm");
  assert.deepEqual(
    told.map(({ index, status, reason }) => [index, status, reason]),
    [
      [0, "pending", "class a.B not seen yet"],
      [1, "pending", "no module like ^libssl seen yet"],
      [0, "failed", "for art only"],
    ],
  );
});

test("an event is one line of tab-separated columns, its empty ones empty", () => {
  const line = lineOf({
    ...{ k: "event", seq: 7, hook: 2, at_ms: 1.5, elapsed_us: 3, took_us: 4, thread_id: 9, thread_name: "a\tb" },
    ...{ stack: null, this_id: null, this_class: "é", arguments: [], returned: null, threw: null },
    ...{ captured: { x: null }, pulse: null },
  });
  const columns = ["E", "7", "2", "1500", "3", "4", "9", '"a\\tb"', "", "", "\\u00e9", "[]", "", "", '{"x":null}', ""];
  assert.deepEqual(line.split("\t"), columns);
});

test("the platform's own callers are told from others behind the security API", () => {
  const own = [
    "javax.crypto.Cipher.doFinal(Cipher.java:1)",
    "sun.security.ssl.Seal.do(Seal.java:2)",
    "a.B.c(B.java:3)",
  ];
  assert.equal(skips(own, ["sun.security."]), true);
  assert.equal(skips(["java.security.Signature.sign(S.java:1)", "a.B.c(B.java:3)"], ["sun.security."]), false);
  assert.equal(skips([], ["sun.security."]), false);
});

test("the core reads a class by what it is", () => {
  const shape = { className: "x.Y", kind: null, base: null as never, exact: false, boot: false };
  const kinds = ["[B", "[J", "[Lx.Y;", "[[I", "x.Y"].map((className) => readBy({ ...shape, className }).kind);
  assert.deepEqual(kinds, ["bytes", "primitives", "objects", "objects", "object"]);
  const text = { ...shape, kind: { kind: "text" } as const };
  assert.equal(readBy(text).kind, "object", "its toString() may be the app's");
  assert.equal(readBy({ ...text, exact: true }).kind, "text");
  const boxed = { ...shape, kind: { kind: "unbox", type: "long", method: "longValue()J" } as const };
  assert.deepEqual(readBy(boxed), { kind: "unbox", type: "J", members: ["value:J"] });
});

test("collections that would run the app's code are not looked into", () => {
  for (const name of ["java.util.AbstractList$SubList", "java.util.AbstractMap", "java.util.Collections$SetFromMap"]) {
    assert.equal(shapeOf(name), undefined);
  }
  assert.equal(shapeOf("java.util.HashMap")?.kind, "map");
});
