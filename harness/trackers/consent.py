"""What a method of the `consent:` part says when it is called."""

from __future__ import annotations

from harness.model.hook import Hook
from harness.model.tracker import ConsentSwitch, Effect
from harness.trackers.finding import child
from harness.trackers.sheet import Sheet, one_of
from harness.yamlmarks import Node

CONSENT_KEYS = ("effect", "opts_out_when", "argument")
_EFFECTS = tuple(Effect)


def read_switches(sheet: Sheet, node: Node, hooks: tuple[Hook, ...]) -> tuple[ConsentSwitch, ...]:
    """One switch for each overload of the method."""
    text = sheet.text(node, "effect", required=True, check=one_of(_EFFECTS))
    effect = Effect(text) if text in _EFFECTS else Effect.SWITCH
    if effect is Effect.SWITCH and child(node, "opts_out_when") is None:
        sheet.wrong(node, "'opts_out_when' is missing", "Say which boolean argument means no: true or false.")
    when = sheet.flag(node, "opts_out_when", default=False) if effect is Effect.SWITCH else None
    argument = sheet.number(node, "argument", default=0)
    return tuple(ConsentSwitch(hook=hook.key, effect=effect, opts_out_when=when, argument=argument) for hook in hooks)


def no_switch_keys(sheet: Sheet, node: Node) -> None:
    """Outside `consent:` nothing is a switch."""
    for key in CONSENT_KEYS:
        where = child(node, key)
        if where is not None:
            sheet.wrong(where, f"{key!r} says what a consent switch does", "Move it to `consent:`.")
