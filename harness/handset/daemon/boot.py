"""How far the system has come up: which services there are yet, and whether the user has unlocked since."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, ShellException
from harness.handset.daemon.fault_rows import spoken

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


class Stage(StrEnum):
    """In the order of a boot."""

    ADBD = "adbd"  # nothing but adbd, properties and the log
    PACKAGES = "packages"  # services are there, the settings provider is not
    LOCKED = "locked"  # booted; nobody has unlocked yet, so apps cannot start
    DONE = "done"


_EARLY = ("getprop", "setprop", "logcat", "ps", "pidof", "getenforce", "setenforce", "handset", "ip")
_SERVICES = {"pm": "package", "am": "activity", "wm": "window", "uiautomator": "uimode", "screencap": "SurfaceFlinger"}
_PROVIDERS = "Cannot access system provider: 'settings' before system providers are installed!"


class Boot:
    """The stage; `refused` is asked before each command."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self.stage = Stage.DONE

    def reach(self, stage: Stage) -> None:
        """Be at this stage, with the properties that tell so."""
        self.stage = stage
        up = stage in (Stage.LOCKED, Stage.DONE)
        for name in ("sys.boot_completed", "dev.bootcomplete"):
            self._phone.props.put(name, "1" if up else "")
        self._phone.props.put("init.svc.bootanim", "stopped" if up else "running")
        if stage is Stage.LOCKED:
            self._phone.screen.sleep()
            self._phone.screen.wake()

    def go_on(self, pause_s: float) -> None:
        """From the stage that it is at, one after the other; nobody needs to unlock."""
        stages = list(Stage)
        later = [stage for stage in stages[stages.index(self.stage) + 1 :] if stage is not Stage.LOCKED]
        for number, stage in enumerate(later, 1):
            asyncio.get_running_loop().call_later(number * pause_s, self.reach, stage)

    def refused(self, call: Call, out: Output) -> int | None:
        """The exit code of a command that finds no service yet; None where it can be carried out."""
        if self.stage is Stage.DONE:
            return None
        words = spoken(call.argv)
        if self.stage is Stage.ADBD and words[0] not in _EARLY:
            out.error(f"cmd: Can't find service: {_SERVICES.get(words[0], words[0])}")
            return 20
        if self.stage is Stage.PACKAGES and (words[0] == "settings" or words[:2] == ("pm", "install")):
            raise ShellException("java.lang.IllegalStateException", _PROVIDERS)
        if self.stage is Stage.LOCKED and not self._phone.screen.locked:
            self.stage = Stage.DONE
        elif self.stage is Stage.LOCKED and words[0] == "am" and words[1:2] in (("start",), ("start-activity",)):
            return self._not_unlocked(call, out)
        return None

    def _not_unlocked(self, call: Call, out: Output) -> int:
        # What direct boot hides does not exist, as far as the activity manager says.
        component = next((word for word in call.argv if "/" in word), "")
        say = out.line if "-W" in call.argv else out.error
        say("Error type 3")
        say(f"Error: Activity class {{{component}}} does not exist.")
        return 1 if self._phone.api >= 35 else 0
