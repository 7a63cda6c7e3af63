"""Starts a server so that it listens on the loopback interface alone: `python3 loopback.py PROGRAM...` prints its pid.

adbd knows only "this port, on every interface", and it hands a shell to whoever connects. So its start is traced
(x86-64 ptrace, as a debugger would) up to its one TCP bind(), whose address is changed to 127.0.0.1; by ending, the
tracer lets it go. A process of its own, because waiting for any thread of adbd would also catch other children.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long

_GETREGS, _SYSCALL, _SEIZE, _INTERRUPT = 12, 24, 0x4206, 0x4207
_TRACESYSGOOD, _TRACECLONE = 0x1, 0x8  # adbd binds in a thread
_EVERY_THREAD = 0x40000000  # __WALL
_SYSCALL_STOP = signal.SIGTRAP | 0x80
_REGISTERS = struct.Struct("27Q")  # user_regs_struct
_RSI, _ORIG_RAX = 13, 15
_BIND = 49
_INET, _INET6 = 2, 10
_ADDRESS = {_INET: (4, b"\x7f\0\0\1"), _INET6: (8, bytes(10) + b"\xff\xff\x7f\0\0\1")}  # offset in sockaddr, 127.0.0.1


def main(argv: list[str]) -> int:
    """Start the program and return once it has bound its port; 1 when it ended before."""
    gate, opener = os.pipe()
    program = os.fork()
    if program == 0:
        os.close(opener)
        os.read(gate, 1)
        os.execv(argv[0], argv)  # noqa: S606 - this program exists to start another
    # Seized, not TRACEME: new threads then start without a SIGSTOP, which would outlive the tracer and stop them all.
    _ptrace(_SEIZE, program, _TRACESYSGOOD | _TRACECLONE)
    _ptrace(_INTERRUPT, program, 0)
    os.close(opener)
    while not _let_run_until_bound(program):
        pass
    sys.stdout.write(f"{program}\n")
    return 0


def _let_run_until_bound(program: int) -> bool:
    thread, status = os.waitpid(-1, _EVERY_THREAD)
    if not os.WIFSTOPPED(status):
        if thread == program:
            sys.exit(1)
        return False
    stopped_by = os.WSTOPSIG(status)
    if stopped_by == _SYSCALL_STOP and _confined(thread):
        return True
    # A stop for a system call, for a new thread, or of the new thread itself carries no signal for the program.
    mine = stopped_by == _SYSCALL_STOP or status >> 16
    _ptrace(_SYSCALL, thread, 0 if mine else stopped_by)
    return False


def _confined(thread: int) -> bool:
    """At a system call: true when it is the bind() of an internet socket, whose address then is 127.0.0.1."""
    buffer = ctypes.create_string_buffer(_REGISTERS.size)
    _ptrace(_GETREGS, thread, ctypes.addressof(buffer))
    registers = _REGISTERS.unpack(buffer.raw)
    if registers[_ORIG_RAX] != _BIND:
        return False
    with Path(f"/proc/{thread}/mem").open("r+b", buffering=0) as memory:
        memory.seek(registers[_RSI])
        family = int.from_bytes(memory.read(2), sys.byteorder)
        if family not in _ADDRESS:
            return False
        offset, loopback = _ADDRESS[family]
        memory.seek(registers[_RSI] + offset)
        memory.write(loopback)
    return True


def _ptrace(request: int, thread: int, value: int) -> None:
    if _libc.ptrace(request, thread, None, value) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace: {os.strerror(number)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
