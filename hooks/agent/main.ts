// The agent inside the app: puts the parts together when the app's VM is there. Talks to harness/probe.
import { attachThreadsAsDaemons, Java } from "./bridge.js";
import { Answers } from "./answers.js";
import { Art } from "./art/art.js";
import { keepNotDebuggable } from "./art/cure.js";
import { checkRuntime, UNAIDED } from "./canary.js";
import { wallMs } from "./clock.js";
import { type Core, makeCore } from "./cores.js";
import type { Host } from "./host.js";
import { Installer } from "./install.js";
import { JavaCalls } from "./java.js";
import { bindJni } from "./jni.js";
import { Jvm } from "./jvm.js";
import { checkBridge, passExceptionsThrough } from "./lossless.js";
import type { Options, PlannedHook } from "./plan.js";
import { pulse } from "./pulse.js";
import { exercise } from "./selftest.js";
import { NativeFunctions } from "./symbols.js";

const VM_LIBRARIES = ["libjvm.so", "libart.so"];
const LOOK_EVERY_MS = 100; // for drops, which nothing else tells of
const COUNTERS_EVERY_MS = 1000;
const START_MS = 8000;
const START_POLL_MS = 20;
const NO_VM_POLL_MS = 500;
const QUIESCE_MS = 2000;
const EXIT_MS = 100;
const POLL_MS = 5;
const LAST_STEPS_MS = 50; // from our code's last return to the VM's own code behind it

/** From `arm` on. */
interface Armed {
  core: Core;
  answers: Answers;
  natives: NativeFunctions;
  /** Once the VM runs. */
  running: Running | null;
  /** Whether all that was there is hooked, too: meanwhile Frida's thread may bring questions. */
  isSettled: boolean;
}

interface Running {
  java: JavaCalls;
  host: Host;
  installer: Installer;
}

let armed: Armed | null = null;
let counted = { at: 0, seq: -1, dropped: 0 };
let ended = false;
let acknowledged = 0; // the last batch that was
const kept: unknown[] = []; // Interceptor listeners and observers live as long as someone holds them

/**
 * The VM runs, its first class of the app does not yet (spawned) or does (attached). Called on a thread attached to
 * it.
 */
function start(here: Armed): void {
  const { core, answers } = here;
  attachThreadsAsDaemons();
  Java.vm.perform((env) => {
    const isArt = Java.api.flavor === "art";
    const unblock = isArt ? keepNotDebuggable() : null; // before the first Java.use, which is in checkBridge
    checkBridge();
    unblock?.();
    passExceptionsThrough();
    const java = new JavaCalls(bindJni(env.handle));
    const host: Host = isArt ? new Art(java, quietly, (error) => core.books.fault("art", error)) : new Jvm(java);
    const hooker = core.begin(java, host, env.handle);
    core.mail.note({ k: "ready", at_ms: wallMs(), runtime: host.flavor, pid: Process.id });
    answers.runs(host.flavor);
    const installer = new Installer({ answers, host, hooker, java, books: core.books, quietly });
    here.running = { java, host, installer };
    const count = hooker.counted.bind(hooker);
    const attempts = host instanceof Art ? host.attempts : UNAIDED; // art.md section 3: cure, then deoptimisation
    const check = core.threads.asOurs(() => checkRuntime({ env: env.handle, host, java, count, attempts }));
    const { outcome, detail } = check;
    installer.keep(check.hooked);
    const told = `${core.name} core, ${detail}`;
    core.mail.note({ k: "selfcheck", at_ms: wallMs(), runtime: host.flavor, outcome, detail: told });
    if (outcome === "refused") answers.refuseAll(`hooks do not hold in this process: ${detail}`);
    else installer.arm();
  });
}

function quietly(body: () => void): void {
  try {
    armed?.core.threads.asOurs(body);
  } catch (error) {
    armed?.core.books.fault("install", error);
  }
}

/** Nothing may stop the app from starting: a fault here is reported, and the run is inconclusive. */
function startSafely(here: Armed): void {
  try {
    if (Java.available) start(here);
  } catch (error) {
    here.core.books.fault("start", error);
  } finally {
    here.isSettled = here.running !== null;
  }
}

/** The library that holds the VM, HotSpot's or ART's, may come long after us. */
function startWhenVmIsMade(here: Armed): void {
  const onLibrary = (library: Module): void => {
    const make = library.getExportByName("JNI_CreateJavaVM");
    const onLeave = (): void => {
      if (here.running === null) startSafely(here);
    };
    kept.push(Interceptor.attach(make, { onLeave }));
    Interceptor.flush();
  };
  const onAdded = (module: Module): void => {
    if (VM_LIBRARIES.includes(module.name)) onLibrary(module);
  };
  kept.push(Process.attachModuleObserver({ onAdded })); // tells of the modules that are there, too
}

/** Whether this is a process without Java: nothing of a VM is loaded. */
function hasNoVm(): boolean {
  return VM_LIBRARIES.every((name) => Process.findModuleByName(name) === null);
}

/** A process without Java is ready, too: when its first function is hooked and still nothing of a VM is there. */
function sayReadyWithoutVm(here: Armed, sinceMs: number): void {
  const poll = setInterval(() => {
    const { core, natives } = here;
    if (hasNoVm() && natives.isHooked)
      core.mail.note({ k: "ready", at_ms: sinceMs, runtime: "native", pid: Process.id });
    if (!hasNoVm() || natives.isHooked) clearInterval(poll);
  }, NO_VM_POLL_MS);
}

/** Counts go out every second when there were calls, and soon when one was dropped. */
function countUp(): void {
  if (ended || armed === null) return; // nothing comes after the final counts
  const counters = armed.core.books.counters(false);
  const dropped = counters.dropped.reduce((sum, count) => sum + count, 0);
  const isDue = Date.now() - counted.at >= COUNTERS_EVERY_MS && counters.last_seq !== counted.seq;
  if (!isDue && dropped === counted.dropped) return;
  counted = { at: Date.now(), seq: counters.last_seq, dropped };
  armed.core.mail.note(counters);
}

function listenForAcknowledgements(): void {
  recv("ack", (message: { no: number }) => {
    acknowledged = Math.max(acknowledged, message.no);
    armed?.core.mail.acknowledge(message.no);
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
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += START_POLL_MS) {
    if (armed !== null && armed.isSettled && armed.running !== null) return armed.running;
    await pause(START_POLL_MS);
  }
  throw new Error("the app's VM has not started");
}

/** Of a thread that the VM knows, be it in native code just now. */
function javaStack(): string | null {
  const env = armed !== null && armed.running !== null ? Java.vm.tryGetEnv() : null;
  return env === null ? null : (armed?.core.stackHere(env.handle) ?? null);
}

function isIdle(): boolean {
  return armed === null || (armed.core.isIdle && armed.natives.isIdle);
}

/** No more classes are looked for. Not while the process ends: the VM may be gone. */
function stopLooking(): void {
  const running = armed?.running ?? null;
  if (running !== null) Java.vm.perform(() => running.host.stop());
}

function stopListening(): void {
  armed?.core.stopListening();
  armed?.natives.stop();
}

/** Close the books: what has not returned is sent as it stands, then the last counts. */
function finish(): void {
  if (ended || armed === null) return;
  ended = true;
  const { core } = armed;
  core.sendOpen();
  core.mail.note(core.books.counters(true));
  core.mail.flush();
}

/**
 * The script goes, and the app stays: its methods get their own bodies back, and our code is not unloaded before every
 * thread has left it.
 */
async function leave(): Promise<void> {
  stopListening();
  armed?.core.mail.close();
  for (let waitedMs = 0; !isIdle() && waitedMs < QUIESCE_MS; waitedMs += POLL_MS) await pause(POLL_MS);
  stopLooking();
  finish();
  release();
  while ((armed?.core.frames ?? 0) > 0) await pause(POLL_MS);
  await pause(LAST_STEPS_MS);
}

function release(): void {
  const running = armed?.running ?? null;
  if (running !== null) Java.vm.perform(() => running.installer.release());
}

/**
 * The process ends, and waits for us. What was handed to Frida last is only underway, and would be lost: the probe's
 * answer is waited for, but not for long.
 */
async function endSoon(): Promise<void> {
  stopListening();
  armed?.core.mail.close();
  for (let waitedMs = 0; !isIdle() && waitedMs < EXIT_MS; waitedMs += POLL_MS) Thread.sleep(POLL_MS / 1000);
  finish();
  const last = armed?.core.mail.lastBatch ?? 0;
  for (let waitedMs = 0; acknowledged < last && waitedMs < EXIT_MS; waitedMs += POLL_MS) await pause(POLL_MS);
}

listenForAcknowledgements();
setInterval(countUp, LOOK_EVERY_MS);

rpc.exports = {
  /** Set the hooks, now if the VM is there, else the moment it is; those on native modules in any case. */
  arm(plan: PlannedHook[], options: Options): void {
    const core = makeCore(plan, options);
    core.books.open(plan.length);
    const answers = new Answers(plan, wallMs, (record) => core.mail.note(record));
    const { books, mail: outbox } = core;
    const natives = new NativeFunctions({ answers, books, outbox, lossless: options.lossless, javaStack });
    const here: Armed = { core, answers, natives, running: null, isSettled: false };
    armed = here;
    natives.arm(answers.entries);
    if (Java.available) startSafely(here);
    else {
      startWhenVmIsMade(here);
      sayReadyWithoutVm(here, wallMs());
    }
    core.mail.flush();
  },
  /** Send a marked event through a hook of ours. */
  async pulse(token: string): Promise<void> {
    if (hasNoVm() && armed !== null && armed.natives.pulse(token)) {
      armed.core.mail.flush();
      return;
    }
    const { java, installer } = await started();
    if (armed === null) return;
    const { threads, mail } = armed.core;
    Java.vm.perform((env) => pulse(java, env.handle, threads, installer, token));
    mail.flush();
  },
  /** Call boot methods as the app would, and say what came of it: the self-test's part for devices. */
  async exercise(): Promise<string[]> {
    const { java } = await started();
    return Java.vm.perform((env) => exercise(java, env.handle));
  },
  /** The books as they stand, sent like a record. */
  counters(): void {
    if (armed === null) return;
    armed.core.mail.note(armed.core.books.counters(false));
    armed.core.mail.flush();
  },
  /** Stop listening, send everything, close the books. Gives the number of the last batch. */
  async quiesce(): Promise<number> {
    stopListening();
    for (let waitedMs = 0; !isIdle() && waitedMs < QUIESCE_MS; waitedMs += POLL_MS) await pause(POLL_MS);
    stopLooking();
    finish();
    return armed?.core.mail.lastBatch ?? 0;
  },
  /** After quiesce: leave the app's methods as they were. */
  release,
  /** Frida calls this when the script is unloaded, be it that the controller has died, or the process exits. */
  dispose(reason?: string): Promise<void> {
    return reason === "exit" ? endSoon() : leave();
  },
};
