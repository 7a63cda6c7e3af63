"""Draws a window as a picture of the screen, with Pillow. Shapes and fonts are ours; where things are is the app's."""

from __future__ import annotations

import io
import time
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from harness.handset.daemon.window import HEIGHT, WIDTH, Bounds, Node, Style, Window, visible

STATUS_BAR = 84  # px
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
_PAPER, _INK, _FAINT, _LINE, _ACCENT = "#fafafa", "#1c1b1f", "#6f6f76", "#9a9aa2", "#2f5d8a"
_PADDING, _TEXT_PX = 24, 42


def png(window: Window | None) -> bytes:
    """The window as a PNG of the whole screen; black for none and for a secure one."""
    dark = window is None or window.secure or window.root is None
    image = Image.new("RGB", (WIDTH, HEIGHT), "black" if dark else _PAPER)
    if window is not None and window.root is not None and not window.secure:
        _draw(image, window.root, (0, 0, WIDTH, HEIGHT))
        _draw_status_bar(image)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _draw(image: Image.Image, node: Node, within: Bounds) -> None:
    seen = visible(node.bounds, within)
    if seen is None:
        return
    kind = node.class_name.rpartition(".")[2]
    pen = ImageDraw.Draw(image)
    if kind.endswith("Button") and not node.checkable:
        _draw_button(image, node, seen)
    elif "Edit" in kind:
        _draw_field(image, node, seen)
    else:
        if node.style.background:
            pen.rectangle(_box(seen), fill=node.style.background)
        if node.checkable:
            _draw_switch(pen, node, seen)
        if node.style.icon:
            _draw_icon(pen, node, seen)
        _draw_text(image, node.shown_text, node, seen, ink=_INK)
    for child in node.children:
        _draw(image, child, seen)


def _draw_button(image: Image.Image, node: Node, seen: Bounds) -> None:
    fill = node.style.background or (_ACCENT if node.enabled else _LINE)
    # the app's own tab bars join their buttons: only a button of our colours gets round corners
    ImageDraw.Draw(image).rounded_rectangle(_box(seen), radius=0 if node.selected else 16, fill=fill)
    _draw_text(image, node.shown_text, node, seen, ink="#ffffff", centred=True)


def _draw_field(image: Image.Image, node: Node, seen: Bounds) -> None:
    edge, width = (_ACCENT, 5) if node.focused else (_LINE, 3)
    fill = node.style.background or "#ffffff"
    ImageDraw.Draw(image).rounded_rectangle(_box(seen), radius=12, fill=fill, outline=edge, width=width)
    empty = not node.text or node.text == node.hint
    style = Style(text_px=node.style.text_px, padding=node.style.padding, frame=node.style.frame)
    _draw_text(image, node.shown_text, node, seen, ink=_FAINT if empty else _INK, style=style)


def _draw_switch(pen: ImageDraw.ImageDraw, node: Node, seen: Bounds) -> None:
    right, middle = seen[2] - _PADDING, (seen[1] + seen[3]) // 2
    pen.rounded_rectangle((right - 110, middle - 30, right, middle + 30), 30, fill=_ACCENT if node.checked else _LINE)
    knob = right - 52 if node.checked else right - 104
    pen.ellipse((knob, middle - 24, knob + 48, middle + 24), fill="#ffffff")


def _draw_icon(pen: ImageDraw.ImageDraw, node: Node, seen: Bounds) -> None:
    middle, top, side = (seen[0] + seen[2]) // 2, seen[1] + 40, 150
    pen.rounded_rectangle((middle - side // 2, top, middle + side // 2, top + side), 40, fill=node.style.icon)
    pen.text((middle, top + side // 2), node.text[:1].upper(), font=_font(80, True), fill="#ffffff", anchor="mm")


def _draw_text(
    image: Image.Image,
    text: str,
    node: Node,
    seen: Bounds,
    *,
    ink: str,
    centred: bool = False,
    style: Style | None = None,
) -> None:
    """Text within `seen`, laid out in the widget's whole frame: what is scrolled away is cut off, not moved."""
    if not text:
        return
    look = style or node.style
    frame = look.frame or node.bounds
    size, padding = look.text_px or _TEXT_PX, _PADDING if look.padding is None else look.padding
    font = _font(size, look.bold)
    lines = _wrapped(text, font, max(frame[2] - frame[0] - 2 * padding, size))
    height = round(size * 1.25)
    top = (frame[1] + frame[3] - height * len(lines)) // 2
    tile = image.crop(seen)
    pen = ImageDraw.Draw(tile)
    for number, line in enumerate(lines):
        indent = (frame[2] - frame[0] - font.getlength(line)) / 2 if centred or look.centred else padding
        place = (round(frame[0] + indent) - seen[0], top + number * height - seen[1])
        pen.text(place, line, font=font, fill=look.color or ink)
    image.paste(tile, seen[:2])


def _draw_status_bar(image: Image.Image) -> None:
    red, green, blue = image.getpixel((WIDTH // 2, STATUS_BAR // 2))  # type: ignore[misc]  # an RGB image gives three
    ink = "#ffffff" if red + green + blue < 384 else "#3c3c43"
    pen, font = ImageDraw.Draw(image), _font(30, False)
    for text, x, anchor in (
        (time.strftime("%H:%M", time.gmtime()), 48, "lm"),
        ("virtual handset", WIDTH // 2, "mm"),
        ("87 %", WIDTH - 48, "rm"),
    ):
        pen.text((x, STATUS_BAR // 2), text, font=font, fill=ink, anchor=anchor)


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
