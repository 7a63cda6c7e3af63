// The outbox in Node: batches, the window, drops. The port below stands for Frida.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH_BYTES, type Blob, Outbox, type Port } from "../../hooks/agent/outbox.js";

interface Sent {
  no: number;
  lines: { k: string; n?: number }[];
  blobs: ArrayBuffer[];
}

function parsed(line: string): { k: string } {
  const kind = { B: "blob", E: "event" }[line.charAt(0)];
  return kind === undefined ? JSON.parse(line) : { k: kind };
}

class Line implements Port {
  readonly sent: Sent[] = [];
  scheduled: (() => void)[] = [];
  now = 0;
  isOwnThread = false;
  onSleep: () => void = () => {};

  send(header: { no: number; text: number }, text: string, blobs: ArrayBuffer[]): void {
    assert.equal(header.text, text.length);
    this.sent.push({ no: header.no, lines: text.split("\n").map(parsed), blobs });
  }

  schedule(work: () => void, afterMs: number): void {
    assert.equal(afterMs, 50);
    this.scheduled.push(work);
  }

  sleep(seconds: number): void {
    this.now += seconds * 1000;
    this.onSleep();
  }

  nowMs(): number {
    return this.now;
  }

  mayWait(): boolean {
    return !this.isOwnThread;
  }

  tick(): void {
    for (const work of this.scheduled.splice(0)) work();
  }
}

function made(): [Outbox, Line] {
  const line = new Line();
  return [new Outbox(line), line];
}

function bytes(n: number): Blob {
  return { id: n, content: new ArrayBuffer(n) };
}

function record(characters: number): object {
  return { k: "report", text: "x".repeat(characters) };
}

test("records leave together after 50 ms, numbered from one", () => {
  const [outbox, line] = made();
  outbox.push({ k: "a" }, [], null);
  outbox.push({ k: "b" }, [], null);
  assert.equal(line.sent.length, 0);
  assert.equal(line.scheduled.length, 1, "one timer for the batch");
  line.tick();
  assert.deepEqual(
    line.sent.map((batch) => [batch.no, batch.lines.map((one) => one.k)]),
    [[1, ["a", "b"]]],
  );
  outbox.push({ k: "c" }, [], null);
  line.tick();
  assert.equal(line.sent[1]?.no, 2);
});

test("256 records leave at once", () => {
  const [outbox, line] = made();
  for (let i = 0; i < 256; i++) outbox.push({ k: "a" }, [], null);
  assert.equal(line.sent[0]?.lines.length, 256);
});

test("a batch stays within its size, and a large record goes alone", () => {
  const [outbox, line] = made();
  for (let i = 0; i < 30; i++) outbox.push(record(10_000), [], null);
  assert.ok(line.sent.every((batch) => JSON.stringify(batch.lines).length <= BATCH_BYTES + 1000));
  outbox.push(record(100_000), [], null);
  assert.equal(line.sent.at(-1)?.lines.length, 1);
});

test("a blob goes before the record that refers to it", () => {
  const [outbox, line] = made();
  outbox.push({ k: "counters" }, [bytes(3), bytes(4)], null);
  outbox.push({ k: "counters" }, [bytes(5)], null);
  line.tick();
  assert.deepEqual(
    line.sent[0]?.lines.map((one) => one.k),
    ["blob", "blob", "counters", "blob", "counters"],
  );
  assert.deepEqual(
    line.sent[0]?.blobs.map((blob) => blob.byteLength),
    [3, 4, 5],
  );
});

test("the thread that hears acknowledgements never waits for them", () => {
  const [outbox, line] = made();
  fill(outbox);
  line.isOwnThread = true;
  assert.equal(outbox.push(record(90_000), [], null), true);
});

test("nobody waits for room once nobody reads", () => {
  const [outbox] = made();
  fill(outbox);
  outbox.close();
  assert.equal(outbox.push(record(90_000), [], null), false);
});

function fill(outbox: Outbox): number {
  let taken = 0;
  while (outbox.push(record(90_000), [], 0)) taken++;
  return taken;
}

test("what nobody acknowledges is refused, and room comes back with the acknowledgement", () => {
  const [outbox, line] = made();
  const taken = fill(outbox);
  assert.ok(taken > 10 && taken <= 64, `${taken} batches are out`);
  outbox.acknowledge(line.sent[0]?.no ?? 0);
  assert.equal(outbox.push(record(90_000), [], 0), true);
  assert.equal(outbox.push(record(90_000), [], 0), false);
});

test("a thread waits as long as its patience and no longer", () => {
  const [outbox, line] = made();
  fill(outbox);
  line.now = 0;
  assert.equal(outbox.push(record(90_000), [], 100), false);
  assert.ok(line.now >= 100 && line.now < 110, `waited ${line.now} ms`);
});

test("a lossless thread waits until there is room", () => {
  const [outbox, line] = made();
  fill(outbox);
  line.now = 0;
  line.onSleep = () => {
    if (line.now > 1000) outbox.acknowledge(line.sent.at(-1)?.no ?? 0);
  };
  assert.equal(outbox.push(record(90_000), [], null), true);
  assert.ok(line.now > 1000);
});

test("a record larger than the window leaves when nothing else is out", () => {
  const [outbox, line] = made();
  assert.equal(outbox.push({ k: "counters" }, [bytes(9_000_000)], 0), true);
  assert.equal(line.sent.length, 1);
  assert.equal(outbox.push({ k: "counters" }, [], 0), false);
});

test("reports get through even when events are refused", () => {
  const [outbox, line] = made();
  fill(outbox);
  const before = line.sent.length;
  outbox.note({ k: "hook" });
  line.tick();
  assert.deepEqual(
    line.sent.slice(before).map((batch) => batch.lines.map((one) => one.k)),
    [["hook"]],
  );
});
