"""What content is made of: its containers, each with a fingerprint, whatever the order of keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.forms import refusal
from harness.analyse.values import Tree

SHORTEST_PART = 24  # characters of JSON; a smaller container may be equal by chance
SHORTEST_VALUE = 8  # characters


def containers(tree: Tree) -> list[bytes]:
    """Fingerprints of every mapping and list in the tree that is long enough to tell, the whole of it last."""
    found: list[bytes] = []
    if isinstance(tree, (dict, list)):
        _fingerprint(tree, found)
    return found


def telling_values(leaves: Sequence[Leaf]) -> list[str]:
    """The different texts in a payload that are not there by chance."""
    return list(
        dict.fromkeys(
            leaf.text
            for leaf in leaves
            if not leaf.is_key and len(leaf.text) >= SHORTEST_VALUE and not refusal(leaf.text)
        )
    )


def _fingerprint(node: Tree, found: list[bytes]) -> tuple[bytes, int]:
    """A digest of what a node says, and the length of its JSON."""
    if isinstance(node, dict):
        members = [(key, *_fingerprint(node[key], found)) for key in sorted(node)]
    elif isinstance(node, list):
        members = [("", *_fingerprint(item, found)) for item in node]
    else:
        text = f"'{node}'" if isinstance(node, str) else repr(node)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(), len(text)
    made = hashlib.blake2b(b"{" if isinstance(node, dict) else b"[", digest_size=16)
    length = 2
    for name, below, size in members:
        made.update(name.encode("utf-8", "surrogatepass") + b"\0" + below)
        length += len(name) + size + 4
    if length >= SHORTEST_PART:
        found.append(made.digest())
    return made.digest(), length
