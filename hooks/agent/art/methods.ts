// The methods of a class on ART as hooks need them: declared, inherited, and copied from interfaces.
import { type BridgeClass, type BridgeMethod, Java } from "../bridge.js";
import { copiesOf, interfacesOf, superclassesOf } from "./copies.js";
import type { MethodLayout } from "./facts.js";
import type { Overload } from "../host.js";
import type { JavaCalls } from "../java.js";
import type { Ref } from "../jni.js";
import { makeOpaque, typesOf } from "../lossless.js";

const ACC_STATIC = 0x8;
const ACC_NATIVE = 0x100;
const ACC_ABSTRACT = 0x400;
const NO_DEFAULT = ACC_ABSTRACT | ACC_NATIVE | ACC_STATIC | 0x2; // nor are private ones

export class ArtMethods {
  readonly #calls: JavaCalls;
  readonly #layout: () => MethodLayout | null;

  /** `layout` is known once a first method has been hooked. */
  constructor(calls: JavaCalls, layout: () => MethodLayout | null) {
    this.#calls = calls;
    this.#layout = layout;
  }

  /** What the bridge lists: methods that the class or one above it declares. */
  declared(env: Ref, cls: Ref, method: string): Overload[] {
    const wrapper = this.#wrapper(env, cls);
    const member = wrapper[method];
    if (member?.overloads === undefined) return [];
    const isConstructor = method === "$init";
    const inherited = !isConstructor && !(wrapper as unknown as { $ownMembers: string[] }).$ownMembers.includes(method);
    return member.overloads.map((overload) => ({ ...this.#overload(env, cls, overload), isConstructor, inherited }));
  }

  /** Default methods that the class, or one above it, has from any interface. */
  inheritedCopies(env: Ref, cls: Ref, method: string): Overload[] {
    if (method === "$init" || this.isInterface(env, cls)) return [];
    const defaults = interfacesOf(env, this.#calls, cls).flatMap((above) => this.#defaults(env, above, method));
    if (defaults.length === 0) return [];
    const classes = [cls, ...superclassesOf(env, this.#calls, cls)];
    return classes.flatMap((one) => this.#copies(env, one, defaults, true));
  }

  /** The class's own copies of one interface's default methods. */
  ownCopies(env: Ref, cls: Ref, above: Ref, method: string): Overload[] {
    return this.#copies(env, cls, this.#defaults(env, above, method), false);
  }

  isInterface(env: Ref, cls: Ref): boolean {
    return this.#calls.boolean(env, cls, "java.lang.Class", "isInterface()Z");
  }

  /** Java's modifiers of a method or constructor, by reflection. */
  modifiers(env: Ref, cls: Ref, method: BridgeMethod): number {
    const { jni } = this.#calls;
    const reflected = jni.toReflectedMethod(env, cls, method.handle, 0);
    this.#calls.check(env);
    const id = this.#calls.bootMethod(env, "java.lang.reflect.Executable", "getModifiers()I");
    const modifiers = jni.callInt(env, reflected, id, NULL);
    this.#calls.check(env);
    jni.deleteLocalRef(env, reflected);
    return modifiers;
  }

  #defaults(env: Ref, above: Ref, method: string): BridgeMethod[] {
    const overloads = this.#wrapper(env, above)[method]?.overloads ?? [];
    return overloads.filter((overload) => (this.modifiers(env, above, overload) & NO_DEFAULT) === 0);
  }

  #copies(env: Ref, cls: Ref, defaults: BridgeMethod[], inherited: boolean): Overload[] {
    const layout = this.#layout();
    const declared = this.#wrapper(env, cls)["$init"]?.overloads[0]?.handle;
    if (defaults.length === 0 || declared === undefined) return [];
    if (layout === null) throw new Error("copies of default methods are not looked for in an unknown layout");
    const copies = defaults.flatMap((original) => copiesOf(declared, original, layout));
    return copies.map((copy) => ({ ...this.#overload(env, cls, copy), isConstructor: false, inherited }));
  }

  #wrapper(env: Ref, cls: Ref): BridgeClass {
    const name = this.#calls.className(env, cls);
    const loader = this.#calls.object(env, cls, "java.lang.Class", "getClassLoader()Ljava/lang/ClassLoader;");
    if (loader.isNull() || this.#calls.classNameOf(env, loader) === "java.lang.BootClassLoader") return Java.use(name);
    const wrapped = Java.cast(loader, Java.use("java.lang.ClassLoader"));
    return Java.ClassFactory.get(wrapped).use(name);
  }

  #overload(env: Ref, cls: Ref, method: BridgeMethod): Omit<Overload, "isConstructor" | "inherited"> {
    const { parameters, result } = typesOf(method);
    const modifiers = this.modifiers(env, cls, method);
    const unhookable = (modifiers & ACC_ABSTRACT) !== 0 ? "abstract" : (modifiers & ACC_NATIVE) !== 0 ? "native" : null;
    return {
      key: method.handle.toString(),
      parameters,
      result,
      isStatic: (modifiers & ACC_STATIC) !== 0,
      unhookable,
      make: () => {
        makeOpaque(method);
        return { method, original: method };
      },
    };
  }
}

export function classOf(wrapper: BridgeClass): Ref {
  return (wrapper as unknown as { class: { $h: Ref } }).class.$h;
}
