"""`screencap`: draws the current widget tree with Pillow."""

from __future__ import annotations

import asyncio
import io
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.hierarchy import settled_window
from harness.handset.daemon.window import HEIGHT, WIDTH, Bounds, Node, Window, visible

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
_PAPER, _INK, _FAINT, _LINE, _ACCENT = "#fafafa", "#1c1b1f", "#6f6f76", "#9a9aa2", "#2f5d8a"


async def screencap(phone: Phone, call: Call, out: Output) -> int:
    """`screencap [-p] [FILE]`: PNG on stdout or into a file; secure windows are black."""
    names = [word for word in call.arguments if not word.startswith("-")]
    window = await settled_window(phone)
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


def png(window: Window | None) -> bytes:
    """The window as a PNG of the whole screen; black for none and for a secure one."""
    dark = window is None or window.secure or window.root is None
    image = Image.new("RGB", (WIDTH, HEIGHT), "black" if dark else _PAPER)
    if window is not None and window.root is not None and not window.secure:
        _draw(ImageDraw.Draw(image), window.root, (0, 0, WIDTH, HEIGHT))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _draw(pen: ImageDraw.ImageDraw, node: Node, within: Bounds) -> None:
    seen = visible(node.bounds, within)
    if seen is None:
        return
    if node.style.background:
        pen.rectangle(_box(seen), fill=node.style.background)
    kind = node.class_name.rpartition(".")[2]
    if node.shown_text or "Edit" in kind or node.checkable:
        _draw_widget(pen, node, kind, seen)
    for child in node.children:
        _draw(pen, child, seen)


def _draw_widget(pen: ImageDraw.ImageDraw, node: Node, kind: str, seen: Bounds) -> None:
    frame = node.style.frame or node.bounds
    size = node.style.text_px or 42
    ink = node.style.color or _INK
    centred = node.style.centred
    padding = node.style.padding if node.style.padding is not None else 24
    if kind == "Button" or kind.endswith("ImageButton"):
        fill = node.style.background or (_ACCENT if node.enabled else _LINE)
        pen.rounded_rectangle(_box(seen), radius=20, fill=fill)
        ink, centred = node.style.color or "#ffffff", True
    elif "Edit" in kind:
        edge = _ACCENT if node.focused else _LINE
        pen.rounded_rectangle(_box(seen), radius=12, fill="#ffffff", outline=edge, width=5 if node.focused else 3)
        ink = ink if node.text and node.text != node.hint else _FAINT
    elif node.checkable:
        _draw_switch(pen, node, seen)
    _draw_text(pen, node.shown_text, frame, size=size, ink=ink, bold=node.style.bold, centred=centred, padding=padding)


def _draw_switch(pen: ImageDraw.ImageDraw, node: Node, seen: Bounds) -> None:
    right, middle = seen[2] - 24, (seen[1] + seen[3]) // 2
    track = (right - 110, middle - 30, right, middle + 30)
    pen.rounded_rectangle(track, radius=30, fill=_ACCENT if node.checked else _LINE)
    knob = right - 52 if node.checked else right - 104
    pen.ellipse((knob, middle - 24, knob + 48, middle + 24), fill="#ffffff")


def _draw_text(
    pen: ImageDraw.ImageDraw, text: str, frame: Bounds, *, size: int, ink: str, bold: bool, centred: bool, padding: int
) -> None:
    font = _font(size, bold)
    lines = _wrapped(text, font, max(frame[2] - frame[0] - 2 * padding, size))
    height = round(size * 1.25)
    y = (frame[1] + frame[3] - height * len(lines)) // 2
    for number, line in enumerate(lines):
        x = frame[0] + padding
        if centred:
            x = round((frame[0] + frame[2] - font.getlength(line)) / 2)
        pen.text((x, y + number * height), line, font=font, fill=ink)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and font.getlength(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


@lru_cache(maxsize=32)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT.format("-Bold" if bold else ""), size)


def _box(bounds: Bounds) -> Bounds:
    # Pillow's right and bottom are inside, ours are not
    return bounds[0], bounds[1], bounds[2] - 1, bounds[3] - 1
