#!/usr/bin/python3 -I
"""frida-server, made of the control service that frida's Python wheel contains. Options as the real one: -l, --version.

The wheel's wrapper type refuses to be built although the object behind it is fine (frida 17.26): without the first
line of `control_service` the process dies of SIGSEGV. This is the one place that knows; tests/handset says when a new
frida changes it.
"""

from __future__ import annotations

import argparse
import signal
import sys

sys.path.insert(0, "/system/lib/frida-python")

import frida
from frida import _frida

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
