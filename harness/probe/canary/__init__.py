"""The canary: a tiny class of ours that the agent hooks first in every session, to learn whether hooks hold there.

Its static initialiser calls `chain`, which calls a static method, a constructor, a public and a private method once
each; the agent calls `chain` some more and compares the calls its hooks have seen with the calls made (reference:
art.md section 3). Written as bytes by us, so that neither a compiler nor a binary file is needed. No frida here.
"""

from __future__ import annotations

import json

from harness.probe.canary.classfile import class_file
from harness.probe.canary.dexfile import dex_file
from harness.probe.canary.shape import CHAIN_RESULT

ATTEMPTS = 3  # a class is initialised once, so every attempt needs one of its own


def canary_names() -> list[str]:
    return [f"org.trackerharness.canary.Canary{number}" for number in range(ATTEMPTS)]


def canary_script() -> str:
    """The constant that hooks/agent/canary.ts reads: names, class files (hex, in the names' order), one DEX (hex)."""
    names = canary_names()
    told = {
        "names": names,
        "classes": [class_file(name).hex() for name in names],
        "dex": dex_file(names).hex(),
        "result": CHAIN_RESULT,
    }
    return f"const canaryBytes = {json.dumps(told)};"
