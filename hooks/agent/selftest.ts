// The self-test where no program of ours can be run: calls of boot methods through JNI, as the app would make them.
// The host asks for them once without hooks and once with, and compares (harness/selftest/boot.py).
import { type JavaCalls, newString } from "./java.js";
import type { Ref } from "./jni.js";
import { asciiJson, readString } from "./text.js";

const TEXTS = ["plain", "a\0b", "\ud83d\ude00", "\ud800", "x\udc00y", "\uffff\ufffe", "", "\u00e9".repeat(70_000)];
const TEXT = "Ljava/lang/String;";
const OBJECT = "Ljava/lang/Object;";

/** A Java exception, as the case's result. */
class Threw extends Error {}

/** Calls on one thread; every exception becomes a Threw with its class and message. */
class Boot {
  readonly #java: JavaCalls;
  readonly #env: Ref;

  constructor(java: JavaCalls, env: Ref) {
    this.#java = java;
    this.#env = env;
  }

  string(text: string): Ref {
    return newString(this.#java.jni, this.#env, text);
  }

  bytes(...content: number[]): Ref {
    const array = this.#java.jni.newByteArray(this.#env, content.length);
    const buffer = Memory.alloc(Math.max(content.length, 1));
    buffer.writeByteArray(content);
    this.#java.jni.setByteRegion(this.#env, array, 0, content.length, buffer);
    return array;
  }

  make(className: string, signature: string, ...rest: Ref[]): Ref {
    const cls = this.#java.bootClass(this.#env, className);
    const id = this.#java.bootMethod(this.#env, className, `<init>${signature}`);
    return this.#checked(this.#java.jni.newObject(this.#env, cls, id, jvalues(rest)));
  }

  fixed(className: string, method: string, ...rest: Ref[]): Ref {
    const cls = this.#java.bootClass(this.#env, className);
    const id = this.#java.bootStatic(this.#env, className, method);
    return this.#checked(this.#java.jni.callStaticObject(this.#env, cls, id, jvalues(rest)));
  }

  object(on: Ref, method: string, ...rest: Ref[]): Ref {
    return this.#checked(this.#java.jni.callObject(this.#env, on, this.#method(on, method), jvalues(rest)));
  }

  boolean(on: Ref, method: string, ...rest: Ref[]): boolean {
    return this.#checked(this.#java.jni.callBoolean(this.#env, on, this.#method(on, method), jvalues(rest))) !== 0;
  }

  int(on: Ref, method: string, ...rest: Ref[]): number {
    return this.#checked(this.#java.jni.callInt(this.#env, on, this.#method(on, method), jvalues(rest)));
  }

  long(on: Ref, method: string, ...rest: Ref[]): string {
    return this.#checked(this.#java.jni.callLong(this.#env, on, this.#method(on, method), jvalues(rest))).toString();
  }

  float(on: Ref, method: string, ...rest: Ref[]): number {
    return this.#checked(this.#java.jni.callFloat(this.#env, on, this.#method(on, method), jvalues(rest)));
  }

  double(on: Ref, method: string, ...rest: Ref[]): number {
    return this.#checked(this.#java.jni.callDouble(this.#env, on, this.#method(on, method), jvalues(rest)));
  }

  run(on: Ref, method: string, ...rest: Ref[]): void {
    this.#java.jni.callVoid(this.#env, on, this.#method(on, method), jvalues(rest));
    this.#checked(null);
  }

  same(one: Ref, other: Ref): string {
    return this.#java.jni.isSameObject(this.#env, one, other) !== 0 ? "same object" : "another object";
  }

  /** The text of a String, every unit of it. */
  text(of: Ref): string {
    return of.isNull() ? "null" : told(readString(this.#java.jni, this.#env, of));
  }

  content(array: Ref): string {
    const length = this.#java.jni.getArrayLength(this.#env, array);
    const buffer = Memory.alloc(Math.max(length, 1));
    this.#java.jni.getByteRegion(this.#env, array, 0, length, buffer);
    return Array.from(new Uint8Array(buffer.readByteArray(length) as ArrayBuffer)).join(" ");
  }

  #method(on: Ref, method: string): Ref {
    const cls = this.#java.jni.getObjectClass(this.#env, on);
    const id = this.#java.method(this.#env, cls, method);
    this.#java.jni.deleteLocalRef(this.#env, cls);
    return id;
  }

  #checked<T>(result: T): T {
    const { jni } = this.#java;
    if (jni.exceptionCheck(this.#env) === 0) return result;
    const thrown = jni.exceptionOccurred(this.#env);
    jni.exceptionClear(this.#env);
    const className = this.#java.classNameOf(this.#env, thrown);
    // HotSpot makes this one's message from the byte code of the frame, and finds none in a hooked method
    if (className === "java.lang.NullPointerException") throw new Threw(`threw ${className}`);
    const message = this.#java.text(this.#env, thrown, "java.lang.Throwable", "getMessage()Ljava/lang/String;");
    throw new Threw(`threw ${className} ${told(message)}`);
  }
}

/** Arguments as a jvalue array: references, and whole numbers as pointers. */
function jvalues(given: Ref[]): Ref {
  const array = Memory.alloc(8 * Math.max(given.length, 1));
  given.forEach((value, at) => array.add(8 * at).writePointer(value));
  return array;
}

/** Short text as it is, long text as its length and a checksum. */
function told(text: string | null): string {
  if (text === null) return "null";
  const written = asciiJson(text);
  return written.length <= 80 ? written : `${text.length} units, ${Checksum.compute("sha256", written)}`;
}

const CASES: [name: string, body: (boot: Boot) => string][] = [
  ["base64: bytes to text and back", base64],
  ["base64: text that is none", (b) => b.content(decode(b, b.string("a\0b")))],
  ["url: awkward texts", (b) => TEXTS.map((text) => b.text(encodeUrl(b, b.string(text), "UTF-8"))).join(" ")],
  ["url: null", (b) => b.text(encodeUrl(b, NULL, "UTF-8"))],
  ["url: an encoding that is none", (b) => b.text(encodeUrl(b, b.string("x"), "no\0such"))],
  ["crc32: part of an array", (b) => crc32(b, 1, 3)],
  ["crc32: outside the array", (b) => crc32(b, 3, 4)],
  ["properties: identity of what is kept", properties],
  ["properties: a default, and none", defaults],
  ["uuid: two longs", uuid],
  ["uuid: text that is none", (b) => b.text(fromText(b, "not-\ud800-a"))],
  ["tokens: each once", tokens],
  ["enumeration: not consumed", enumeration],
  ["random: int, long, float, double", random],
  ["random: an array written", written],
];

/** One line a case, `name`, a tab and what came of it: the same on each call, whether hooked or not. */
export function exercise(java: JavaCalls, env: Ref): string[] {
  return CASES.map(([name, body]) => `${name}\t${framed(java, env, body)}`);
}

function framed(java: JavaCalls, env: Ref, body: (boot: Boot) => string): string {
  java.jni.pushLocalFrame(env, 64);
  try {
    return body(new Boot(java, env));
  } catch (error) {
    return error instanceof Threw ? error.message : `fault: ${String(error)}`;
  } finally {
    java.jni.popLocalFrame(env, NULL);
  }
}

function base64(b: Boot): string {
  const encoder = b.fixed("java.util.Base64", "getEncoder()Ljava/util/Base64$Encoder;");
  const given = b.bytes(0, 255, 1, 128, 10);
  const text = b.object(encoder, "encodeToString([B)Ljava/lang/String;", given);
  return `${b.text(text)} ${b.content(decode(b, text))} ${b.content(given)}`;
}

function decode(b: Boot, text: Ref): Ref {
  const decoder = b.fixed("java.util.Base64", "getDecoder()Ljava/util/Base64$Decoder;");
  return b.object(decoder, `decode(${TEXT})[B`, text);
}

function encodeUrl(b: Boot, text: Ref, encoding: string): Ref {
  return b.fixed("java.net.URLEncoder", `encode(${TEXT}${TEXT})${TEXT}`, text, b.string(encoding));
}

function crc32(b: Boot, offset: number, length: number): string {
  const sum = b.make("java.util.zip.CRC32", "()V");
  b.run(sum, "update([BII)V", b.bytes(1, 2, 3, 255, 0), ptr(offset), ptr(length));
  return b.long(sum, "getValue()J");
}

function properties(b: Boot): string {
  const table = b.make("java.util.Properties", "()V");
  return TEXTS.map((text) => {
    const key = b.string(text);
    const value = b.string(`${text}\0`);
    const before = b.object(table, `setProperty(${TEXT}${TEXT})${OBJECT}`, key, value);
    const kept = b.object(table, `getProperty(${TEXT}${TEXT})${TEXT}`, key, NULL);
    return `${before.isNull() ? "new" : "known"} ${b.same(value, kept)}`;
  }).join(", ");
}

function defaults(b: Boot): string {
  const table = b.make("java.util.Properties", "()V");
  const other = b.string("\ud800 by default");
  const found = b.object(table, `getProperty(${TEXT}${TEXT})${TEXT}`, b.string("absent"), other);
  const none = b.object(table, `getProperty(${TEXT}${TEXT})${TEXT}`, b.string("absent"), NULL);
  return `${b.same(other, found)} ${b.text(found)} ${none.isNull()}`;
}

function fromText(b: Boot, text: string): Ref {
  return b.fixed("java.util.UUID", `fromString(${TEXT})Ljava/util/UUID;`, b.string(text));
}

function uuid(b: Boot): string {
  const id = fromText(b, "80000000-0000-0001-ffff-ffffffffffff");
  return `${b.long(id, "getMostSignificantBits()J")} ${b.long(id, "getLeastSignificantBits()J")}`;
}

function tokens(b: Boot): string {
  const line = b.make("java.util.StringTokenizer", `(${TEXT}${TEXT})V`, b.string("a\0,\ud800,,c"), b.string(","));
  const found: string[] = [];
  while (b.boolean(line, "hasMoreTokens()Z")) found.push(b.text(b.object(line, `nextToken()${TEXT}`)));
  return `${found.join(" ")} then ${b.int(line, "countTokens()I")}`;
}

function enumeration(b: Boot): string {
  const vector = b.make("java.util.Vector", "()V");
  const given = b.string("once\0");
  b.run(vector, `addElement(${OBJECT})V`, given);
  const all = b.fixed("java.util.Collections", "enumeration(Ljava/util/Collection;)Ljava/util/Enumeration;", vector);
  const more = b.boolean(all, "hasMoreElements()Z");
  const first = b.object(all, `nextElement()${OBJECT}`);
  return `${more} ${b.same(given, first)} ${b.boolean(all, "hasMoreElements()Z")}`;
}

function seeded(b: Boot): Ref {
  const source = b.make("java.util.Random", "()V");
  b.run(source, "setSeed(J)V", ptr("0x123456789abcdef"));
  return source;
}

function random(b: Boot): string {
  const source = seeded(b);
  return `${b.int(source, "nextInt()I")} ${b.long(source, "nextLong()J")} ${b.float(source, "nextFloat()F")} ${b.double(source, "nextDouble()D")}`;
}

function written(b: Boot): string {
  const array = b.bytes(0, 0, 0, 0, 0);
  b.run(seeded(b), "nextBytes([B)V", array);
  return b.content(array);
}
