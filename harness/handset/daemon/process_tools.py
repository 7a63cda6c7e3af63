"""`pidof`, `ps`, `monkey`, `getenforce`: small tools whose Linux namesakes would answer something else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon import am
from harness.handset.daemon.call import Call, Output, take_flag, take_option

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


SELINUX = "persist.handset.selinux"


async def pidof(phone: Phone, call: Call, out: Output) -> int:
    """`pidof [-s] NAME`: exit code 1 and nothing printed when there is none."""
    names = call.arguments
    single = take_flag(names, "-s")
    found = [str(pid) for pid, name in _named(phone) if name in names]
    if not found:
        return 1
    out.line(" ".join(found[:1] if single else found))
    return 0


async def ps(phone: Phone, call: Call, out: Output) -> int:
    """`ps [-A] [-o COLUMN,...]`; everything runs as root."""
    arguments = call.arguments
    columns = (take_option(arguments, "-o") or "USER,PID,PPID,VSZ,RSS,WCHAN,ADDR,S,NAME").split(",")
    widths = {"USER": -14, "PID": 6, "PPID": 6, "VSZ": 8, "RSS": 6, "WCHAN": -16, "ADDR": 4, "S": 1}
    if not any(word.startswith("-A") or word == "-ef" for word in arguments):
        out.line("".join(_cell(column, column, widths) for column in columns).rstrip())
        return 0
    out.line("".join(_cell(column, column, widths) for column in columns).rstrip())
    for pid, name in _named(phone):
        row = {
            **dict.fromkeys(columns, "0"),
            "USER": "root",
            "S": "S",
            "PID": str(pid),
            "NAME": name,
            "PPID": str(_parent(pid)),
        }
        row |= {"ARGS": name, "CMD": name, "CMDLINE": name}
        out.line("".join(_cell(column, row[column], widths) for column in columns).rstrip())
    return 0


def _cell(column: str, text: str, widths: dict[str, int]) -> str:
    width = widths.get(column, -1)
    return f"{text:<{-width}} " if width < 0 else f"{text:>{width}} "


def _named(phone: Phone) -> list[tuple[int, str]]:
    apps = {process.pid: process.name for process in phone.processes.running()}
    rows = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            pid = int(entry.name)
            rows.append((pid, apps.get(pid) or _program(entry)))
    return sorted(row for row in rows if row[1])


def _program(entry: Path) -> str:
    """The name a process goes by: scripts by their own name, adbd not by that of the loader that starts it."""
    try:
        words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
    except OSError:
        return ""
    program = words[0] if words else ""
    name = Path(program).name
    if name.startswith("ld-linux"):
        program = words[-1]
    elif name.startswith("python3"):
        program = next((word for word in words[1:3] if word.startswith(("/system/", "/data/local/"))), program)
    return Path(program).name


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


async def monkey(phone: Phone, call: Call, out: Output) -> int:
    """`monkey -p PACKAGE -c android.intent.category.LAUNCHER 1`: starts the app, throws no events."""
    name = take_option(call.arguments, "-p") or ""
    package = phone.packages.get(name)
    if package is None or package.manifest.launcher is None:
        out.line("** No activities found to run, monkey aborted.")
        return 252
    await am.open_app(phone, package)
    out.line("Events injected: 1")
    out.line("## Network stats: elapsed time=23ms (0ms mobile, 0ms wifi, 23ms not connected)")
    return 0


async def getenforce(phone: Phone, call: Call, out: Output) -> int:
    """There is no SELinux in here; `persist.handset.selinux` may say what a phone would."""
    out.line(phone.props.get(SELINUX) or "Disabled")
    return 0


async def setenforce(phone: Phone, call: Call, out: Output) -> int:
    """`setenforce 0|1`, for root only where the shell is not; without SELinux it fails, as the real one does."""
    mode = {"0": "Permissive", "permissive": "Permissive", "1": "Enforcing", "enforcing": "Enforcing"}
    wanted = mode.get(next(iter(call.arguments), "").lower())
    if not phone.props.get(SELINUX):
        out.error("setenforce: SELinux is disabled")
        return 1
    if wanted is None:
        out.error("usage: setenforce [enforcing|permissive|1|0]")
        return 1
    if call.uid != 0 and phone.config.root != "adbd":
        out.error(f"setenforce: Couldn't set enforcing status to '{call.arguments[0]}': Permission denied")
        return 1
    phone.props.put(SELINUX, wanted)
    return 0
