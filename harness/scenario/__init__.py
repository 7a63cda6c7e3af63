"""Scripted scenarios: flow files in Maestro's format, read, checked and played on a device. Knows only model/ports.

    flow = load_flow(path, names=persona.env)                # InputError lists every fault of the file and its subflows
    play(flow, Stage(device=device, app=control, observer=observer, env=persona.env, secrets=persona.secrets))
    suite = load_suite(path)                                 # case header, app, flow, variants

`control` is an AppControl: run.py starts the app under Frida there. `Unhooked(device)` starts it plainly.
"""

from harness.scenario.flow import Flow, Place, Selector, Step
from harness.scenario.launch import AppControl, Launch, Unhooked, prepare
from harness.scenario.load import load_flow, read_flow
from harness.scenario.observer import Evidence, Observer, Outcome, StepEnd, StepStart, Watcher
from harness.scenario.patience import Patience
from harness.scenario.player import play
from harness.scenario.stage import Stage
from harness.scenario.suite_file import CaseWords, Suite, Variant, load_suite

__all__ = [
    "AppControl",
    "CaseWords",
    "Evidence",
    "Flow",
    "Launch",
    "Observer",
    "Outcome",
    "Patience",
    "Place",
    "Selector",
    "Stage",
    "Step",
    "StepEnd",
    "StepStart",
    "Suite",
    "Unhooked",
    "Variant",
    "Watcher",
    "load_flow",
    "load_suite",
    "play",
    "prepare",
    "read_flow",
]
