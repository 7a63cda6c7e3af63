"""What a canary is, said once for both formats: its methods, and what each one does. Several classes share it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag, StrEnum

ROOT = "java.lang.Object"
# chain() gives still(1) + move(2) + hide(4): a hook that loses an argument or a result shows
ADDENDS = {"still": 1, "move": 2, "hide": 4}
CHAIN_RESULT = sum(ADDENDS.values())


class Access(IntFlag):
    """The same in class files and DEX files."""

    PACKAGE = 0
    PUBLIC = 0x1
    PRIVATE = 0x2
    STATIC = 0x8


class Body(StrEnum):
    ECHO = "echo"  # gives its argument back
    CONSTRUCT = "construct"  # calls the constructor of Object
    CHAIN = "chain"  # calls every method once and gives the sum of what they gave
    START = "start"  # calls chain and drops what it gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`parameters` and `result` are JNI descriptors: `I`, or none; `I` or `V`."""

    name: str
    access: Access
    parameters: str
    result: str
    body: Body

    @property
    def descriptor(self) -> str:
        return f"({self.parameters}){self.result}"

    @property
    def is_direct(self) -> bool:
        """Called without looking at the object's class: what DEX lists apart."""
        return bool(self.access & (Access.STATIC | Access.PRIVATE)) or self.name.startswith("<")


METHODS = (
    Method(name="<clinit>", access=Access.STATIC, parameters="", result="V", body=Body.START),
    Method(name="<init>", access=Access.PUBLIC, parameters="", result="V", body=Body.CONSTRUCT),
    Method(name="chain", access=Access.PUBLIC | Access.STATIC, parameters="", result="I", body=Body.CHAIN),
    Method(name="hide", access=Access.PRIVATE, parameters="I", result="I", body=Body.ECHO),
    Method(name="move", access=Access.PUBLIC, parameters="I", result="I", body=Body.ECHO),
    Method(name="still", access=Access.PUBLIC | Access.STATIC, parameters="I", result="I", body=Body.ECHO),
)
