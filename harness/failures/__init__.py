"""Known failures, recognised by what devices and Frida say; docs/failures.md is the table. Pure: text in, Failure out.

from harness.failures import classify
classify("error: device offline")       # Failure(row=1, name="device-offline", ...), or None for what nobody knows
"""

from harness.failures.recognise import classify

__all__ = ["classify"]
