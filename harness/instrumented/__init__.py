"""The app under watch: spawned with its hooks armed or attached to, its child processes with it, kept alive by pulses,
and let go with its books closed. What its code says is looked up before.

app = InstrumentedApp(package="com.example.doorbell", device=device, probe=probe, hooks=hooks, writer=run_writer)
app.launch(launch); app.check(); app.stop(package); app.close()
"""

from harness.instrumented.app import InstrumentedApp
from harness.instrumented.foresight import Foresight

__all__ = ["Foresight", "InstrumentedApp"]
