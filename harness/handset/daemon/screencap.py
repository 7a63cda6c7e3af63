"""`screencap [-p] [FILE]`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.drawing import png
from harness.handset.daemon.hierarchy import settled_window

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


async def screencap(phone: Phone, call: Call, out: Output) -> int:
    """A PNG on stdout or in a file, with or without -p; an app that hangs is drawn as it was."""
    names = [word for word in call.arguments if not word.startswith("-")]
    seen = phone.screen.seen()
    window = await settled_window(phone) or (seen.window if seen else None)
    picture = await asyncio.to_thread(png, window)
    if not names:
        out.write(picture)
        return 0
    file = call.path(names[-1])
    try:
        phone.outside(file).write_bytes(picture)
    except OSError as exc:
        out.error(f"Error opening file: {file} ({exc.strerror})")
        return 1
    return 0
