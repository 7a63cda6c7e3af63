// Hears of every class that ART defines, whosever loader it comes from: wanted classes that come into being while no
// hook of ours is on them, and classes that implement a wanted interface (reference/art.md section 4, L2). Only counts
// and remembers: JavaScript on this spot cannot enter Java, and could block against the collector.
import { DefineBooks, descriptorHash } from "./facts.js";
import { descriptorOf } from "../descriptors.js";

const DEFINE_CLASS = "_ZN3art11ClassLinker11DefineClassEPNS_6ThreadEPKc";
const DEX_MAGIC = 0x0a786564; // "dex" and a newline; up to version 040 all offsets count from the file's begin
const MAX_LOOKING = 16;
const MAX_HEARD = 64;
const HEARD_BYTES = 256;
const WANTED_BYTES = 16;
const STATE = { wantedCount: 0, interfaceCount: 4, heard: 8, strange: 12, shape: 16, wanted: 24, interfaces: 32 };
const LOOKING_AT = 40;
const HEARD_AT = LOOKING_AT + 8 * MAX_LOOKING;

/**
 * Which argument is the descriptor and which its hash is found out by computing one from the other: the method got a
 * parameter more in later versions, and returns an object by a hidden one in some builds. The two after the hash are
 * the loader and the DexFile, whose first word after the vtable is the file, then the class_def_item.
 */
const HEAR = `
#include <gum/guminterceptor.h>
#include <string.h>

typedef struct { const gchar * descriptor; guint hash; gint defined; } Wanted;
typedef struct {
  gint wanted_count, interface_count, heard, strange, shape, unused;
  Wanted * wanted, * interfaces;
  gsize looking[${MAX_LOOKING}];
  gchar names[${MAX_HEARD}][${HEARD_BYTES}];
} State;
extern State state;

static gsize argument (GumInvocationContext * ic, guint n)
{
  return GPOINTER_TO_SIZE (gum_invocation_context_get_nth_argument (ic, n));
}

static guint hash_of (const gchar * text)
{
  guint hash = 0;
  for (; *text != 0; text++) hash = hash * 31 + (guchar) *text;
  return hash;
}

static gboolean understand (GumInvocationContext * ic)
{
  guint d, h;
  for (d = 2; d != 4; d++)
  {
    const gchar * text = GSIZE_TO_POINTER (argument (ic, d));
    if (d == 3 && argument (ic, d) >> 16 >> 16 == 0) break; /* it may be the hash, or a length */
    if (*text != 'L') continue;
    for (h = d + 1; h != d + 3; h++)
      if ((guint) argument (ic, h) == hash_of (text)) { state.shape = d << 8 | h; return TRUE; }
  }
  g_atomic_int_add (&state.strange, 1);
  return FALSE;
}

static gboolean is_ours (GumInvocationContext * ic)
{
  gsize thread = gum_invocation_context_get_thread_id (ic);
  guint i;
  for (i = 0; i != ${MAX_LOOKING}; i++) if (state.looking[i] == thread) return TRUE;
  return FALSE;
}

static gint place_of (const Wanted * list, gint count, const gchar * descriptor, guint hash)
{
  gint i;
  for (i = 0; i != count; i++)
    if (list[i].hash == hash && strcmp (list[i].descriptor, descriptor) == 0) return i;
  return -1;
}

static void remember (const gchar * descriptor)
{
  gint at = g_atomic_int_add (&state.heard, 1);
  gint i;
  if (at >= ${MAX_HEARD}) return;
  for (i = 1; i != ${HEARD_BYTES} - 1 && descriptor[i] != 0; i++) state.names[at][i] = descriptor[i];
  state.names[at][0] = descriptor[0]; /* last: it says that the rest is there */
}

static void look_at_interfaces (const gchar * descriptor, const guchar * dex, const guint * class_def)
{
  const guchar * list;
  guint i;
  if (*(const guint *) dex != ${DEX_MAGIC} || dex[5] * 10 + dex[6] > '4' * 10 + '0' || class_def[3] == 0) return;
  list = dex + class_def[3];
  for (i = 0; i != *(const guint *) list; i++)
  {
    guint type = *(const guint16 *) (list + 4 + 2 * i);
    guint string = *(const guint *) (dex + *(const guint *) (dex + 0x44) + 4 * type);
    const guchar * text = dex + *(const guint *) (dex + *(const guint *) (dex + 0x3c) + 4 * string);
    while (*text++ & 0x80);
    if (place_of (state.interfaces, state.interface_count, (const gchar *) text, hash_of ((const gchar *) text)) >= 0)
    {
      remember (descriptor);
      return;
    }
  }
}

void on_enter (GumInvocationContext * ic)
{
  const gchar * descriptor;
  guint h;
  gint at;
  if (state.shape == 0 && !understand (ic)) return;
  descriptor = GSIZE_TO_POINTER (argument (ic, state.shape >> 8));
  h = state.shape & 0xff;
  at = place_of (state.wanted, state.wanted_count, descriptor, (guint) argument (ic, h));
  if (at >= 0 && !is_ours (ic)) g_atomic_int_add (&state.wanted[at].defined, 1);
  if (state.interface_count != 0)
    look_at_interfaces (descriptor, *(const guchar **) (argument (ic, h + 2) + sizeof (gpointer)),
        GSIZE_TO_POINTER (argument (ic, h + 3)));
}
`;

/** Where the audit is attached: ClassLinker::DefineClass, exported or not. */
export function findDefineClass(): NativePointer | null {
  const art = Process.findModuleByName("libart.so");
  if (art === null) return null;
  const isIt = ({ name }: { name: string }): boolean => name.startsWith(DEFINE_CLASS);
  return (art.enumerateExports().find(isIt) ?? art.enumerateSymbols().find(isIt))?.address ?? null;
}

export class DefineAudit {
  readonly #state = Memory.alloc(HEARD_AT + MAX_HEARD * HEARD_BYTES);
  readonly #names: string[];
  readonly #books = new DefineBooks();
  readonly #kept: unknown[] = [];
  #heard = 0;

  constructor(defineClass: NativePointer, names: Iterable<string>) {
    this.#names = [...names];
    this.#list(STATE.wantedCount, STATE.wanted, this.#names);
    const hear = new CModule(HEAR, { state: this.#state });
    const onEnter = hear["on_enter"] as NativePointer;
    this.#kept.push(hear, Interceptor.attach(defineClass, { onEnter }));
    Interceptor.flush();
  }

  /** Run code of ours that may define wanted classes on this thread: those count as armed. */
  whileLooking<T>(body: () => T): T {
    const thread = Process.getCurrentThreadId();
    const places = Array.from({ length: MAX_LOOKING }, (_, i) => this.#state.add(LOOKING_AT + 8 * i));
    const place = places.find((one) => one.readU64().equals(0));
    place?.writeU64(thread);
    try {
      return body();
    } finally {
      place?.writeU64(0);
    }
  }

  /** Hear of classes that implement one of these, too. */
  listenFor(interfaces: Iterable<string>): void {
    this.#state.add(STATE.interfaceCount).writeS32(0);
    this.#list(STATE.interfaceCount, STATE.interfaces, [...interfaces]);
  }

  /** A wanted class has been hooked. */
  armed(name: string): void {
    this.#books.armed(name, this.#defined(name));
  }

  /** Names of wanted classes that others have defined and nobody has armed since, each as often as it happened. */
  missed(isLast: boolean): string[] {
    return this.#names.flatMap((name) => {
      const count = this.#books.missed(name, this.#defined(name), isLast);
      return Array.from({ length: count }, () => name);
    });
  }

  /** Names of classes heard of since the last time that implement what is listened for. */
  implementers(): string[] {
    const heard = Math.min(this.#state.add(STATE.heard).readS32(), MAX_HEARD);
    const names: string[] = [];
    for (; this.#heard < heard; this.#heard++) {
      const descriptor = this.#state.add(HEARD_AT + this.#heard * HEARD_BYTES).readUtf8String() ?? "";
      if (descriptor === "") break; // being written
      names.push(descriptor.slice(1, -1).replace(/\//g, "."));
    }
    return names;
  }

  /** Whether classes were defined and not one of the calls could be understood: then the audit is deaf. */
  get isDeaf(): boolean {
    return this.#state.add(STATE.shape).readS32() === 0 && this.#state.add(STATE.strange).readS32() > 0;
  }

  #defined(name: string): number {
    const at = this.#names.indexOf(name);
    return at < 0
      ? 0
      : this.#state
          .add(STATE.wanted)
          .readPointer()
          .add(WANTED_BYTES * at + 12)
          .readS32();
  }

  #list(countAt: number, listAt: number, names: string[]): void {
    const list = Memory.alloc(Math.max(WANTED_BYTES * names.length, 1));
    names.forEach((name, i) => {
      const text = Memory.allocUtf8String(descriptorOf(name));
      this.#kept.push(text);
      list.add(WANTED_BYTES * i).writePointer(text);
      list.add(WANTED_BYTES * i + 8).writeU32(descriptorHash(descriptorOf(name)));
    });
    this.#kept.push(list);
    this.#state.add(listAt).writePointer(list);
    this.#state.add(countAt).writeS32(names.length); // last: threads may be reading
  }
}
