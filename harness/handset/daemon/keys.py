"""Key codes, and what the system does with a key before an app sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.call import illegal_argument

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

HOME, BACK, POWER, MENU, SLEEP, WAKEUP = 3, 4, 26, 82, 223, 224
_KEPT_BY_SYSTEM = (5, 6, 24, 25, 27, 164, 187, 231)  # call, volume, camera, mute, recent apps, assistant
_CODES = {
    "UNKNOWN": 0,
    "HOME": HOME,
    "BACK": BACK,
    "DPAD_UP": 19,
    "DPAD_DOWN": 20,
    "DPAD_LEFT": 21,
    "DPAD_RIGHT": 22,
    "DPAD_CENTER": 23,
    "VOLUME_UP": 24,
    "VOLUME_DOWN": 25,
    "POWER": POWER,
    "TAB": 61,
    "SPACE": 62,
    "ENTER": 66,
    "DEL": 67,
    "MENU": MENU,
    "PAGE_UP": 92,
    "PAGE_DOWN": 93,
    "ESCAPE": 111,
    "FORWARD_DEL": 112,
    "MOVE_HOME": 122,
    "MOVE_END": 123,
    "APP_SWITCH": 187,
    "SLEEP": SLEEP,
    "WAKEUP": WAKEUP,
    "PASTE": 279,
}


def code(word: str) -> int:
    """The number of `66`, `KEYCODE_ENTER` or `ENTER`; UNKNOWN for a name that is none."""
    if word.isdecimal():
        return int(word)
    name = word.removeprefix("KEYCODE_")
    if not name.isidentifier():
        raise illegal_argument(f"Invalid arguments for command: keyevent {word}")
    return _CODES.get(name, 0)


async def press(phone: Phone, number: int, *, long: bool) -> None:
    """One key. HOME, POWER, SLEEP, WAKEUP and MENU on the keyguard are the system's; the rest is the app's."""
    screen = phone.screen
    match number:
        case 3:
            screen.go_home()
        case 26 if not long:
            screen.sleep() if screen.interactive else screen.wake()
        case 223:
            screen.sleep()
        case 224:
            screen.wake()
        case 82 if screen.locked:
            screen.unlock()
        case 66 if screen.locked:
            screen.entered()
        case _ if number not in (POWER, *_KEPT_BY_SYSTEM):
            seen = screen.seen()
            if seen is not None:
                seen.send("key", code=number, long=long)
                await phone.processes.settled(seen)
            return
    for link in list(screen.order):
        await phone.processes.settled(link)
