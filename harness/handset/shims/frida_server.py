#!/usr/bin/python3 -I
"""frida-server, made of the control service that frida's Python wheel contains. Options as the real one: -l, --version.

The wheel's wrapper type refuses to be built although the object behind it is fine (frida 17.26): without the first
line of `control_service` the process dies of SIGSEGV. This is the one place that knows; tests/handset says when a new
frida changes it.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import struct
import sys
from pathlib import Path

sys.path.insert(0, "/system/lib/frida-python")


def unprivileged() -> bool:
    """Whether nobody asked for root, on a handset whose shell has none of its own."""
    style = Path("/data/system/root_style").read_text().strip()
    return bool(os.environ.get("HANDSET_POWERLESS")) or (style != "adbd" and not os.environ.get("HANDSET_SU"))


def trace_nobody() -> None:
    """Have the kernel refuse ptrace to this process and its children, as it does to a shell without root.

    In a user namespace of its own it may not look into the others' memory; and a seccomp filter in four instructions
    takes ptrace away: load the number of the system call; ptrace gives EPERM, all else is allowed. Before frida is
    imported, which starts threads.
    """
    load, equal, give = 0x20, 0x15, 0x06
    ptrace_call, refused, allowed = 101, 0x00050001, 0x7FFF0000
    lines = ((load, 0, 0, 0), (equal, 0, 1, ptrace_call), (give, 0, 0, refused), (give, 0, 0, allowed))
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(lines), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    new_user, no_new_privileges, seccomp, filtered = 0x10000000, 38, 22, 2
    nothing = [ctypes.c_ulong(0)] * 3
    if libc.unshare(new_user) != 0 or libc.prctl(no_new_privileges, ctypes.c_ulong(1), *nothing) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if libc.prctl(seccomp, ctypes.c_ulong(filtered), ctypes.byref(head), *nothing[1:]) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


if unprivileged():
    trace_nobody()

import frida  # noqa: E402 - it starts threads, which must inherit what was taken from this process
from frida import _frida  # noqa: E402

EXIT_ENDPOINT = 2


def control_service(address: str, port: int) -> frida.ControlService:
    """The service, not started yet."""
    _frida.ControlService.__init__ = lambda self, *arguments, **options: None  # type: ignore[method-assign]
    endpoint = frida.EndpointParameters(address=address, port=port)
    service = frida.ControlService.__new__(frida.ControlService)
    service._impl = _frida.ControlService.new(endpoint._impl, _frida.ControlServiceOptions())
    return service


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="frida-server")
    parser.add_argument("-l", "--listen", metavar="ADDRESS", default="127.0.0.1:27042")
    parser.add_argument("--version", action="version", version=frida.__version__)
    address, _, port = parser.parse_args().listen.rpartition(":")
    try:
        service = control_service(address or "127.0.0.1", int(port))
        service.start()
    except Exception as exc:
        sys.stderr.write(f"Unable to start: {exc}\n")
        sys.exit(EXIT_ENDPOINT)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    service.stop()


main()
