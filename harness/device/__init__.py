"""The ADB side: find a device, ask it things, act on its screen. The only door to adbutils.

from harness.device import devices, open_device, plant
for line in devices(): ...                                   # serial, state, model, sdk, profile
device = open_device("127.0.0.1:6601", journal=writer.add_command)
device.facts(); device.identifiers(); device.install(path); device.reset(package)
with device.proxy("127.0.0.1:8080"): ...
persona = plant(seed=run_id)                                 # .values, .env, .secrets
"""

from harness.device.android import AndroidDevice
from harness.device.connect import Listing, devices, open_device
from harness.device.persona import Persona, device_values, plant
from harness.device.profile import Profile, load_profile, load_profiles

__all__ = [
    "AndroidDevice",
    "Listing",
    "Persona",
    "Profile",
    "device_values",
    "devices",
    "load_profile",
    "load_profiles",
    "open_device",
    "plant",
]
