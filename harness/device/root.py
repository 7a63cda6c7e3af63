"""Which root the device offers, and how a command is run with it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from harness.device.shell import Shell

# The first request of a Magisk phone waits for a tap on the phone (10 s by default)
_SU_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """`style` is one of "adbd", "magisk", "aosp-su", "user-namespace", "none"."""

    style: str
    wrap: Callable[[str], str]

    @property
    def available(self) -> bool:
        return self.style != "none"


def find_root(shell: Shell, *, adbd_style: str = "adbd") -> Root:
    """Ask in the order that disturbs least: adbd itself, a Magisk-like su, AOSP's su. `adbd_style` names what uid 0
    means on this kind of device (a user namespace on the virtual handset)."""
    if _is_zero(shell.run(["id", "-u"]).stdout):
        return Root(style=adbd_style, wrap=lambda line: line)
    if re.search(r"MAGISKSU|KernelSU|APatch", shell.run(["su", "-v"]).stdout):
        root = Root(style="magisk", wrap=lambda line: f"su -c {shlex.quote(line)}")
    else:
        root = Root(style="aosp-su", wrap=lambda line: f"su 0 sh -c {shlex.quote(line)}")
    answer = shell.script(root.wrap("id -u"), timeout_s=_SU_TIMEOUT_S)
    return root if _is_zero(answer.stdout) else Root(style="none", wrap=lambda line: line)


def _is_zero(text: str) -> bool:
    return text.strip() == "0"
