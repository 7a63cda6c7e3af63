// What is known of ART's memory and how it is searched. Needs no Frida. Read in the sources of Android 10 to 14
// (runtime/art_method.h, libdexfile/dex/modifiers.h, runtime/nterp_helpers.cc), measured on 14 (reference/art.md); 64
// bit only. ART is updated apart from Android, so a layout is chosen by what is found in memory, not by a version.

export const ACCESS_FLAGS = 4; // offset in ArtMethod, in all of them; before it the declaring class
const ARRAY_HEADER = 8; // of the methods of a class: their number, padded
const MAX_METHODS = 65535;

export interface MethodLayout {
  releases: string;
  size: number;
  dexMethodIndex: number; // offset
  quickEntry: number; // offset
  copied: number; // the flag of a default method copied into a class that implements its interface
  sticky: number; // kAccMustCountLocks where it keeps a method from nterp for good (section 3), else 0
}

const LAYOUTS: MethodLayout[] = [
  { releases: "10 and 11", size: 40, dexMethodIndex: 12, quickEntry: 32, copied: 0x00100000, sticky: 0 },
  { releases: "12 and later", size: 32, dexMethodIndex: 8, quickEntry: 24, copied: 0x01000000, sticky: 0x04000000 },
];

/** Where a method's entry point may lie. */
export const QUICK_ENTRIES = LAYOUTS.map((layout) => layout.quickEntry);

export function layoutWith(quickEntry: number): MethodLayout | null {
  return LAYOUTS.find((layout) => layout.quickEntry === quickEntry) ?? null;
}

/** kAccIntrinsic: then the upper bits are a number, not flags. Only boot classes have such methods. */
const ACC_INTRINSIC = 0x80000000;

/** A method's flags with the one that keeps it from the fast interpreter, where that can be. */
export function cured(flags: number, layout: MethodLayout): number {
  return (flags & ACC_INTRINSIC) !== 0 ? flags : (flags | layout.sticky) >>> 0;
}

// public, private, protected, static, final, native, abstract, strict: the bits on which Java and ART agree
const SHARED_MODIFIERS = 0x0d1f;

/** Whether the word where access flags should be can be those of a method with these modifiers. */
export function flagsAgree(flags: number, modifiers: number): boolean {
  return (flags & SHARED_MODIFIERS) === (modifiers & SHARED_MODIFIERS);
}

/** ART's hash of a class descriptor, the low 32 bits: h*31 over the bytes of modified UTF-8 (section 4, L2). */
export function descriptorHash(descriptor: string): number {
  let hash = 0;
  const add = (byte: number): void => {
    hash = (Math.imul(hash, 31) + byte) >>> 0;
  };
  for (let i = 0; i < descriptor.length; i++) {
    const unit = descriptor.charCodeAt(i);
    if (unit >= 0x01 && unit < 0x80) add(unit);
    else {
      if (unit < 0x800) add(0xc0 | (unit >> 6));
      else {
        add(0xe0 | (unit >> 12));
        add(0x80 | ((unit >> 6) & 0x3f));
      }
      add(0x80 | (unit & 0x3f));
    }
  }
  return hash;
}

/** Reads 32 bits at an offset from some method of the class, which is at offset 0. */
export type ReadWord = (offset: number) => number;

/** The array of all methods of a class: where the first one lies, and how many there are. */
export interface MethodArray {
  start: number;
  count: number;
}

/**
 * Walk back from a method that the class declares to the head of its array. Null when there is none where it must be:
 * then the layout is not as known.
 */
export function methodArray(word: ReadWord, layout: MethodLayout): MethodArray | null {
  const declaring = word(0);
  for (let steps = 0; steps < MAX_METHODS; steps++) {
    const start = 0 - steps * layout.size;
    const count = word(start - ARRAY_HEADER);
    const padding = word(start - ARRAY_HEADER + 4);
    if (padding === 0 && count > steps && count <= MAX_METHODS) return { start, count };
    if (word(start - layout.size) !== declaring) return null;
  }
  return null;
}

/**
 * Copies of an interface's method in the array of a class: the interface is their declaring class, and they have its
 * index (section 3). Gives offsets.
 */
export function copiesIn(
  word: ReadWord,
  layout: MethodLayout,
  array: MethodArray,
  wanted: { declaringClass: number; dexMethodIndex: number },
): number[] {
  const found: number[] = [];
  for (let i = 0; i < array.count; i++) {
    const at = array.start + i * layout.size;
    const isCopy = (word(at + ACCESS_FLAGS) & layout.copied) !== 0;
    if (isCopy && word(at) === wanted.declaringClass && word(at + layout.dexMethodIndex) === wanted.dexMethodIndex)
      found.push(at);
  }
  return found;
}

/**
 * Which wanted classes came into being without a hook of ours. A class that is defined and armed within one look is
 * none of them: loaders define classes in the background before anyone can use them.
 */
export class DefineBooks {
  readonly #settled = new Map<string, number>();
  readonly #open = new Map<string, number>();

  /** A class of that name has been armed; `defined` is how many others have defined by now. */
  armed(name: string, defined: number): void {
    const settled = this.#settled.get(name) ?? 0;
    if (settled < defined) this.#settled.set(name, settled + 1);
  }

  /** How many to report: those that were open at the last look, too, or all at the end. */
  missed(name: string, defined: number, isLast: boolean): number {
    const settled = this.#settled.get(name) ?? 0;
    const open = defined - settled;
    const missed = isLast ? open : Math.min(open, this.#open.get(name) ?? 0);
    this.#settled.set(name, settled + missed);
    this.#open.set(name, open - missed);
    return missed;
  }
}
