// What the agent knows of ART's memory, and what it makes of the canary's calls: the parts that need no ART.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  copiesIn,
  cured,
  DefineBooks,
  descriptorHash,
  flagsAgree,
  layoutWith,
  methodArray,
  type MethodLayout,
  type ReadWord,
} from "../../hooks/agent/art/facts.js";
import { type Attempt, decide, judge, tell } from "../../hooks/agent/outcome.js";

test("descriptors are hashed as ART does", () => {
  // for ASCII the same as String.hashCode(): the numbers are a JDK's
  assert.equal(descriptorHash("Lplug/P;"), 3128880192);
  assert.equal(descriptorHash("Lcom/example/doorbell/Main$Inner;"), 1898348593);
  assert.equal(descriptorHash("Lorg/trackerharness/canary/Canary0;"), 94889050);
  // h*31 over the bytes of DataOutputStream.writeUTF
  assert.equal(descriptorHash("La/\u00e4\u20ac\ud83d\ude00;"), 519116319);
  assert.equal(descriptorHash(""), 0);
});

const OLD = layoutWith(32);
const NEW = layoutWith(24);

test("a layout is known by where the entry point lies, and an unknown one is not guessed", () => {
  // runtime/art_method.h and libdexfile/dex/modifiers.h of Android 10, 11 and 12, 13, 14
  assert.deepEqual([OLD?.size, OLD?.dexMethodIndex, OLD?.copied, OLD?.sticky], [40, 12, 0x00100000, 0]);
  assert.deepEqual([NEW?.size, NEW?.dexMethodIndex, NEW?.copied, NEW?.sticky], [32, 8, 0x01000000, 0x04000000]);
  for (const other of [0, 8, 16, 20, 28, 40]) assert.equal(layoutWith(other), null);
});

test("the curing flag is not set where the upper bits are an intrinsic's number", () => {
  assert.ok(OLD && NEW);
  assert.equal(cured(0x00080009, NEW), 0x04080009);
  assert.equal(cured(0x91080009, NEW), 0x91080009);
  assert.equal(cured(0x00080009, OLD), 0x00080009);
});

test("flags that cannot be a method's are seen", () => {
  const publicStaticFinal = 0x19;
  assert.ok(flagsAgree(0x18080019, publicStaticFinal), "ART's own bits do not matter");
  assert.ok(flagsAgree(0x00020001, 0x0021), "synchronized is another bit in ART");
  assert.ok(!flagsAgree(0x00080011, publicStaticFinal));
  assert.ok(!flagsAgree(0x7f3a1b00, 0x1));
});

const IMPLEMENTER = 0x1230_0040;
const INTERFACE = 0x1230_0980;
const OTHER_INTERFACE = 0x1230_0f00;

interface Entry {
  declaring: number;
  flags?: number;
  index: number;
}

/** A class's methods in memory: header, then entries; read relative to the entry `from`. */
function memory(layout: MethodLayout, entries: Entry[], from: number, before: number[] = []): ReadWord {
  const bytes = new DataView(new ArrayBuffer(8 * 64 + 8 + entries.length * layout.size + 64));
  const start = 8 * 64;
  before.forEach((word, i) => bytes.setUint32(start - 8 - 4 * (before.length - i), word, true));
  bytes.setUint32(start - 8, entries.length, true);
  entries.forEach((entry, i) => {
    const at = start + i * layout.size;
    bytes.setUint32(at, entry.declaring, true);
    bytes.setUint32(at + 4, (entry.flags ?? 1) >>> 0, true);
    bytes.setUint32(at + layout.dexMethodIndex, entry.index, true);
    bytes.setBigUint64(at + layout.quickEntry, 0x7f12_3456_7890n, true);
  });
  return (offset) => bytes.getUint32(start + from * layout.size + offset, true);
}

for (const layout of [OLD, NEW]) {
  assert.ok(layout);
  const copied = layout.copied | 1;
  const entries = [
    { declaring: IMPLEMENTER, index: 3 },
    { declaring: IMPLEMENTER, index: 4 },
    { declaring: IMPLEMENTER, index: 9 },
    { declaring: INTERFACE, flags: copied, index: 9 },
    { declaring: OTHER_INTERFACE, flags: copied, index: 7 },
    { declaring: INTERFACE, flags: copied, index: 7 },
    { declaring: INTERFACE, flags: copied, index: 8 },
  ];

  test(`default methods are found as copies (Android ${layout.releases})`, () => {
    for (const from of [0, 1, 2]) {
      const word = memory(layout, entries, from);
      const array = methodArray(word, layout);
      assert.deepEqual(array, { start: 0 - from * layout.size, count: 7 });
      const found = copiesIn(word, layout, array, { declaringClass: INTERFACE, dexMethodIndex: 7 });
      assert.deepEqual(found, [(5 - from) * layout.size]);
    }
  });

  test(`a method that is overridden or has no flag is no copy (Android ${layout.releases})`, () => {
    const word = memory(layout, [...entries, { declaring: INTERFACE, flags: 1, index: 5 }], 1);
    const array = methodArray(word, layout);
    assert.ok(array);
    assert.deepEqual(copiesIn(word, layout, array, { declaringClass: INTERFACE, dexMethodIndex: 5 }), []);
    assert.deepEqual(copiesIn(word, layout, array, { declaringClass: IMPLEMENTER, dexMethodIndex: 9 }), []);
  });

  test(`no array is found where none is (Android ${layout.releases})`, () => {
    const word = memory(layout, entries, 1);
    const headless: ReadWord = (offset) => (offset === -layout.size - 8 ? 0 : word(offset));
    assert.equal(methodArray(headless, layout), null);
    const padded: ReadWord = (offset) => (offset === -layout.size - 4 ? 1 : word(offset));
    assert.equal(methodArray(padded, layout), null);
  });

  test(`fields of the class before the array are not taken for methods (Android ${layout.releases})`, () => {
    const fields = Array.from({ length: 64 }, (_, i) => (i % 4 === 0 ? IMPLEMENTER : 5)); // as ArtField begins
    assert.equal(methodArray(memory(layout, entries, 2, fields), layout)?.count, 7);
  });
}

test("a class defined behind our back is reported once, and not when it is armed in time", () => {
  const books = new DefineBooks();
  assert.equal(books.missed("a.B", 0, false), 0);
  assert.equal(books.missed("a.B", 1, false), 0, "it may be armed in a moment");
  books.armed("a.B", 1);
  assert.equal(books.missed("a.B", 1, false), 0);
  assert.equal(books.missed("a.B", 2, false), 0);
  assert.equal(books.missed("a.B", 2, false), 1);
  assert.equal(books.missed("a.B", 2, false), 0);
  books.armed("a.B", 2); // found late, and told of already
  assert.equal(books.missed("a.B", 3, true), 1, "at the end nothing is waited for");
  books.armed("x.Y", 0); // by us alone
  assert.equal(books.missed("x.Y", 1, true), 1);
});

const way = (outcome: Attempt["outcome"]): Attempt => ({ outcome, prepare() {} });

test("calls are judged by what was made", () => {
  const seen = (inside: number, after: number): { method: string; inside: number; after: number } => ({
    method: "still",
    inside,
    after,
  });
  assert.equal(judge([seen(1, 5), seen(1, 5)], 5), "all");
  assert.equal(judge([seen(1, 5), seen(0, 5)], 5), "late");
  assert.equal(judge([seen(1, 5), seen(1, 4)], 5), "not all");
  assert.equal(judge([seen(1, 5), seen(2, 5)], 5), "not all", "twice is no better");
  assert.equal(judge([seen(1, 6)], 5), "not all");
  assert.equal(judge([], 5), "not all");
  assert.equal(tell([seen(0, 5)], 5), "seen inside the initialiser and after it: still 0 of 1 and 5 of 5");
});

test("the first way that sees all is taken, then the first that sees all but the initialiser", () => {
  const [cure, fallback] = [way("cured"), way("fallback")];
  const told = (one: "all" | "late" | "not all", other: "all" | "late" | "not all"): unknown[] => {
    const { outcome, attempt } = decide([
      { attempt: cure, seen: one },
      { attempt: fallback, seen: other },
    ]);
    return [outcome, attempt?.outcome ?? null];
  };
  assert.deepEqual(decide([{ attempt: way("sound"), seen: "all" }]).outcome, "sound");
  assert.deepEqual(told("all", "not all"), ["cured", "cured"]);
  assert.deepEqual(told("late", "all"), ["fallback", "fallback"]);
  assert.deepEqual(told("late", "late"), ["blind", "cured"]);
  assert.deepEqual(told("not all", "late"), ["blind", "fallback"]);
  assert.deepEqual(told("not all", "not all"), ["refused", null]);
});
