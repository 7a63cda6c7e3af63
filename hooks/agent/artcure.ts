// Two cures for what hooking does to ART itself (reference/art.md sections 0 and 3). Memory layouts are Android 14's;
// on any other version nothing is touched and the reason is reported.
import { type BridgeMethod, Java } from "./bridge.js";

const ENSURE_PLUGIN_LOADED =
  "_ZN3art7Runtime18EnsurePluginLoadedEPKcPNSt3__112basic_stringIcNS3_11char_traitsIcEENS3_" + "9allocatorIcEEEE";
const KNOWN_RELEASE = 14;
const ACCESS_FLAGS = 4; // offsets in ArtMethod, 64 bit
const QUICK_ENTRY = 24;
const ACC_MUST_COUNT_LOCKS = 0x04000000;
const JAVA_MODIFIERS = 0x0d3f; // the bits that Java and ART agree on
const ACC_NATIVE_OR_ABSTRACT = 0x0500;

/**
 * Keep the bridge's first Java.use from loading the JVMTI plugin. That would set the whole runtime "Java debuggable"
 * for good, which makes code that nobody hooks four to seven times slower (section 0). Call before the first
 * Java.use; the function given back lifts the block, after the first Java.use, since the bridge remembers the answer.
 */
export function keepNotDebuggable(): () => void {
  let ensure: NativePointer | null = null;
  for (const module of Process.enumerateModules()) {
    ensure = module.findExportByName(ENSURE_PLUGIN_LOADED);
    if (ensure !== null) break;
  }
  if (ensure === null) return () => {};
  const address = ensure;
  const refuse = new NativeCallback(() => 0, "bool", ["pointer", "pointer", "pointer"]);
  Interceptor.replace(address, refuse);
  Interceptor.flush();
  return () => {
    Interceptor.revert(address);
    Interceptor.flush();
    void refuse; // alive until here
  };
}

/**
 * A hook set on a class that is loaded and not yet initialised would be lost for ever: verification and initialisation
 * re-point the method's entry. The flag keeps the fast interpreter away, the entry goes through the interpreter's
 * bridge, where the hook is seen (section 3: 6 of 6 calls, the app not perturbed). Gives why not, or null.
 */
export function cureUninitialised(method: BridgeMethod, modifiers: number): string | null {
  if ((modifiers & ACC_NATIVE_OR_ABSTRACT) !== 0) return null;
  if (method.handle.and(1).toInt32() !== 0) return "method ids are indices, which artcure.ts does not resolve";
  const release = parseInt(Java.androidVersion, 10);
  if (release !== KNOWN_RELEASE || Process.pointerSize !== 8) {
    return `hooks on classes not yet initialised are not secured on Android ${Java.androidVersion} (artcure.ts)`;
  }
  const flags = method.handle.add(ACCESS_FLAGS).readU32();
  if ((flags & JAVA_MODIFIERS) !== (modifiers & JAVA_MODIFIERS))
    return "ArtMethod is not laid out as artcure.ts expects";
  method.handle.add(ACCESS_FLAGS).writeU32((flags | ACC_MUST_COUNT_LOCKS) >>> 0);
  const { artQuickResolutionTrampoline: unresolved, artQuickToInterpreterBridge: toInterpreter } = Java.api;
  if (!(unresolved instanceof NativePointer) || !(toInterpreter instanceof NativePointer)) {
    return "the bridge does not know ART's entry points";
  }
  const entry = method.handle.add(QUICK_ENTRY);
  if (entry.readPointer().equals(unresolved)) entry.writePointer(toInterpreter);
  return null;
}
