// The machine code that stands in for a hooked method: it saves the registers that may hold arguments and calls the
// native core's `handle`. Pure: bytes in, bytes out, so that an emulator can test both processors' on any machine.

/** Addresses as numbers of 64 bits; `count` is how many arguments the method takes besides JNIEnv and receiver. */
export interface Stub {
  point: bigint;
  handle: bigint;
  count: number;
}

export const STUBS: Record<string, (stub: Stub) => Uint8Array> = { x64, arm64 };

const X64_INTEGERS = [0x48_7c, 0x48_74, 0x48_54, 0x48_4c, 0x4c_44, 0x4c_4c]; // REX and ModRM of rdi rsi rdx rcx r8 r9
const X64_SAVED = 8 * (6 + 8);
const ARM_SAVED = 16 + 8 * (8 + 8);

/** System V: six integer and eight floating registers; the rest of the arguments lie above the return address. */
function x64({ point, handle, count }: Stub): Uint8Array {
  const frame = aligned(X64_SAVED + 8 * count);
  const code: number[] = [0x55, 0x48, 0x89, 0xe5]; // push rbp; mov rbp, rsp
  code.push(0x48, 0x81, 0xec, ...little(BigInt(frame), 4)); // sub rsp, frame
  X64_INTEGERS.forEach((word, i) => code.push(word >> 8, 0x89, word & 0xff, 0x24, 8 * i)); // mov [rsp+8i], register
  for (let i = 0; i < 8; i++) code.push(0xf2, 0x0f, 0x11, 0x44 + 8 * i, 0x24, 48 + 8 * i); // movsd [rsp+48+8i], xmm
  code.push(0x48, 0xbf, ...little(point, 8)); // mov rdi, point
  code.push(0x48, 0x89, 0xe6); // mov rsi, rsp
  code.push(0x48, 0x8d, 0x54, 0x24, 48); // lea rdx, [rsp+48]
  code.push(0x48, 0x8d, 0x4d, 16); // lea rcx, [rbp+16]
  code.push(0x41, 0xb8, 6, 0, 0, 0); // mov r8d, 6
  code.push(0x4c, 0x8d, 0x4c, 0x24, X64_SAVED); // lea r9, [rsp+112]
  code.push(0x48, 0xb8, ...little(handle, 8)); // mov rax, handle
  code.push(0xff, 0xd0, 0x66, 0x48, 0x0f, 0x6e, 0xc0, 0xc9, 0xc3); // call rax; movq xmm0, rax; leave; ret
  return Uint8Array.from(code);
}

/** AAPCS64: eight of each kind; the rest in slots of eight bytes above the caller's stack pointer. */
function arm64({ point, handle, count }: Stub): Uint8Array {
  const frame = aligned(ARM_SAVED + 8 * count);
  const words = [
    0xd10003ff | (frame << 10), // sub sp, sp, #frame
    pair(0xa9000000, 29, 30, 0), // stp x29, x30, [sp]
    0x910003fd, // mov x29, sp
    ...[0, 2, 4, 6].map((at) => pair(0xa9000000, at, at + 1, 16 + 8 * at)), // stp x0, x1, [sp, #16] ...
    ...[0, 2, 4, 6].map((at) => pair(0x6d000000, at, at + 1, 80 + 8 * at)), // stp d0, d1, [sp, #80] ...
    0x910043e1, // add x1, sp, #16
    0x910143e2, // add x2, sp, #80
    0x910003e3 | (frame << 10), // add x3, sp, #frame
    0xd2800104, // mov x4, #8
    0x910003e5 | (ARM_SAVED << 10), // add x5, sp, #144
  ];
  const literals = words.length + 7 + ((words.length + 7) % 2); // in words from the start, at a multiple of eight bytes
  words.push(literal(0, literals - words.length)); // ldr x0, point
  words.push(literal(16, literals + 2 - words.length)); // ldr x16, handle
  words.push(0xd63f0200, 0x9e670000); // blr x16; fmov d0, x0
  words.push(pair(0xa9400000, 29, 30, 0)); // ldp x29, x30, [sp]
  words.push(0x910003ff | (frame << 10), 0xd65f03c0); // add sp, sp, #frame; ret
  while (words.length < literals) words.push(0xd503201f); // nop
  const code = words.flatMap((word) => little(BigInt(word >>> 0), 4));
  return Uint8Array.from([...code, ...little(point, 8), ...little(handle, 8)]);
}

/** A load or store of two registers at [sp, #offset]. */
function pair(word: number, one: number, other: number, offset: number): number {
  return word | ((offset / 8) << 15) | (other << 10) | (31 << 5) | one;
}

function literal(register: number, words: number): number {
  return 0x58000000 | (words << 5) | register;
}

function aligned(size: number): number {
  return (size + 15) & ~15;
}

function little(value: bigint, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}
