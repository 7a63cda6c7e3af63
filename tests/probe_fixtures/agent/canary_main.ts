// Takes the place of hooks/agent/main.ts in tests/probe/test_canary.py: nothing but the canary, hooked plainly, as it
// is and with hooks that fail in known ways.
import { attachThreadsAsDaemons, type BridgeMethod, Java } from "./bridge.js";
import { checkRuntime, countPlainly, UNAIDED } from "./canary.js";
import type { Host, Overload } from "./host.js";
import { JavaCalls } from "./java.js";
import { bindJni, type Ref } from "./jni.js";
import { Jvm } from "./jvm.js";
import { checkBridge, passExceptionsThrough } from "./lossless.js";
import type { Attempt } from "./outcome.js";

declare const canaryBytes: { classes: string[] };

type Way = "real" | "too late" | "not at all" | "no class" | "second way" | "wrong result";

/** Hooks that miss what hooks may miss; the rest is the real host's. */
class Faulty implements Host {
  readonly flavor;
  readonly frames;
  readonly jvmti;

  constructor(
    readonly real: Host,
    readonly before: (env: Ref, cls: Ref) => void,
    readonly deaf: () => boolean,
  ) {
    this.flavor = real.flavor;
    this.frames = real.frames;
    this.jvmti = real.jvmti;
  }

  watch(): void {}

  overloads(env: Ref, cls: Ref, method: string): Overload[] {
    this.before(env, cls);
    return this.real.overloads(env, cls, method);
  }

  commit(methods: BridgeMethod[]): boolean {
    return this.deaf() || this.real.commit(methods);
  }

  release(methods: BridgeMethod[]): void {
    if (!this.deaf()) this.real.release(methods);
  }

  stop(): void {}
}

function initialise(java: JavaCalls, env: Ref, cls: Ref): void {
  java.jni.getStaticMethodId(env, cls, Memory.allocUtf8String("chain"), Memory.allocUtf8String("()I"));
}

let hooked: BridgeMethod[] = [];

function check(way: Way): { outcome: string; detail: string; took_ms: number } {
  attachThreadsAsDaemons();
  return Java.vm.perform(({ handle: env }) => {
    checkBridge();
    passExceptionsThrough();
    const java = new JavaCalls(bindJni(env));
    if (way === "no class") canaryBytes.classes[0] = "cafebabe";
    let deaf = way === "not at all" || way === "second way";
    const host = new Faulty(
      new Jvm(java),
      (thread, cls) => {
        if (way === "too late") initialise(java, thread, cls);
      },
      () => deaf,
    );
    const heal = (): void => {
      deaf = false;
    };
    const ways: Attempt[] = [
      { outcome: "cured", prepare() {} },
      { outcome: "fallback", prepare: heal },
    ];
    const count = (overload: Overload): ReturnType<typeof countPlainly> => {
      if (deaf) return { method: overload.make().method, calls: () => 0 };
      const counted = countPlainly(overload);
      if (way === "wrong result" && !overload.isConstructor) counted.method.implementation = () => 40;
      return counted;
    };
    const began = Date.now();
    const told = checkRuntime({ env, host, java, count, attempts: way === "second way" ? ways : UNAIDED });
    hooked = deaf ? [] : told.hooked;
    return { outcome: told.outcome, detail: told.detail, took_ms: Date.now() - began };
  });
}

/** What an app could notice: that our class is there, for the loaders that are the app's. */
function loadable(name: string): boolean {
  return Java.vm.perform(({ handle: env }) => {
    const java = new JavaCalls(bindJni(env));
    const found = java.jni.findClass(env, Memory.allocUtf8String(name.replace(/\./g, "/")));
    if (!found.isNull()) return true;
    java.jni.exceptionClear(env);
    return false;
  });
}

/** Give the canary its own bodies back, as the agent does at its end. */
function release(): void {
  Java.vm.perform(({ handle: env }) => new Jvm(new JavaCalls(bindJni(env))).release(hooked));
}

rpc.exports = { check, loadable, release };
