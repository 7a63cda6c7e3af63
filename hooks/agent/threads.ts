// What is known of each thread: whether our own code runs on it (its calls are no events), its name, a pulse on its
// way.
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";

const NAME_AGE_MS = 5_000; // thread ids are used again, and pools rename their threads

interface Facts {
  depth: number;
  pulse: string | null;
  name: string;
  namedAt: number;
}

/** Marks what our own code does on threads of the app. This class, or the native core's. */
export interface OurThreads {
  /** Run code of ours on whatever thread this is: its calls are no events. */
  asOurs<T>(body: () => T): T;
  /** Mark every event of this thread as our own sign of life until `body` ends. */
  asPulse(token: string, body: () => void): void;
}

export class Threads implements OurThreads {
  readonly #facts = new Map<number, Facts>();

  isOurs(): boolean {
    return (this.#facts.get(Process.getCurrentThreadId())?.depth ?? 0) > 0;
  }

  enter(): void {
    this.#here().depth++;
  }

  leave(): void {
    this.#here().depth--;
  }

  asOurs<T>(body: () => T): T {
    this.enter();
    try {
      return body();
    } finally {
      this.leave();
    }
  }

  pulse(): string | null {
    return this.#here().pulse;
  }

  asPulse(token: string, body: () => void): void {
    const facts = this.#here();
    facts.pulse = token;
    try {
      body();
    } finally {
      facts.pulse = null;
    }
  }

  isMain(): boolean {
    const id = Process.getCurrentThreadId();
    return id === Process.id || this.#facts.get(id)?.name === "main";
  }

  describe(env: Ref, calls: JavaCalls): { thread_id: number; thread_name: string } {
    const facts = this.#here();
    if (Date.now() - facts.namedAt > NAME_AGE_MS) {
      facts.name = this.#readName(env, calls);
      facts.namedAt = Date.now();
    }
    return { thread_id: Process.getCurrentThreadId(), thread_name: facts.name };
  }

  #readName(env: Ref, calls: JavaCalls): string {
    const current = calls.bootStatic(env, "java.lang.Thread", "currentThread()Ljava/lang/Thread;");
    const thread = calls.jni.callStaticObject(env, calls.bootClass(env, "java.lang.Thread"), current, NULL);
    calls.check(env);
    const name = calls.text(env, thread, "java.lang.Thread", "getName()Ljava/lang/String;") ?? "";
    calls.jni.deleteLocalRef(env, thread);
    return name;
  }

  #here(): Facts {
    const id = Process.getCurrentThreadId();
    let facts = this.#facts.get(id);
    if (facts === undefined) {
      facts = { depth: 0, pulse: null, name: "", namedAt: 0 };
      this.#facts.set(id, facts);
    }
    return facts;
  }
}
