// Watches that nothing takes a cured method's entry point away again. A static method that was compiled ahead of time
// gets its compiled code when its class has been initialised, whatever its flags say (reference/art.md section 3, "Phone").
const FIXUP = "_ZN3art11ClassLinker22FixupStaticTrampolinesE"; // its parameters differ between versions
const MAX_GUARDED = 4096;

/** Runs on the app's threads when ART has given the static methods of a class their code. */
const RESTORE = `
#include <gum/guminterceptor.h>
typedef struct { gsize bridge; gint count; gint restored; gsize * entries[${MAX_GUARDED}]; } Guarded;
extern Guarded state;

void on_leave (GumInvocationContext * ic)
{
  gint i;
  for (i = 0; i != state.count; i++)
    if (*state.entries[i] != state.bridge)
    {
      *state.entries[i] = state.bridge;
      g_atomic_int_add (&state.restored, 1);
    }
}
`;

export class EntryGuard {
  readonly #state = Memory.alloc(16 + MAX_GUARDED * 8);
  readonly #names: string[] = [];
  readonly #kept: unknown[] = [];

  /** `bridge` is what the entries are to stay. */
  constructor(bridge: NativePointer, fixup: NativePointer | null) {
    this.#state.writePointer(bridge);
    if (fixup === null) return;
    const restore = new CModule(RESTORE, { state: this.#state });
    const onLeave = restore["on_leave"] as NativePointer;
    this.#kept.push(restore, Interceptor.attach(fixup, { onLeave }));
    Interceptor.flush();
  }

  add(entry: NativePointer, name: string): void {
    const count = this.#names.length;
    if (count >= MAX_GUARDED) return;
    this.#state.add(16 + 8 * count).writePointer(entry);
    this.#names.push(name);
    this.#state.add(8).writeS32(count + 1); // last: a thread may be reading
  }

  /** How often an entry was put back before anyone could come by. */
  get restored(): number {
    return this.#state.add(12).readS32();
  }

  /** Methods whose entry had been taken away and nobody noticed: calls up to now may have been missed. Puts them back. */
  lost(): string[] {
    const bridge = this.#state.readPointer();
    return this.#names.filter((_, i) => {
      const entry = this.#state.add(16 + 8 * i).readPointer();
      if (entry.readPointer().equals(bridge)) return false;
      entry.writePointer(bridge);
      return true;
    });
  }
}

/** ClassLinker::FixupStaticTrampolines, where libart.so still has the symbol. */
export function findFixup(): NativePointer | null {
  const art = Process.findModuleByName("libart.so");
  return art?.enumerateSymbols().find((symbol) => symbol.name.startsWith(FIXUP))?.address ?? null;
}
