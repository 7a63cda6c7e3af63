// What HotSpot's library says of its own structures (gHotSpotVMStructs and its like, made for debuggers).

const STRUCT_ENTRY = { size: 48, type: 0, field: 8, offset: 32 };
const CONSTANT_ENTRY = { size: 16, name: 0, value: 8 };

/** A field's offset and the bit in it that keeps a method out of stack traces; null where HotSpot does not say. */
let hidden: { offset: number; bit: number } | null | undefined;

/**
 * Keep a method's frames out of the stack traces that the app sees: our copy of a hooked method would stand in them
 * beside the real one. JVMTI sees it all the same. Nothing happens on a HotSpot that does not name the flag.
 */
export function hideFrames(method: NativePointer): void {
  hidden ??= findHidden();
  if (hidden === null) return;
  const flags = method.add(hidden.offset);
  flags.writeU16(flags.readU16() | hidden.bit);
}

function findHidden(): { offset: number; bit: number } | null {
  const library = Process.findModuleByName("libjvm.so");
  const structs = library?.findExportByName("gHotSpotVMStructs") ?? null;
  const constants = library?.findExportByName("gHotSpotVMIntConstants") ?? null;
  if (structs === null || constants === null) return null;
  const { size, type, field, offset } = STRUCT_ENTRY;
  const flags = find(
    structs,
    size,
    (entry) => text(entry.add(type)) === "Method" && text(entry.add(field)) === "_flags",
  );
  const bit = find(constants, CONSTANT_ENTRY.size, (entry) => text(entry) === "Method::_hidden");
  if (flags === null || bit === null) return null;
  return { offset: flags.add(offset).readU64().toNumber(), bit: bit.add(CONSTANT_ENTRY.value).readS32() };
}

/** The entry of a table that ends with an empty one. */
function find(table: NativePointer, size: number, isWanted: (entry: NativePointer) => boolean): NativePointer | null {
  for (let entry = table.readPointer(); !entry.readPointer().isNull(); entry = entry.add(size)) {
    if (isWanted(entry)) return entry;
  }
  return null;
}

function text(place: NativePointer): string | null {
  const at = place.readPointer();
  return at.isNull() ? null : at.readUtf8String();
}
