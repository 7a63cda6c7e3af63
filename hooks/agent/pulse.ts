// A sign of life: a marked value through one of our own platform hooks, so that hook, reader and line are proven
// together.
import type { Point } from "./call.js";
import { type JavaCalls, JavaFault, newString, values } from "./java.js";
import type { Ref } from "./jni.js";
import type { OurThreads } from "./threads.js";

/** What a pulse needs of the installer. */
export interface Installed {
  point(className: string, method: string, parameters: string[]): Point | null;
  plans(className: string, method: string): boolean;
  bring(body: () => void): void;
}

interface Beat {
  className: string;
  method: string;
  parameters: string[];
  send(java: JavaCalls, env: Ref, point: Point, token: string): void;
}

const BEATS: Beat[] = [
  { className: "org.json.JSONObject", method: "toString", parameters: [], send: throughJson },
  { className: "java.util.zip.GZIPOutputStream", method: "write", parameters: ["[B", "int", "int"], send: throughGzip },
];

/** Send a pulse through the first hook that can carry it. Throws when none can. */
export function pulse(java: JavaCalls, env: Ref, threads: OurThreads, installed: Installed, token: string): void {
  for (const load of [false, true]) {
    // the app's own classes first; a class it has not used yet only in need
    for (const beat of BEATS) {
      if (load && installed.plans(beat.className, beat.method))
        installed.bring(() => loadClass(java, env, beat.className));
      const point = installed.point(beat.className, beat.method, beat.parameters);
      if (point === null) continue;
      threads.asPulse(token, () => beat.send(java, env, point, token));
      return;
    }
  }
  throw new Error(`no hook that can carry a pulse is installed: ${BEATS.map((beat) => beat.className).join(", ")}`);
}

/** Loads and links through the loader of this thread, the app's on HotSpot. A class that is not there stays away. */
function loadClass(java: JavaCalls, env: Ref, name: string): void {
  try {
    java.method(env, java.bootClass(env, name), "toString()Ljava/lang/String;");
  } catch (error) {
    if (!(error instanceof JavaFault)) throw error;
  }
}

function pulseText(token: string): string {
  return JSON.stringify({ "harness.pulse": token });
}

function throughJson(java: JavaCalls, env: Ref, point: Point, token: string): void {
  const { jni } = java;
  const text = newString(jni, env, pulseText(token));
  const make = java.method(env, point.cls, "<init>(Ljava/lang/String;)V");
  const object = jni.newObject(env, point.cls, make, values(text));
  java.check(env);
  const result = jni.callObject(env, object, java.method(env, point.cls, "toString()Ljava/lang/String;"), NULL);
  java.check(env);
  for (const ref of [text, object, result]) jni.deleteLocalRef(env, ref);
}

function throughGzip(java: JavaCalls, env: Ref, point: Point, token: string): void {
  const { jni } = java;
  const text = pulseText(token);
  const bytes = jni.newByteArray(env, text.length);
  jni.setByteRegion(env, bytes, 0, text.length, Memory.allocUtf8String(text));
  const sinkClass = java.bootClass(env, "java.io.ByteArrayOutputStream");
  const sink = jni.newObject(env, sinkClass, java.method(env, sinkClass, "<init>()V"), NULL);
  const zip = jni.newObject(
    env,
    point.cls,
    java.method(env, point.cls, "<init>(Ljava/io/OutputStream;)V"),
    values(sink),
  );
  java.check(env);
  const rest = values(bytes, ptr(0), ptr(text.length));
  jni.callVoid(env, zip, java.method(env, point.cls, "write([BII)V"), rest);
  java.check(env);
  jni.callVoid(env, zip, java.method(env, point.cls, "close()V"), NULL); // frees zlib's native memory
  java.check(env);
  for (const ref of [bytes, sink, zip]) jni.deleteLocalRef(env, ref);
}
