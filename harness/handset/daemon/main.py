"""The first process of a handset: makes the shell commands, starts adbd, serves the state until it is killed."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from harness.handset.daemon import zygote
from harness.handset.daemon.launch import SOCKET
from harness.handset.daemon.phone import Config, Phone
from harness.handset.daemon.registry import COMMANDS
from harness.handset.daemon.server import listen

_BIN = Path("/system/bin")
_SHIMS = Path("/system/lib/handset/shims")


def main() -> None:
    """Run until killed; configured by the environment variables that the host sets."""
    logging.basicConfig(filename="/data/system/daemon.log", level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config(
        api=int(os.environ["HANDSET_API"]),
        frida_port=int(os.environ["HANDSET_FRIDA_PORT"]),
        root=os.environ.get("HANDSET_ROOT", "adbd"),
    )
    asyncio.run(_live(Phone(config)))


async def _live(phone: Phone) -> None:
    server = await listen(phone, Path(SOCKET))
    install_commands(_BIN, _SHIMS)
    await zygote.start()
    phone.log.system("I", "boot_progress", "the virtual handset is up")
    async with server:
        await phone.adbd.serve()


def install_commands(folder: Path, shims: Path) -> None:
    """Fill /system/bin: one client under the name of every command that the daemon answers, and the scripts."""
    for script in shims.iterdir():
        if script.suffix in (".py", ".sh"):
            target = folder / script.stem.replace("_", "-")
            target.write_bytes(script.read_bytes())
            target.chmod(0o755)
    for name in COMMANDS:
        (folder / name).symlink_to("ask-daemon")
