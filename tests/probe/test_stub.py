"""The machine code of hooks/agent/stub.ts, run by an emulator of each processor: phones have one that we have not."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frida
import pytest
import unicorn
from unicorn import arm64_const as arm
from unicorn import x86_const as x86
from unicorn.unicorn_py3 import Uc

from harness.resources import folder
from tests.jvm import SOURCES

CODE, HANDLE, STACK, RETURN = 0x10_0000, 0x20_0000, 0x40_0000, 0x30_0000
POINT = 0x1122_3344_5566_7788
RESULT = 0x4009_21FB_5444_2D18  # also the double pi
PAGE = 0x1_0000
X64 = (
    x86.UC_X86_REG_RDI,
    x86.UC_X86_REG_RSI,
    x86.UC_X86_REG_RDX,
    x86.UC_X86_REG_RCX,
    x86.UC_X86_REG_R8,
    x86.UC_X86_REG_R9,
)
ARM = tuple(arm.UC_ARM64_REG_X0 + i for i in range(8))
X64_NOP, ARM_NOP = b"\x90", b"\x1f\x20\x03\xd5"  # where the first run stops; the second begins behind it
Maker = Callable[[str, int], bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    """The agent's own function, run by Frida in a process that does nothing else."""
    sources = tmp_path_factory.mktemp("stub")
    shutil.copy(folder("hooks") / "agent" / "stub.ts", sources)
    shutil.copy(SOURCES / "agent" / "stub_main.ts", sources)
    text = frida.Compiler().build("stub_main.ts", project_root=str(sources), bundle_format="iife", type_check="none")
    host = frida.spawn(["/bin/sleep", "60"])
    try:
        script = frida.attach(host).create_script(text)
        script.load()
        yield lambda arch, count: bytes(script.exports_sync.stub(arch, hex(POINT), hex(HANDLE), count))
    finally:
        frida.kill(host)


def emulator(arch: int, mode: int, code: bytes, handler: bytes) -> Any:
    machine: Any = Uc(arch, mode)
    for at in (CODE, HANDLE, RETURN):
        machine.mem_map(at, PAGE)
    machine.mem_map(STACK, 4 * PAGE)
    machine.mem_write(CODE, code)
    machine.mem_write(HANDLE, handler)
    return machine


def words(machine: Any, at: int, count: int) -> list[int]:
    return list(struct.unpack(f"<{count}Q", machine.mem_read(at, 8 * count)))


@pytest.mark.parametrize("count", [0, 1, 7, 255])
def test_on_x64_the_handler_gets_every_register_and_the_caller_its_result(made: Maker, count: int) -> None:
    machine = emulator(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64, made("x64", count), X64_NOP + b"\xc3")
    top = STACK + 2 * PAGE - 8  # as a call leaves it
    machine.mem_write(top, struct.pack("<3Q", RETURN, 71, 72))
    machine.reg_write(x86.UC_X86_REG_RSP, top)
    machine.reg_write(x86.UC_X86_REG_RBP, 0xB0B)
    for i, register in enumerate(X64):
        machine.reg_write(register, 100 + i)
    for i in range(8):
        machine.reg_write(x86.UC_X86_REG_XMM0 + i, 200 + i)
    machine.emu_start(CODE, HANDLE)
    point, integers, floats, rest, registers, values = (machine.reg_read(register) for register in X64)
    assert (point, registers) == (POINT, 6)
    assert words(machine, integers, 6) == [100, 101, 102, 103, 104, 105]
    assert words(machine, floats, 8) == [200, 201, 202, 203, 204, 205, 206, 207]
    assert words(machine, rest, 2) == [71, 72]
    here = machine.reg_read(x86.UC_X86_REG_RSP)
    assert (here + 8) % 16 == 0, "aligned as the calling convention wants it"
    assert here + 8 <= integers and floats + 64 <= values and values + 8 * count <= top - 8
    machine.reg_write(x86.UC_X86_REG_RAX, RESULT)
    machine.emu_start(HANDLE + len(X64_NOP), RETURN)
    assert machine.reg_read(x86.UC_X86_REG_RAX) == RESULT
    assert machine.reg_read(x86.UC_X86_REG_XMM0) & (2**64 - 1) == RESULT
    assert machine.reg_read(x86.UC_X86_REG_RSP) == top + 8
    assert machine.reg_read(x86.UC_X86_REG_RBP) == 0xB0B


@pytest.mark.parametrize("count", [0, 1, 7, 255])
def test_on_arm64_the_handler_gets_every_register_and_the_caller_its_result(made: Maker, count: int) -> None:
    machine = emulator(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM, made("arm64", count), ARM_NOP + b"\xc0\x03\x5f\xd6")
    top = STACK + 2 * PAGE
    machine.mem_write(top, struct.pack("<2Q", 71, 72))
    machine.reg_write(arm.UC_ARM64_REG_SP, top)
    machine.reg_write(arm.UC_ARM64_REG_X29, 0xB0B)
    machine.reg_write(arm.UC_ARM64_REG_X30, RETURN)
    for i in range(8):
        machine.reg_write(ARM[i], 100 + i)
        machine.reg_write(arm.UC_ARM64_REG_D0 + i, 200 + i)
    machine.emu_start(CODE, HANDLE)
    point, integers, floats, rest, registers, values = (machine.reg_read(register) for register in ARM[:6])
    assert (point, registers) == (POINT, 8)
    assert words(machine, integers, 8) == [100, 101, 102, 103, 104, 105, 106, 107]
    assert words(machine, floats, 8) == [200, 201, 202, 203, 204, 205, 206, 207]
    assert words(machine, rest, 2) == [71, 72]
    here = machine.reg_read(arm.UC_ARM64_REG_SP)
    assert here % 16 == 0
    assert here + 16 <= integers and floats + 64 <= values and values + 8 * count <= top
    machine.reg_write(arm.UC_ARM64_REG_X0, RESULT)
    machine.emu_start(HANDLE + len(ARM_NOP), RETURN)
    assert machine.reg_read(arm.UC_ARM64_REG_X0) == RESULT
    assert machine.reg_read(arm.UC_ARM64_REG_D0) == RESULT
    assert machine.reg_read(arm.UC_ARM64_REG_SP) == top
    assert machine.reg_read(arm.UC_ARM64_REG_X29) == 0xB0B


def test_no_stub_is_made_for_a_processor_that_the_core_does_not_know(made: Maker) -> None:
    assert made("mips", 0) == b""


def test_the_emulator_would_notice_a_wrong_stub(made: Maker, tmp_path: Path) -> None:
    code = bytearray(made("x64", 1))
    code[code.index(b"\x48\x89\xe6") + 2] = 0xE7  # mov rdi, rsp instead of mov rsi, rsp
    machine = emulator(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64, bytes(code), X64_NOP + b"\xc3")
    machine.reg_write(x86.UC_X86_REG_RSP, STACK + 2 * PAGE)
    machine.emu_start(CODE, HANDLE)
    assert machine.reg_read(x86.UC_X86_REG_RDI) != POINT
