// Cures for what hooking does to ART itself (reference/art.md sections 0 and 3). Layouts are proved before they are
// written to; where one is not as known nothing is touched and the reason is given.
import { ACCESS_FLAGS, cured, flagsAgree, layoutWith, type MethodLayout, QUICK_ENTRIES } from "./facts.js";
import { EntryGuard, findFixup } from "./guard.js";
import { type BridgeMethod, Java } from "../bridge.js";

const ENSURE_PLUGIN_LOADED =
  "_ZN3art7Runtime18EnsurePluginLoadedEPKcPNSt3__112basic_stringIcNS3_11char_traitsIcEENS3_" + "9allocatorIcEEEE";
const FIRST_DEOPTIMISABLE = 11; // before, the bridge would start a debugger for it
const ACC_NATIVE_OR_ABSTRACT = 0x0500;

/**
 * Keep the bridge's first Java.use from loading the JVMTI plugin. That would set the whole runtime "Java debuggable"
 * for good, which makes code that nobody hooks four to seven times slower (section 0). Call before the first
 * Java.use; the function given back lifts the block, after the first Java.use, since the bridge remembers the answer.
 */
export function keepNotDebuggable(): () => void {
  const ensure = findInArt(ENSURE_PLUGIN_LOADED);
  if (ensure === null) return () => {}; // the bridge does not find it either
  const refuse = new NativeCallback(() => 0, "bool", ["pointer", "pointer", "pointer"]);
  Interceptor.replace(ensure, refuse);
  Interceptor.flush();
  return () => {
    Interceptor.revert(ensure);
    Interceptor.flush();
    void refuse; // alive until here
  };
}

/** As the bridge looks for it: exported or not. */
function findInArt(symbol: string): NativePointer | null {
  const art = Process.findModuleByName("libart.so");
  const inArt = art?.findExportByName(symbol) ?? art?.findSymbolByName(symbol) ?? null;
  return inArt ?? Module.findGlobalExportByName(symbol);
}

/**
 * How hooks are kept in force when their class is verified and initialised. The canary decides which: the cure, which
 * is ours and cheap, or else ART's own deoptimisation of the method.
 */
export type Remedy = "cure" | "deoptimise";

export class Cures {
  #remedy: Remedy = "cure";
  #layout: MethodLayout | null = null;
  #guard: EntryGuard | null = null;
  readonly #deoptimised = new Set<string>();

  /** From the next method on. */
  use(remedy: Remedy): void {
    this.#remedy = remedy;
  }

  /** The layout of ArtMethod, once a hook has shown it. */
  get layout(): MethodLayout | null {
    return this.#layout;
  }

  /** Names of cured methods whose hooks were taken away since the last time; they are put back. */
  lost(): string[] {
    return this.#guard?.lost() ?? [];
  }

  /** Secure a method whose body was just exchanged. Gives why not, or null. */
  secure(method: BridgeMethod, modifiers: number): string | null {
    if ((modifiers & ACC_NATIVE_OR_ABSTRACT) !== 0) return null; // nothing re-points those
    if (method.handle.and(1).toInt32() !== 0) return "method ids are indices, which cure.ts does not resolve";
    const layout = layoutOf(method);
    const isKnown = layout !== null && flagsAgree(method.handle.add(ACCESS_FLAGS).readU32(), modifiers);
    if (isKnown) this.#layout = layout;
    if (this.#remedy === "deoptimise") return this.#deoptimise(method);
    return isKnown ? this.#cure(method, layout) : unknownLayout();
  }

  /**
   * A hook set on a class that is loaded and not yet initialised would be lost for ever: verification and
   * initialisation re-point the method's entry. The flag keeps the fast interpreter away, the entry goes through the
   * interpreter's bridge, where the hook is seen (section 3: 6 of 6 calls, the app not perturbed).
   */
  #cure(method: BridgeMethod, layout: MethodLayout): string | null {
    const { artQuickResolutionTrampoline: unresolved, artQuickToInterpreterBridge: bridge } = Java.api;
    if (!(unresolved instanceof NativePointer) || !(bridge instanceof NativePointer)) {
      return "the bridge does not know ART's entry points";
    }
    const flags = method.handle.add(ACCESS_FLAGS);
    flags.writeU32(cured(flags.readU32(), layout));
    const entry = method.handle.add(layout.quickEntry);
    const isUnresolved = [unresolved, linker()?.quickResolutionTrampoline].some((one) =>
      one?.equals(entry.readPointer()),
    );
    if (isUnresolved) entry.writePointer(bridge);
    if (entry.readPointer().equals(bridge)) {
      this.#guard ??= new EntryGuard(bridge, findFixup());
      this.#guard.add(entry, nameOf(method));
    }
    return null;
  }

  /** ART aborts the app when it is asked this for a native method, or twice for the same one (section 3). */
  #deoptimise(method: BridgeMethod): string | null {
    if (parseInt(Java.androidVersion, 10) < FIRST_DEOPTIMISABLE) {
      return `methods are not deoptimised one by one on Android ${Java.androidVersion}`;
    }
    const key = method.handle.toString();
    if (this.#deoptimised.has(key)) return null;
    this.#deoptimised.add(key);
    (Java as unknown as { deoptimizeMethod(method: NativePointer): void }).deoptimizeMethod(method.handle);
    return null;
  }
}

function nameOf(method: BridgeMethod): string {
  return `${(method._p[1] as { $n: string }).$n}.${method._p[0]}`;
}

function unknownLayout(): string {
  return `ArtMethod is not laid out as facts.ts knows it (Android ${Java.androidVersion}, ${Process.arch})`;
}

/**
 * The bridge has written ART's trampoline for native methods into its copy of the method, where the entry point lies:
 * that shows the layout, whatever the version.
 */
function layoutOf(method: BridgeMethod): MethodLayout | null {
  const copy = method._r?._m["replacementMethodId"];
  const written = linker()?.quickGenericJniTrampoline;
  if (!(copy instanceof NativePointer) || written === undefined || Process.pointerSize !== 8) return null;
  const found = [...QUICK_ENTRIES]
    .sort((one, other) => one - other)
    .find((at) => copy.add(at).readPointer().equals(written));
  return found === undefined ? null : layoutWith(found);
}

interface ClassLinker {
  quickGenericJniTrampoline?: NativePointer;
  quickResolutionTrampoline?: NativePointer;
}

function linker(): ClassLinker | undefined {
  return Java.api["artClassLinker"] as ClassLinker | undefined;
}
