"""What device commands print, read as text: exit codes lie (before API 35 a failed `am start` gives 0).

Pure functions over outputs; nothing here speaks to a device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

_LINKER_NOISE = re.compile(r"^WARNING: linker.+\n?", re.MULTILINE)
_THREW = re.compile(r"(?:Security exception: |Exception occurred while executing[^\n]*\n)(?P<what>[^\n]*)")
_PROPERTY = re.compile(r"^\[(.+?)\]: \[(.*?)\]$", re.MULTILINE | re.DOTALL)
_FAILURE = re.compile(r"Failure \[(?:([A-Z_]+)(?:: (.*))?|(.*))\]", re.DOTALL)
_FOCUS = re.compile(
    r"(?:topResumedActivity=|m?ResumedActivity: |mFocusedApp=(?:AppWindowToken\{\S+ token=Token\{\S+ )?)"
    r"ActivityRecord\{\S+ u\d+ ([^/\s]+)/([^\s},]+)"
)
_WINDOW = re.compile(r"mCurrentFocus=Window\{\S+ u\d+ ([^}]+)\}")
_HUNG = "Application Not Responding: "
_ADDRESS = re.compile(r"^\d+:\s+(\S+)\s+inet (\d+\.\d+\.\d+\.\d+)/\d+", re.MULTILINE)
_PNG_END = b"IEND\xaeB`\x82"  # the last chunk's name and its check sum
_PNG = b"\x89PNG\r\n\x1a\n"


def without_noise(text: str) -> str:
    """What a command printed, without what the linker says about the device's libraries."""
    return _LINKER_NOISE.sub("", text)


def threw(text: str) -> str | None:
    """The message of the Java exception that a shell service printed (both wordings, API 29 and 30 on), or None."""
    found = _THREW.search(text)
    return found["what"].strip() if found else None


def complaint(stderr: str, exit_code: int) -> str | None:
    """What a command that is silent on success complained of, or None; exit code 0 does not mean that it did not."""
    thrown = threw(stderr)
    if thrown is not None:
        return thrown
    told = [line.strip() for line in stderr.splitlines() if line.startswith(("Error:", "cmd: Can't find service"))]
    if told:
        return " ".join(told)
    return (stderr.strip() or f"exit code {exit_code}") if exit_code else None


def properties(text: str) -> dict[str, str]:
    """`getprop` without arguments; values may contain newlines."""
    return dict(_PROPERTY.findall(text))


def setting(text: str) -> str | None:
    """`settings get`: a missing key prints `null` with exit code 0."""
    value = text.strip()
    return None if value in ("", "null") else value


def installed(stdout: str, stderr: str) -> tuple[str, str] | None:
    """What `pm install` refused: (code, detail); None when it said Success."""
    if re.search(r"^Success\b", stdout, re.MULTILINE):
        return None
    both = f"{stdout}\n{stderr}".strip()
    found = _FAILURE.search(both)
    if found is None:
        return "", threw(both) or both or "no answer"
    code, detail, other = found.groups()
    return (code, (detail or "").strip()) if code else ("", other)


def start_error(text: str) -> str | None:
    """Why `am start` did not start, or None. Warnings (brought to the front, delivered to the top) are success."""
    thrown = threw(text)
    if thrown is not None:
        return thrown
    errors = [line.strip() for line in text.splitlines() if line.startswith("Error")]
    return " ".join(errors) or None


def launcher(text: str) -> str | None:
    """`cmd package resolve-activity --brief`: the last line with a slash. The chooser of several is no answer."""
    lines = [line.strip() for line in text.splitlines() if "/" in line and " " not in line.strip()]
    return lines[-1] if lines and "ResolverActivity" not in lines[-1] else None


def focus(text: str) -> str | None:
    """`package/activity` in front, from `dumpsys window` or `dumpsys activity`; None when nothing has the focus."""
    found = _FOCUS.search(text)
    if found is None:
        return None
    package, activity = found.groups()
    return f"{package}/{package}{activity}" if activity.startswith(".") else f"{package}/{activity}"


def window_in_front(text: str) -> str | None:
    """The title behind the first `mCurrentFocus=` that is a window: `package/activity`, or a name without a slash such
    as NotificationShade. Displays without a focus say null."""
    found = _WINDOW.search(text)
    return found[1] if found else None


def hung(text: str) -> str | None:
    """Whose "isn't responding" dialog has the focus, from `dumpsys window`; None when there is none."""
    title = window_in_front(text) or ""
    return title.removeprefix(_HUNG) if title.startswith(_HUNG) else None


def pids(text: str) -> tuple[int, ...]:
    """`pidof`: nothing when there is none."""
    return tuple(int(word) for word in text.split() if word.isdigit())


def processes(text: str) -> dict[int, str]:
    """`ps -A -o PID,NAME`: pid -> name, the header left out."""
    rows = [line.split(maxsplit=1) for line in text.splitlines()]
    return {int(row[0]): row[1].strip() for row in rows if len(row) == 2 and row[0].isdigit()}


def descendants(text: str, ancestor: int) -> tuple[int, ...]:
    """`ps -A -o PID,PPID`: the children of a process and theirs, parents first."""
    rows = [line.split() for line in text.splitlines()]
    parents = {int(row[0]): int(row[1]) for row in rows if len(row) == 2 and "".join(row).isdigit()}
    found = [ancestor]
    for parent in found:  # grows while it is walked
        found += [pid for pid, its in parents.items() if its == parent and pid not in found]
    return tuple(found[1:])


def ages_ms(text: str) -> dict[int, float]:
    """`cat /proc/uptime /proc/PID/stat ...`: pid -> milliseconds since the process began. Empty when unreadable."""
    first, *stats = text.splitlines() or [""]
    uptime = first.split()[:1]
    if not uptime or not re.fullmatch(r"\d+(\.\d+)?", uptime[0]):
        return {}
    ages = {}
    for stat in stats:
        # After the command's name, which may hold blanks and brackets: starttime is the 20th field, in hundredths.
        fields = stat.rpartition(")")[2].split()
        if len(fields) > 19 and fields[19].isdigit():
            ages[int(stat.split()[0])] = float(uptime[0]) * 1000 - int(fields[19]) * 10
    return ages


def dump_error(stdout: str, stderr: str) -> str | None:
    """Why `uiautomator dump` wrote nothing (its exit code is 0 all the same), or None. Both spellings exist."""
    if "dumped to:" in stdout:
        return None
    for line in f"{stderr}\n{stdout}".splitlines():
        if line.startswith("ERROR: ") or "already registered" in line or line.strip() == "Killed":
            return line.removeprefix("ERROR: ").strip()
    return (stderr or stdout).strip() or "no answer"


def hierarchy(text: str) -> str | None:
    """The XML of `uiautomator dump`, whole, or None: a dump that was killed leaves half a file."""
    xml = text.strip()
    whole = xml.startswith("<") and xml.endswith(("</hierarchy>", "</displays>", "/>")) and "<hierarchy" in xml
    return xml if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What the field that has the focus shows: its text, its hint when it is empty, bullets when it is secret."""

    text: str
    password: bool


def focused_field(xml: str) -> Field | None:
    """The focused node of a hierarchy, or None. Line breaks come as blanks: not every writer escapes them."""
    try:
        nodes = ElementTree.fromstring(xml).iter("node")  # noqa: S314 - expat resolves no external entity
    except ElementTree.ParseError:
        return None
    found = [node for node in nodes if node.get("focused") == "true"]
    if not found:
        return None
    return Field(text=found[-1].get("text", ""), password=found[-1].get("password") == "true")


def png(raw: bytes) -> bytes | None:
    """The picture inside screencap's output: some devices print warnings before it. None also for half of one."""
    at, end = raw.find(_PNG), raw.rfind(_PNG_END)
    return raw[at : end + len(_PNG_END)] if 0 <= at < end else None


def package_names(text: str) -> tuple[str, ...]:
    """`pm list packages`, without -f: the names; its filter is a substring, so compare them whole."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("package:")]
    return tuple(line.removeprefix("package:").split()[0] for line in lines)


def package_paths(text: str) -> tuple[str, ...]:
    """`pm path`: the package's files, the base first; none when it is not installed."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("package:/")]
    return tuple(line.removeprefix("package:") for line in lines)


def package_files(text: str) -> dict[str, str]:
    """`pm list packages -f`: base file -> package. Every install gives the package a new folder."""
    lines = [line.strip().removeprefix("package:") for line in text.splitlines() if line.startswith("package:/")]
    return {path: package for path, _, package in (line.rpartition("=") for line in lines) if path}


def addresses(text: str) -> dict[str, str]:
    """`ip -o -4 addr`: interface -> address, loopback left out."""
    return {name: address for name, address in _ADDRESS.findall(text) if name != "lo"}


def preference(xml: str, name: str) -> str | None:
    """One string of a shared_prefs file, such as the advertising id; None when absent or unreadable."""
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - expat with no external entities, from the device under test
    except ElementTree.ParseError:
        return None
    found = next((node for node in root.iter("string") if node.get("name") == name), None)
    return found.text if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDump:
    """The parts of `dumpsys package` that a report needs."""

    version_name: str
    version_code: int
    min_sdk: int | None
    target_sdk: int | None
    installer: str | None
    requested: tuple[str, ...] = ()
    granted: frozenset[str] = field(default_factory=frozenset)


def package_dump(text: str, package: str) -> PackageDump | None:
    """The first `Package [...]` block; it repeats for updated system apps. None when the package is unknown."""
    block = re.search(
        rf"^\s*Package \[{re.escape(package)}\] \(.*?(?=^\s*Package \[|\Z)", text, re.MULTILINE | re.DOTALL
    )
    if block is None:
        return None
    body = block.group()
    version = re.search(r"versionCode=(\d+)(?: minSdk=(\d+))?(?: targetSdk=(\d+))?", body)
    code, least, target = version.groups() if version else ("0", None, None)
    installer = _word(body, r"installerPackageName=(\S+)")
    return PackageDump(
        version_name=_word(body, r"versionName=(.+)") or "",
        version_code=int(code),
        min_sdk=int(least) if least else None,
        target_sdk=int(target) if target else None,
        installer=None if installer in (None, "null") else installer,
        requested=tuple(_section(body, "requested permissions")),
        granted=frozenset(re.findall(r"^\s+(\S+): granted=true", body, re.MULTILINE)),
    )


def _word(text: str, pattern: str) -> str | None:
    found = re.search(pattern, text)
    return found.group(1).strip() if found else None


def _section(body: str, title: str) -> list[str]:
    """The indented lines below `title:`, up to the next title; `name: restricted=true` gives the name."""
    names: list[str] = []
    inside = False
    for line in body.splitlines():
        if inside and (line.strip().endswith(":") or not re.match(r"\s+[\w.]+(: .*)?$", line)):
            break
        if inside:
            names.append(line.strip().split(":")[0])
        inside = inside or line.strip() == f"{title}:"
    return names
