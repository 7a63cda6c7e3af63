// The agent inside the app: puts the parts together when the app's VM is there. Talks to harness/probe.
import { attachThreadsAsDaemons, Java } from "./bridge.js";
import { Art } from "./art.js";
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
  schedule: (work, afterMs) => { setTimeout(work, afterMs); },
  sleep: (seconds) => Thread.sleep(seconds),
  nowMs: () => Date.now(),
});
const books = new Books(wallMs, (record) => outbox.note(record));
const threads = new Threads();
let running: Running | null = null;
let countedSeq = -1;
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

/** The VM runs, its first class of the app does not yet (spawned) or does (attached). Called on a thread attached to it. */
function start(plan: PlannedHook[], options: Options): void {
  attachThreadsAsDaemons();
  Java.vm.perform((env) => {
    checkBridge();
    passExceptionsThrough();
    const java = new JavaCalls(bindJni(env.handle));
    const host: Host = Java.api.flavor === "art" ? new Art(java) : new Jvm(java);
    const reader = new Reader(java);
    const stacks = new Stacks(host.frames, (record) => outbox.note(record));
    const calls = new Calls({ reader, fields: new Fields(reader), stacks, threads, outbox, books, lossless: options.lossless });
    const installer = new Installer(plan, { host, calls, java, threads, books, report: (record) => outbox.note(record) });
    running = { calls, java, host, installer };
    outbox.note({ k: "ready", at_ms: wallMs(), runtime: host.flavor, pid: Process.id });
    installer.arm();
  });
}

/** Nothing may stop the app from starting: a fault here is reported, and the run is inconclusive. */
function startSafely(plan: PlannedHook[], options: Options): void {
  try {
    start(plan, options);
  } catch (error) {
    books.fault("start", error);
  }
}

function startWhenJvmIsMade(plan: PlannedHook[], options: Options): void {
  const onJvm = (library: Module): void => {
    const make = library.getExportByName("JNI_CreateJavaVM");
    kept.push(Interceptor.attach(make, { onLeave: () => {
      if (running === null && Java.available) startSafely(plan, options);
    } }));
    Interceptor.flush();
  };
  const library = Process.findModuleByName("libjvm.so");
  if (library !== null) onJvm(library);
  else kept.push(Process.attachModuleObserver({ onAdded: (module) => { if (module.name === "libjvm.so") onJvm(module); } }));
}

function countUp(): void {
  if (books.lastSeq === countedSeq) return;
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
  return new Promise<void>((resolve) => { setTimeout(resolve, ms); });
}

/** The agent once the app's VM runs, which takes a moment after a spawned app was resumed. */
async function started(): Promise<Running> {
  for (let waitedMs = 0; running === null && waitedMs < START_MS; waitedMs += START_POLL_MS) {
    await pause(START_POLL_MS);
  }
  if (running === null) throw new Error("the app's VM has not started");
  return running;
}

let ended = false;

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
    else startWhenJvmIsMade(plan, options);
    outbox.flush();
  },
  /** Send a marked event through a hook of ours. */
  async pulse(token: string): Promise<void> {
    const { java, installer } = await started();
    Java.vm.perform((env) => pulse(java, env.handle, threads, installer, token));
    outbox.flush();
  },
  /** Stop listening, send everything, close the books. Gives the number of the last batch. */
  async quiesce(): Promise<number> {
    running?.calls.stopListening();
    for (let waitedMs = 0; !isIdle() && waitedMs < QUIESCE_MS; waitedMs += POLL_MS) await pause(POLL_MS);
    finish();
    return outbox.lastBatch;
  },
  /** Frida calls this when the script is unloaded or the process exits: no time to wait for acknowledgements. */
  dispose(): void {
    running?.calls.stopListening();
    for (let waitedMs = 0; !isIdle() && waitedMs < DISPOSE_MS; waitedMs += POLL_MS) Thread.sleep(POLL_MS / 1000);
    finish();
  },
};
