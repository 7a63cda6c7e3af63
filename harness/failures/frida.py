"""What Frida says when something is wrong (messages of 17.26, see docs/failures.md), as failures."""

from __future__ import annotations

from harness.failures.known import Known, known

_SERVER = "`harness device prepare` starts the server that fits this computer's Frida."

FRIDA: tuple[Known, ...] = (
    known(20, "frida-port-taken", "I", "restart_server other_way",
          "Another server holds the port: `harness device prepare --replace`, or another --port.",
          r"error binding to address .*address already in use"),
    known(19, "frida-server-gone", "I", "restart_server again reboot", _SERVER,
          r"unable to connect to remote frida-server|need gadget to attach on jailed android|the connection is closed|"
          r"frida-server does not answer"),
    known(0, "frida-version", "C", "restart_server ask",
          "Host and device must have the same version: `harness device prepare --replace`.",
          r"incompatible frida-server version"),
    known(21, "launch-timed-out", "I", "other_way restart_server reboot quarantine",
          "Turn off Zygisk and the USAP pool (`harness doctor` looks); else the app is attached to late, and the run "
          "says so.",
          r"unexpectedly timed out while waiting for (app to launch|signal from process)"),
    known(22, "ptrace-refused", "C", "reboot ask",
          "frida-server must run as root; some makers' kernels forbid it altogether: choose another device.",
          r"due to system restrictions|unable to perform ptrace"),
    known(24, "instrumentation-refused", "A", "bisect",
          "The app ends when it is instrumented; that is a result about the app. Run it once without hooks to be sure.",
          r"process is traced by another process|bad access due to invalid address|process-terminated"),
    known(23, "bridge-unfit", "C", "ask",
          "The runtime is newer than the Java bridge: note the ART version (`harness doctor`), update frida.",
          r"'Java' is not defined|java api (not available|only partially available)|"
          r"unable to (determine artmethod|find copied methods|parse art internals)"),
    known(0, "app-missing", "S", "ask",
          "Install the app on this device first.",
          r"unable to find application with identifier"),
    known(0, "no-front-door", "S", "other_way",
          "The app has no launcher activity: name one.",
          r"unable to find a front-door activity|unable to find activity with identifier"),
    known(0, "app-gone", "I", "again",
          "The app ended before it could be attached to.",
          r"unable to find process with (name|pid)|session is gone|script (is|has been) destroyed"),
    known(0, "spawn-in-progress", "I", "again",
          "Another session starts the same app on this device: one at a time.",
          r"spawn already in progress"),
    known(0, "wrong-arch", "C", "restart_server ask",
          "The server is built for another processor: `harness device prepare --replace` chooses by the device's ABI.",
          r"without libc|unable to handle (32-bit|emulated) processes|does not support 32-bit processes|"
          r"emulated realm is not supported|process is not using emulation"),
    known(0, "frida-device-lost", "I", "wait reconnect",
          "Connect the device again; `harness devices` lists what is there.",
          r"device-lost|connection-terminated"),
)  # fmt: skip
