// Takes the place of hooks/agent/main.ts in tests/probe/test_art_native.py: the native halves of the ART side, attached
// to functions that look like ART's and are called as ART would. There is no Java here.
import { DefineAudit } from "./art/audit.js";
import { descriptorHash } from "./art/facts.js";
import { EntryGuard } from "./art/guard.js";

const ART = `
#include <stdint.h>
extern volatile int64_t calls;
void * define (void * linker, void * self, const char * descriptor, uintptr_t hash, void * loader, void * dex, void * def)
{ calls += 1; calls *= 3; return loader; }
void * define_long (void * linker, void * self, const char * descriptor, uintptr_t length, uintptr_t hash, void * loader,
    void * dex, void * def)
{ calls += 1; calls *= 3; return loader; }
void * define_hidden (void * out, void * linker, void * self, const char * descriptor, uintptr_t hash, void * loader,
    void * dex, void * def)
{ calls += 1; calls *= 3; return loader; }
int64_t fixup (void * linker, void * cls, uintptr_t * entry, uintptr_t code)
{ *entry = code; calls += 1; calls *= 3; return calls; }
`;

type Call = (...rest: NativePointer[]) => void;
type Shape = "define" | "define_long" | "define_hidden";

const art = new CModule(ART, {
  calls: Memory.alloc(8),
});
const self = Memory.alloc(64);
const kept: unknown[] = [art, self];

/** Define classes as this version of ART does; each as its name, with the interfaces it implements. */
function definer(shape: Shape): (name: string, ...interfaces: string[]) => void {
  const pointers = { define: 7, define_long: 8, define_hidden: 8 };
  const types = Array.from({ length: pointers[shape] }, (): NativeFunctionArgumentType => "pointer");
  const call = new NativeFunction(art[shape] as NativePointer, "pointer", types) as unknown as Call;
  return (name, ...interfaces) => {
    const descriptor = `L${name.replace(/\./g, "/")};`;
    const text = Memory.allocUtf8String(descriptor);
    const hash = ptr(descriptorHash(descriptor));
    const { dexFile, classDef } = dexWith(interfaces);
    const rest = [NULL, dexFile, classDef];
    if (shape === "define") call(NULL, self, text, hash, ...rest);
    else if (shape === "define_long") call(NULL, self, text, ptr(descriptor.length), hash, ...rest);
    else call(Memory.alloc(8), NULL, self, text, hash, ...rest);
  };
}

/** A DexFile object (vtable, begin) over a file that has interfaces' names and nothing else, and a class_def_item. */
function dexWith(interfaces: string[]): { dexFile: NativePointer; classDef: NativePointer } {
  const file = Memory.alloc(4096);
  file.writeUtf8String("dex\n035");
  const [strings, types, list, texts] = [0x100, 0x200, 0x300, 0x400];
  file.add(0x3c).writeU32(strings);
  file.add(0x44).writeU32(types);
  file.add(list).writeU32(interfaces.length);
  interfaces.forEach((name, i) => {
    const at = texts + 0x100 * i;
    file.add(strings + 4 * i).writeU32(at);
    file.add(types + 4 * i).writeU32(i);
    file.add(list + 4 + 2 * i).writeU16(i);
    const descriptor = `L${name.replace(/\./g, "/")};`;
    file.add(at).writeU8(descriptor.length); // shorter than 128: one byte
    file.add(at + 1).writeUtf8String(descriptor);
  });
  const dexFile = Memory.alloc(16);
  dexFile.add(8).writePointer(file);
  const classDef = Memory.alloc(32);
  classDef.add(12).writeU32(interfaces.length === 0 ? 0 : list);
  kept.push(file, dexFile, classDef);
  return { dexFile, classDef };
}

rpc.exports = {
  audit(shape: Shape): unknown {
    const define = definer(shape);
    const audit = new DefineAudit(art[shape] as NativePointer, ["a.Wanted", "b.Other"]);
    kept.push(audit);
    define("c.Nobody");
    audit.whileLooking(() => define("b.Other"));
    define("a.Wanted");
    define("a.Wanted");
    const told: Record<string, unknown> = { first: audit.missed(false), deaf: audit.isDeaf };
    audit.armed("a.Wanted");
    told["second"] = audit.missed(false);
    define("d.Early", "x.Listened");
    audit.listenFor(["x.Listened", "x.Too"]);
    define("d.Impl", "x.Not", "x.Listened");
    define("d.NoImpl", "x.Not");
    told["heard"] = audit.implementers();
    define("d.Other", "x.Too");
    told["heardLater"] = audit.implementers();
    define("b.Other");
    told["last"] = audit.missed(true);
    return told;
  },
  deaf(): boolean {
    const audit = new DefineAudit(art["define"] as NativePointer, ["a.Wanted"]);
    kept.push(audit);
    const types = Array.from({ length: 7 }, (): NativeFunctionArgumentType => "pointer");
    const call = new NativeFunction(art["define"] as NativePointer, "pointer", types) as unknown as Call;
    const { dexFile, classDef } = dexWith([]);
    call(NULL, self, Memory.allocUtf8String("La/Wanted;"), ptr(12345), NULL, dexFile, classDef);
    return audit.isDeaf && audit.missed(true).length === 0;
  },
  guard(attached: boolean): unknown {
    const bridge = ptr(0x5000);
    const fixup = art["fixup"] as NativePointer;
    const guard = new EntryGuard(bridge, attached ? fixup : null);
    kept.push(guard);
    const entries = ["one", "two"].map((name) => {
      const entry = Memory.alloc(8).writePointer(bridge);
      guard.add(entry, name);
      kept.push(entry); // the guard goes on writing there
      return entry;
    });
    const [one = NULL] = entries;
    new NativeFunction(fixup, "int64", ["pointer", "pointer", "pointer", "size_t"])(NULL, NULL, one, 0x6000);
    const after = one.readPointer().toInt32();
    return {
      after,
      restored: guard.restored,
      lost: guard.lost(),
      again: guard.lost(),
      end: one.readPointer().toInt32(),
    };
  },
};
