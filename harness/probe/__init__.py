"""Frida: inject the agent, arm the hooks, hand on what it records. The only package that imports frida."""

from __future__ import annotations

from harness.probe.device import FridaProbe

__all__ = ["FridaProbe"]
