// The agent inside the app: puts the parts together when the app's VM is there. Talks to harness/probe.
import { attachThreadsAsDaemons, Java } from "./bridge.js";
import { Answers } from "./answers.js";
import { Art } from "./art.js";
import { keepNotDebuggable } from "./artcure.js";
import { Books } from "./books.js";
import { Calls } from "./call.js";
import { wallMs } from "./clock.js";
import { Fields } from "./fields.js";
import type { Host } from "./host.js";
import { Installer } from "./install.js";
import { JavaCalls } from "./java.js";
import { bindJni } from "./jni.js";
import { Jvm } from "./jvm.js";
import { checkBridge, passExceptionsThrough } from "./lossless.js";
import { Outbox } from "./outbox.js";
import type { Options, PlannedHook } from "./plan.js";
import { pulse } from "./pulse.js";
import { Reader } from "./read.js";
import { Stacks } from "./stack.js";
import { Threads } from "./threads.js";

const VM_LIBRARIES = ["libjvm.so", "libart.so"];
const COUNTERS_EVERY_MS = 1000;
const START_MS = 8000;
const START_POLL_MS = 20;
const QUIESCE_MS = 2000;
const DISPOSE_MS = 100;
const POLL_MS = 5;

interface Running {
  calls: Calls;
  java: JavaCalls;
  host: Host;
  installer: Installer;
}

const outbox = new Outbox({
  send: (header, text, blobs) => send(header, joined(text, blobs)),
  schedule: (work, afterMs) => {
    setTimeout(work, afterMs);
  },
  sleep: (seconds) => Thread.sleep(seconds),
  nowMs: () => Date.now(),
});
const books = new Books(wallMs, (record) => outbox.note(record));
const threads = new Threads();
let running: Running | null = null;
let countedSeq = -1;
let ended = false;
const kept: unknown[] = []; // Interceptor listeners and observers live as long as someone holds them

/** The batch as bytes: the records' ASCII text, then the blobs in the records' order. */
function joined(text: string, blobs: ArrayBuffer[]): ArrayBuffer {
  const total = blobs.reduce((sum, blob) => sum + blob.byteLength, text.length);
  const buffer = Memory.alloc(total + 1);
  buffer.writeUtf8String(text);
  let at = text.length;
  for (const blob of blobs) {
    buffer.add(at).writeByteArray(blob);
    at += blob.byteLength;
  }
  return buffer.readByteArray(total) as ArrayBuffer;
}

/**
 * The VM runs, its first class of the app does not yet (spawned) or does (attached). Called on a thread attached to
 * it.
 */
function start(plan: PlannedHook[], options: Options): void {
  attachThreadsAsDaemons();
  Java.vm.perform((env) => {
    const isArt = Java.api.flavor === "art";
    const unblock = isArt ? keepNotDebuggable() : null; // before the first Java.use, which is in checkBridge
    checkBridge();
    unblock?.();
    passExceptionsThrough();
    const java = new JavaCalls(bindJni(env.handle));
    const host: Host = isArt ? new Art(java, quietly, (error) => books.fault("art", error)) : new Jvm(java);
    const reader = new Reader(java);
    const stacks = new Stacks(host.frames, (record) => outbox.push(record, [], 0));
    const calls = new Calls({
      reader,
      fields: new Fields(reader),
      stacks,
      threads,
      outbox,
      books,
      lossless: options.lossless,
    });
    outbox.note({ k: "ready", at_ms: wallMs(), runtime: host.flavor, pid: Process.id });
    const answers = new Answers(plan, host.flavor, wallMs, (record) => outbox.note(record));
    const installer = new Installer({ answers, host, calls, java, books, quietly });
    running = { calls, java, host, installer };
    installer.arm();
  });
}

function quietly(body: () => void): void {
  try {
    threads.asOurs(body);
  } catch (error) {
    books.fault("install", error);
  }
}

/** Nothing may stop the app from starting: a fault here is reported, and the run is inconclusive. */
function startSafely(plan: PlannedHook[], options: Options): void {
  try {
    if (Java.available) start(plan, options);
  } catch (error) {
    books.fault("start", error);
  }
}

/** The library that holds the VM, HotSpot's or ART's, may come long after us. */
function startWhenVmIsMade(plan: PlannedHook[], options: Options): void {
  const onLibrary = (library: Module): void => {
    const make = library.getExportByName("JNI_CreateJavaVM");
    const onLeave = (): void => {
      if (running === null) startSafely(plan, options);
    };
    kept.push(Interceptor.attach(make, { onLeave }));
    Interceptor.flush();
  };
  const onAdded = (module: Module): void => {
    if (VM_LIBRARIES.includes(module.name)) onLibrary(module);
  };
  kept.push(Process.attachModuleObserver({ onAdded })); // tells of the modules that are there, too
}

function countUp(): void {
  if (ended || books.lastSeq === countedSeq) return; // nothing comes after the final counts
  countedSeq = books.lastSeq;
  outbox.note(books.counters(false));
}

function listenForAcknowledgements(): void {
  recv("ack", (message: { no: number }) => {
    outbox.acknowledge(message.no);
    listenForAcknowledgements();
  });
}

function pause(ms: number): Promise<void> {
  return new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** The agent once the app's VM runs, which takes a moment after a spawned app was resumed. */
async function started(): Promise<Running> {
  for (let waitedMs = 0; running === null && waitedMs < START_MS; waitedMs += START_POLL_MS) {
    await pause(START_POLL_MS);
  }
  if (running === null) throw new Error("the app's VM has not started");
  return running;
}

/** Close the books: what has not returned is sent as it stands, then the last counts. */
function finish(): void {
  if (ended) return;
  ended = true;
  running?.host.stop();
  running?.calls.sendOpen();
  outbox.note(books.counters(true));
  outbox.flush();
}

function isIdle(): boolean {
  return running === null || running.calls.isIdle;
}

listenForAcknowledgements();
setInterval(countUp, COUNTERS_EVERY_MS);

rpc.exports = {
  /** Set the hooks, now if the VM is there, else the moment it is. */
  arm(plan: PlannedHook[], options: Options): void {
    books.open(plan.length);
    if (Java.available) startSafely(plan, options);
    else startWhenVmIsMade(plan, options);
    outbox.flush();
  },
  /** Send a marked event through a hook of ours. */
  async pulse(token: string): Promise<void> {
    const { java, installer } = await started();
    Java.vm.perform((env) => pulse(java, env.handle, threads, installer, token));
    outbox.flush();
  },
  /** The books as they stand, sent like a record. */
  counters(): void {
    outbox.note(books.counters(false));
    outbox.flush();
  },
  /** Stop listening, send everything, close the books. Gives the number of the last batch. */
  async quiesce(): Promise<number> {
    running?.calls.stopListening();
    for (let waitedMs = 0; !isIdle() && waitedMs < QUIESCE_MS; waitedMs += POLL_MS) await pause(POLL_MS);
    finish();
    return outbox.lastBatch;
  },
  /** After quiesce: leave the app's methods as they were. */
  release(): void {
    const here = running;
    if (here !== null) Java.vm.perform(() => here.installer.release());
  },
  /** Frida calls this when the script is unloaded or the process exits: no time to wait for acknowledgements. */
  dispose(): void {
    running?.calls.stopListening();
    for (let waitedMs = 0; !isIdle() && waitedMs < DISPOSE_MS; waitedMs += POLL_MS) Thread.sleep(POLL_MS / 1000);
    finish();
  },
};
