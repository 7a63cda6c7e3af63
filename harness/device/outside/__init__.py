"""What the device itself saw of an app, beside all hooks: bytes, host names, sensors, permissions, places.

outside = device.outside(package); outside.begin(); ...; writer.met.seen(outside.end())
"""

from harness.device.outside.watch import NOT_ASKED, Outside

__all__ = ["NOT_ASKED", "Outside"]
