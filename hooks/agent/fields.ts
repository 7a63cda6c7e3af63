// Field paths of captures (`this.url`, `returned.parameters`): found by reflection, read through JNI, so no app code
// runs.
import { descriptorOf } from "./descriptors.js";
import { type JavaCalls, JavaFault, newString, values } from "./java.js";
import type { Ref } from "./jni.js";
import { primitiveValue } from "./primitives.js";
import { type Budget, type Reader, type Value, cut } from "./read.js";

interface Field {
  cls: Ref; // a global reference, to tell classes of one name apart
  id: Ref;
  descriptor: string;
}

export class Fields {
  readonly #calls: JavaCalls;
  readonly #reader: Reader;
  readonly #known = new Map<string, Field[]>();

  constructor(reader: Reader) {
    this.#reader = reader;
    this.#calls = reader.calls;
  }

  /** Follow `names` from an object. A missing field, or null on the way, is said in the value. */
  follow(env: Ref, start: Ref, names: string[], budget: Budget): Value {
    let at = this.#calls.jni.newGlobalRef(env, start);
    try {
      for (const [depth, name] of names.entries()) {
        const field = this.#field(env, at, name);
        if (!/^[L[]/.test(field.descriptor)) {
          if (depth < names.length - 1) return cut(`fault: ${name} is a primitive`);
          return primitiveValue(field.descriptor, this.#primitive(env, at, field));
        }
        const next = this.#calls.jni.getObjectField(env, at, field.id);
        this.#calls.jni.deleteGlobalRef(env, at);
        at = next.isNull() ? NULL : this.#calls.jni.newGlobalRef(env, next);
        if (at.isNull()) return null;
        this.#calls.jni.deleteLocalRef(env, next);
      }
      return this.#reader.read(env, at, budget);
    } catch (error) {
      return cut(`fault: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (!at.isNull()) this.#calls.jni.deleteGlobalRef(env, at);
    }
  }

  /** A field of an object's class or of the nearest class above it. Throws JavaFault when there is none. */
  of(env: Ref, ref: Ref, name: string): { id: Ref; descriptor: string } {
    return this.#field(env, ref, name);
  }

  #field(env: Ref, ref: Ref, name: string): Field {
    const { jni } = this.#calls;
    const cls = jni.getObjectClass(env, ref);
    try {
      const key = `${this.#calls.className(env, cls)}.${name}`;
      const known = (this.#known.get(key) ?? []).find((field) => jni.isSameObject(env, field.cls, cls) !== 0);
      if (known !== undefined) return known;
      const field = this.#find(env, cls, name);
      this.#known.set(key, [...(this.#known.get(key) ?? []), field]);
      return field;
    } finally {
      jni.deleteLocalRef(env, cls);
    }
  }

  /** The field as declared by the class or the nearest class above it. */
  #find(env: Ref, cls: Ref, name: string): Field {
    const { jni } = this.#calls;
    const kept = jni.newGlobalRef(env, cls);
    let at = jni.newGlobalRef(env, cls);
    for (;;) {
      const field = this.#declared(env, at, name);
      if (field !== null) return { ...field, cls: kept };
      const above = jni.getSuperclass(env, at);
      jni.deleteGlobalRef(env, at);
      if (above.isNull()) {
        const className = this.#calls.className(env, kept);
        jni.deleteGlobalRef(env, kept);
        throw new JavaFault(`${className} has no field ${name}`);
      }
      at = jni.newGlobalRef(env, above);
      jni.deleteLocalRef(env, above);
    }
  }

  #declared(env: Ref, cls: Ref, name: string): { id: Ref; descriptor: string } | null {
    const { jni } = this.#calls;
    const text = newString(jni, env, name);
    const find = this.#calls.bootMethod(
      env,
      "java.lang.Class",
      "getDeclaredField(Ljava/lang/String;)Ljava/lang/reflect/Field;",
    );
    const found = jni.callObject(env, cls, find, values(text));
    jni.deleteLocalRef(env, text);
    if (jni.exceptionCheck(env) !== 0) {
      // NoSuchFieldException: look in the class above
      jni.exceptionClear(env);
      return null;
    }
    const type = this.#calls.object(env, found, "java.lang.reflect.Field", "getType()Ljava/lang/Class;");
    const descriptor = descriptorOf(this.#calls.className(env, type));
    const id = jni.fromReflectedField(env, found);
    jni.deleteLocalRef(env, type);
    jni.deleteLocalRef(env, found);
    return { id, descriptor };
  }

  #primitive(env: Ref, ref: Ref, field: Field): unknown {
    const { jni } = this.#calls;
    switch (field.descriptor) {
      case "Z":
        return jni.getBooleanField(env, ref, field.id);
      case "B":
        return jni.getByteField(env, ref, field.id);
      case "C":
        return jni.getCharField(env, ref, field.id);
      case "S":
        return jni.getShortField(env, ref, field.id);
      case "J":
        return jni.getLongField(env, ref, field.id);
      case "F":
        return jni.getFloatField(env, ref, field.id);
      case "D":
        return jni.getDoubleField(env, ref, field.id);
      default:
        return jni.getIntField(env, ref, field.id);
    }
  }
}
