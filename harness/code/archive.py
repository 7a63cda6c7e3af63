"""A zip as Android reads it: what only confuses other readers (a false encryption flag, a made-up method) is passed
over, what is really damaged is Damaged."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from harness.code.damage import Damaged

_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, struct.error)


class Archive:
    """Entries by name; reading one again reads it anew."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (*_UNREADABLE, ValueError, IndexError) as exc:
            raise Damaged(f"its table of contents cannot be read ({exc})") from exc
        self._entries = {entry.filename: entry for entry in self._zip.infolist() if not entry.is_dir()}

    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def size(self, name: str) -> int:
        """Unpacked, as the table of contents says."""
        return self._entries[name].file_size

    @property
    def directory_at(self) -> int:
        """Where the table of contents begins: a signing block stands right before it."""
        return self._zip.start_dir

    def read(self, name: str) -> bytes:
        entry = self._entries[name]
        flagged = entry.flag_bits & _ENCRYPTED
        entry.flag_bits &= ~_ENCRYPTED  # Android does not look at it
        try:
            return self._zip.read(entry)
        except _UNREADABLE as exc:
            content = self._without_checks(entry)
            if content is None:
                raise Damaged("it is encrypted" if flagged else str(exc)) from exc
            return content

    def _without_checks(self, entry: zipfile.ZipInfo) -> bytes | None:
        """The content although its local header differs from the table of contents, or its method is unknown; None
        when its checksum does not fit either."""
        at = entry.header_offset
        if at + _LOCAL_HEADER > len(self.content):
            return None
        name, extra = struct.unpack_from("<HH", self.content, at + 26)
        start = at + _LOCAL_HEADER + name + extra
        packed = self.content[start : start + entry.compress_size]
        for unpack in (_inflated, bytes):
            content = unpack(packed)
            if len(content) == entry.file_size and zlib.crc32(content) == entry.CRC:
                return content
        return None


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed, -zlib.MAX_WBITS)
    except zlib.error:
        return b""
