// What kind of thing a class is to the reader: looked up in shapes.ts along its ancestry, once per class name.
import type { JavaCalls } from "./java.js";
import type { Ref } from "./jni.js";
import { type Kind, shapeOf } from "./shapes.js";

const REMEMBERED = 20_000;

export interface Shape {
  className: string;
  kind: Kind | null;
  base: Ref; // the nearest class that shapes.ts knows, by whose methods objects are read; a global reference
  exact: boolean; // the class is `base` itself
  boot: boolean;
}

export class Classes {
  readonly #calls: JavaCalls;
  readonly #known = new Map<string, Shape>();
  readonly #bases = new Map<string, Ref>();

  constructor(calls: JavaCalls) {
    this.#calls = calls;
  }

  of(env: Ref, ref: Ref): Shape {
    const { jni } = this.#calls;
    const cls = jni.getObjectClass(env, ref);
    const shape = this.ofClass(env, cls);
    jni.deleteLocalRef(env, cls);
    return shape;
  }

  /** Two loaders' classes of one name are taken to be of one kind. */
  ofClass(env: Ref, cls: Ref): Shape {
    const className = this.#calls.className(env, cls);
    let shape = this.#known.get(className);
    if (shape === undefined) {
      shape = this.#find(env, cls, className);
      if (this.#known.size >= REMEMBERED) this.#known.clear(); // an app can make classes without end
      this.#known.set(className, shape);
    }
    return shape;
  }

  #find(env: Ref, cls: Ref, className: string): Shape {
    const { jni } = this.#calls;
    const boot = isBoot(this.#calls, env, cls);
    let at = jni.newGlobalRef(env, cls);
    for (let name = className; ; name = this.#calls.className(env, at)) {
      const kind = shapeOf(name);
      if (kind !== undefined)
        return { className, kind, base: this.#base(env, name, at), exact: name === className, boot };
      const above = jni.getSuperclass(env, at);
      jni.deleteGlobalRef(env, at);
      if (above.isNull()) return { className, kind: null, base: NULL, exact: false, boot };
      at = jni.newGlobalRef(env, above);
      jni.deleteLocalRef(env, above);
    }
  }

  /** One reference per base class; takes over `found`. */
  #base(env: Ref, name: string, found: Ref): Ref {
    const known = this.#bases.get(name);
    if (known === undefined) {
      this.#bases.set(name, found);
      return found;
    }
    this.#calls.jni.deleteGlobalRef(env, found);
    return known;
  }
}

/** Whether a class comes from the VM's own loader, so that no app wrote it. */
function isBoot(calls: JavaCalls, env: Ref, cls: Ref): boolean {
  const loader = calls.object(env, cls, "java.lang.Class", "getClassLoader()Ljava/lang/ClassLoader;");
  if (loader.isNull()) return true;
  const boot = calls.classNameOf(env, loader) === "java.lang.BootClassLoader"; // ART has an object for it
  calls.jni.deleteLocalRef(env, loader);
  return boot;
}
