"""A class file (The Java Virtual Machine Specification, chapter 4), version 49: the last that needs no stack maps."""

from __future__ import annotations

import struct
from collections.abc import Callable

from harness.probe.canary.shape import ADDENDS, METHODS, ROOT, Access, Body, Method

_MAGIC = 0xCAFEBABE
_JAVA_5 = 49
_ACC_SUPER = 0x20

_ILOAD_0, _ILOAD_1, _ALOAD_0 = 0x1A, 0x1B, 0x2A
_ICONST_0, _DUP, _SWAP, _POP, _IADD = 0x03, 0x59, 0x5F, 0x57, 0x60
_IRETURN, _RETURN, _NEW = 0xAC, 0xB1, 0xBB
_INVOKEVIRTUAL, _INVOKESPECIAL, _INVOKESTATIC = 0xB6, 0xB7, 0xB8


class _Pool:
    """The constant pool: every entry once, numbered from 1 in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def utf8(self, text: str) -> int:
        return self._number(struct.pack(">BH", 1, len(text)) + text.encode("ascii"))

    def cls(self, name: str) -> int:
        return self._number(struct.pack(">BH", 7, self.utf8(name.replace(".", "/"))))

    def method(self, owner: str, name: str, descriptor: str) -> int:
        name_and_type = self._number(struct.pack(">BHH", 12, self.utf8(name), self.utf8(descriptor)))
        return self._number(struct.pack(">BHH", 10, self.cls(owner), name_and_type))

    def written(self) -> bytes:
        return struct.pack(">H", len(self._numbers) + 1) + b"".join(self._numbers)

    def _number(self, entry: bytes) -> int:
        return self._numbers.setdefault(entry, len(self._numbers) + 1)


def class_file(name: str) -> bytes:
    """The canary of that name (`a.b.C`) as a class file."""
    pool = _Pool()
    this, above = pool.cls(name), pool.cls(ROOT)
    methods = b"".join(_method(pool, name, method) for method in METHODS)
    head = struct.pack(">IHH", _MAGIC, 0, _JAVA_5)
    # access, this, super; no interfaces, no fields; at the end no attributes
    body = struct.pack(">HHHHHH", Access.PUBLIC | _ACC_SUPER, this, above, 0, 0, len(METHODS)) + methods
    return head + pool.written() + body + struct.pack(">H", 0)


def _method(pool: _Pool, owner: str, method: Method) -> bytes:
    code = _BODIES[method.body](pool, owner, method)
    is_static = bool(method.access & Access.STATIC)
    locals_used = len(method.parameters) + (0 if is_static else 1)
    # max_stack, max_locals, the code; no exception table, no attributes
    attribute = struct.pack(">HHI", 4, locals_used, len(code)) + code + struct.pack(">HH", 0, 0)
    names = (pool.utf8(method.name), pool.utf8(method.descriptor))
    head = struct.pack(">HHHHHI", method.access, *names, 1, pool.utf8("Code"), len(attribute))
    return head + attribute


def _echo(_pool: _Pool, _owner: str, method: Method) -> bytes:
    return bytes([_ILOAD_0 if method.access & Access.STATIC else _ILOAD_1, _IRETURN])


def _construct(pool: _Pool, _owner: str, _method: Method) -> bytes:
    return bytes([_ALOAD_0]) + _invoke(_INVOKESPECIAL, pool.method(ROOT, "<init>", "()V")) + bytes([_RETURN])


def _chain(pool: _Pool, owner: str, _method: Method) -> bytes:
    """`still(1) + canary.move(2) + canary.hide(4)`: the object waits on the stack below the sum."""
    code = bytes([_NEW]) + struct.pack(">H", pool.cls(owner)) + bytes([_DUP])
    code += _invoke(_INVOKESPECIAL, pool.method(owner, "<init>", "()V"))
    code += bytes([_DUP]) + _constant(ADDENDS["move"])
    code += _invoke(_INVOKEVIRTUAL, pool.method(owner, "move", "(I)I"))
    code += bytes([_SWAP]) + _constant(ADDENDS["hide"])
    code += _invoke(_INVOKESPECIAL, pool.method(owner, "hide", "(I)I"))
    code += bytes([_IADD]) + _constant(ADDENDS["still"])
    code += _invoke(_INVOKESTATIC, pool.method(owner, "still", "(I)I"))
    return code + bytes([_IADD, _IRETURN])


def _start(pool: _Pool, owner: str, _method: Method) -> bytes:
    return _invoke(_INVOKESTATIC, pool.method(owner, "chain", "()I")) + bytes([_POP, _RETURN])


def _invoke(kind: int, method: int) -> bytes:
    return struct.pack(">BH", kind, method)


def _constant(number: int) -> bytes:
    return bytes([_ICONST_0 + number])


_BODIES: dict[Body, Callable[[_Pool, str, Method], bytes]] = {
    Body.ECHO: _echo,
    Body.CONSTRUCT: _construct,
    Body.CHAIN: _chain,
    Body.START: _start,
}
