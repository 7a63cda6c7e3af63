"""The first process of a handset: makes the shell commands, starts adbd, serves the state until it is killed."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from harness.handset.daemon import loopback
from harness.handset.daemon.launch import SOCKET
from harness.handset.daemon.phone import Config, Phone
from harness.handset.daemon.registry import COMMANDS
from harness.handset.daemon.server import listen

_BIN = Path("/system/bin")
_SHIMS = Path("/system/lib/handset/shims")
_APEX = "/apex/adbd"
_ADBD = f"{_APEX}/usr/lib/android-sdk/platform-tools/adbd"
_LIBRARIES = f"{_APEX}/usr/lib/x86_64-linux-gnu"
_log = logging.getLogger(__name__)


def main() -> None:
    """Run until killed; configured by the environment variables that the host sets."""
    logging.basicConfig(filename="/data/system/daemon.log", level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config(api=int(os.environ["HANDSET_API"]), frida_port=int(os.environ["HANDSET_FRIDA_PORT"]))
    asyncio.run(_live(Phone(config)))


async def _live(phone: Phone) -> None:
    server = await listen(phone, Path(SOCKET))
    install_commands(_BIN, _SHIMS)
    phone.log.system("I", "boot_progress", "the virtual handset is up")
    async with server:
        while True:
            await _adbd()
            _log.error("adbd has ended")  # with its port taken it ends again and again: the host gives up then
            await asyncio.sleep(1)


def install_commands(folder: Path, shims: Path) -> None:
    """Fill /system/bin: one client under the name of every command that the daemon answers, and the scripts."""
    for script in shims.iterdir():
        if script.suffix in (".py", ".sh"):
            target = folder / script.stem.replace("_", "-")
            target.write_bytes(script.read_bytes())
            target.chmod(0o755)
    for name in COMMANDS:
        (folder / name).symlink_to("ask-daemon")


async def _adbd() -> None:
    """Start adbd and wait for its end."""
    argv = (f"{_APEX}/usr/lib64/ld-linux-x86-64.so.2", "--library-path", f"{_LIBRARIES}:{_LIBRARIES}/android", _ADBD)
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", loopback.__file__, *argv),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await starter.communicate()
    if starter.returncode == 0:
        await _end_of(int(answer.split()[-1]))


async def _end_of(pid: int) -> None:
    """Wait for a process that is no child of ours."""
    ended = asyncio.Event()
    descriptor = os.pidfd_open(pid)
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
