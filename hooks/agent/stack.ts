// Who called: frames as `class.method(File.java:12)`, innermost first, the hooked method itself left out. Each
// different stack is sent once.
import { skips } from "./callers.js";
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { FRAME_BYTES, frameAt, type Jvmti } from "./jvmti.js";

export const STACK_LIMIT = 24;
const HOOKED_FRAME = 1;
const REMEMBERED = 20_000; // stacks and frames; what is forgotten is sent or looked up again

/** The frames of a thread as text. */
export interface Frames {
  /** Of the calling thread. */
  here(env: Ref): string[];
  /** What the native core has taken: `count` of JVMTI's frames, or an array of StackTraceElements. */
  described(env: Ref, taken: Ref, count: number): string[];
}

export class Stacks {
  readonly #frames: Frames;
  readonly #send: (record: object) => boolean;
  #sent = new Set<string>();

  /** `send` says whether there was room; a stack that found none is sent with the next event that has it. */
  constructor(frames: Frames, send: (record: object) => boolean) {
    this.#frames = frames;
    this.#send = send;
  }

  /** The SHA-256 of the calling thread's stack, over the frames joined by newlines. */
  here(env: Ref): string | null {
    return this.named(this.#frames.here(env))?.sha256 ?? null;
  }

  /** Whether a call from here is one that a hook with these `skip_callers` does not care for. */
  isSkipped(env: Ref, prefixes: string[]): boolean {
    return prefixes.length > 0 && skips(this.#frames.here(env), prefixes);
  }

  /** The SHA-256 of frames, and whether the probe has been told what they are. */
  named(frames: string[]): { sha256: string; told: boolean } | null {
    if (frames.length === 0) return null;
    const sha256 = Checksum.compute("sha256", frames.join("\n"));
    if (!this.#sent.has(sha256) && this.#send({ k: "stack", sha256, frames })) {
      if (this.#sent.size >= REMEMBERED) this.#sent = new Set();
      this.#sent.add(sha256);
    }
    return { sha256, told: this.#sent.has(sha256) };
  }
}

/**
 * Through JVMTI: no Java object is made, and a frame's text is looked up once (perf.md: 1,100 us by Java calls). A
 * hooked method further out has two frames: our native copy's, which is left out, and that of its body. `bodyOf` gives
 * the method id by which the body's line numbers are found.
 */
export function jvmtiFrames(jvmti: Jvmti, calls: JavaCalls, bodyOf: (method: Ref) => Ref | undefined): Frames {
  const known = new Map<string, string>();
  const describe = (env: Ref, method: Ref, location: number): string => {
    const { signature, cls, file, line } = jvmti.place(bodyOf(method) ?? method, location);
    calls.jni.deleteLocalRef(env, cls);
    const className = signature.slice(1, -1).replace(/\//g, ".");
    const unknown = location < 0 ? "Native Method" : (file ?? "Unknown Source");
    return `${className}.${jvmti.method(method).name}(${line === null || file === null ? unknown : `${file}:${line}`})`;
  };
  const described = (env: Ref, taken: Ref, count: number): string[] => {
    const frames: string[] = [];
    for (let i = 0; i < count; i++) {
      const { method, location } = frameAt(taken, i);
      const key = `${method}:${location}`;
      let text = known.get(key);
      if (text === undefined) {
        const isCopy = location.toNumber() < 0 && bodyOf(method) !== undefined;
        text = isCopy ? "" : describe(env, method, location.toNumber());
        if (known.size >= REMEMBERED) known.clear();
        known.set(key, text);
      }
      if (text !== "") frames.push(text);
    }
    return frames;
  };
  return {
    described,
    here: (env) => {
      const buffer = Memory.alloc(STACK_LIMIT * FRAME_BYTES);
      return described(env, buffer, jvmti.stack(HOOKED_FRAME, STACK_LIMIT, buffer));
    },
  };
}

/** Through Thread.getStackTrace(): slower, but every runtime has it. */
export function javaFrames(calls: JavaCalls): Frames {
  const ELEMENT = "java.lang.StackTraceElement";
  const described = (env: Ref, trace: Ref): string[] => {
    const { jni } = calls;
    const frames: string[] = [];
    const count = jni.getArrayLength(env, trace);
    for (let i = 0; i < count && frames.length < STACK_LIMIT + HOOKED_FRAME; i++) {
      const element = jni.getElement(env, trace, i);
      const text = calls.text(env, element, ELEMENT, "toString()Ljava/lang/String;") ?? "";
      jni.deleteLocalRef(env, element);
      if (/^(dalvik\.system\.VMStack|java\.lang\.Thread)\.get(Thread)?StackTrace/.test(bare(text))) continue;
      frames.push(bare(text));
    }
    return frames.slice(HOOKED_FRAME);
  };
  const here = (env: Ref): string[] => {
    const { jni } = calls;
    const current = calls.bootStatic(env, "java.lang.Thread", "currentThread()Ljava/lang/Thread;");
    const thread = jni.callStaticObject(env, calls.bootClass(env, "java.lang.Thread"), current, NULL);
    const trace = calls.object(env, thread, "java.lang.Thread", "getStackTrace()[Ljava/lang/StackTraceElement;");
    jni.deleteLocalRef(env, thread);
    const frames = described(env, trace);
    jni.deleteLocalRef(env, trace);
    return frames;
  };
  return { described, here };
}

/** Without the loader and module that HotSpot puts in front: `app//`, `java.base/`. */
function bare(frame: string): string {
  const head = frame.slice(0, frame.indexOf("("));
  return frame.slice(head.lastIndexOf("/") + 1);
}
