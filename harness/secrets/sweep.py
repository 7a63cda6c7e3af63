"""At the end of a run, while its secrets are still known: those written in pieces, of which none held them whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.secrets.veil import Span, Veil
from harness.store import CaseFile, Hit
from harness.store.pieces import Piece, add_hits, rewrite_pieces, written_objects


def sweep(case: CaseFile, run: str, veil: Veil) -> int:
    """Take them out of the pieces, and give how many there were. What was written afterwards in the same object stays
    as it was."""
    changed: list[Piece] = []
    found: list[tuple[str, Piece, Hit]] = []
    for pieces in written_objects(case.db, run):
        spans = veil.spans(b"".join(piece.content for piece in pieces))
        if spans:
            changed += _put_back(pieces, spans)
            found += [(case.new_id(), pieces[0], hit) for span in spans for hit in span.hits]
    if changed:
        with case.transaction() as db:
            rewrite_pieces(db, run, changed)
            add_hits(db, run, found)
    return len(found)


def _put_back(pieces: list[Piece], spans: list[Span]) -> Iterator[Piece]:
    """The pieces that change. What stands for a secret goes where its first letter was."""
    begin = 0
    for piece in pieces:
        end = begin + len(piece.content)
        made: list[bytes] = []
        at = begin
        for span in spans:
            if span.end <= begin or span.start >= end:
                continue
            made.append(piece.content[at - begin : max(span.start, begin) - begin])
            if span.start >= begin:
                made.append(span.content)
            at = min(span.end, end)
        if made:
            made.append(piece.content[at - begin :])
            yield replace(piece, content=b"".join(made))
        begin = end
