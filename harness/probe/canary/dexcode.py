"""The canary's methods as Dalvik byte code, in 16 bit units (source.android.com: Dalvik bytecode)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.probe.canary.dexids import Ids
from harness.probe.canary.shape import ADDENDS, ROOT, Access, Body, Method

_MOVE_RESULT, _RETURN_VOID, _RETURN, _CONST_4, _NEW_INSTANCE = 0x0A, 0x0E, 0x0F, 0x12, 0x22
_INVOKE_VIRTUAL, _INVOKE_DIRECT, _INVOKE_STATIC, _ADD_INT_2ADDR = 0x6E, 0x70, 0x71, 0xB0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """`ins` registers, the last ones, hold the arguments; `outs` are needed for those of calls."""

    registers: int
    ins: int
    outs: int
    units: tuple[int, ...]


def code_of(ids: Ids, owner: str, method: Method) -> Code:
    return _BODIES[method.body](ids, owner, method)


def _echo(_ids: Ids, _owner: str, method: Method) -> Code:
    ins = 1 if method.access & Access.STATIC else 2
    return Code(registers=ins, ins=ins, outs=0, units=(_unit(_RETURN, ins - 1),))


def _construct(ids: Ids, _owner: str, _method: Method) -> Code:
    call = _invoke(_INVOKE_DIRECT, ids.method(ROOT, "<init>", "()V"), 0)
    return Code(registers=1, ins=1, outs=1, units=(*call, _RETURN_VOID))


def _chain(ids: Ids, owner: str, _method: Method) -> Code:
    """Register 0 is the sum, 1 the next argument and its result, 2 the object."""
    units = (
        _const(0, ADDENDS["still"]),
        *_invoke(_INVOKE_STATIC, ids.method(owner, "still", "(I)I"), 0),
        _unit(_MOVE_RESULT, 0),
        _unit(_NEW_INSTANCE, 2),
        ids.type_of(owner),
        *_invoke(_INVOKE_DIRECT, ids.method(owner, "<init>", "()V"), 2),
        _const(1, ADDENDS["move"]),
        *_invoke(_INVOKE_VIRTUAL, ids.method(owner, "move", "(I)I"), 2, 1),
        _unit(_MOVE_RESULT, 1),
        _unit(_ADD_INT_2ADDR, 1 << 4),
        _const(1, ADDENDS["hide"]),
        *_invoke(_INVOKE_DIRECT, ids.method(owner, "hide", "(I)I"), 2, 1),
        _unit(_MOVE_RESULT, 1),
        _unit(_ADD_INT_2ADDR, 1 << 4),
        _unit(_RETURN, 0),
    )
    return Code(registers=3, ins=0, outs=2, units=units)


def _start(ids: Ids, owner: str, _method: Method) -> Code:
    call = _invoke(_INVOKE_STATIC, ids.method(owner, "chain", "()I"))
    return Code(registers=0, ins=0, outs=0, units=(*call, _RETURN_VOID))


def _unit(operation: int, operand: int) -> int:
    return operand << 8 | operation


def _const(register: int, number: int) -> int:
    return _unit(_CONST_4, number << 4 | register)


def _invoke(operation: int, method: int, *registers: int) -> tuple[int, int, int]:
    """Format 35c: number of arguments, method, the arguments' registers, four bits each."""
    packed = sum(register << 4 * place for place, register in enumerate(registers))
    return _unit(operation, len(registers) << 4), method, packed


_BODIES: dict[Body, Callable[[Ids, str, Method], Code]] = {
    Body.ECHO: _echo,
    Body.CONSTRUCT: _construct,
    Body.CHAIN: _chain,
    Body.START: _start,
}
