"""Packages on the device: install, describe, reset, start, stop; each verified by what the device says afterwards."""

from __future__ import annotations

import secrets
import shlex
import time
from pathlib import Path

from harness.device import replies
from harness.device.adb import Transport
from harness.device.shell import Shell
from harness.model.errors import DeviceError, InputError
from harness.model.facts import ApkFile, AppFacts

_INSTALL_TIMEOUT_S = 300.0
_STOP_TIMEOUT_S = 5.0
_LAUNCHER = "android.intent.category.LAUNCHER"

_REMEDIES = {
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE": "Another signer's copy is installed: `pm uninstall` it first.",
    "INSTALL_FAILED_VERSION_DOWNGRADE": "A newer version is installed: uninstall it first.",
    "INSTALL_FAILED_USER_RESTRICTED": "Allow 'Install via USB' in the developer options of this phone.",
    "INSTALL_FAILED_VERIFICATION_FAILURE": "Turn off 'Verify apps over USB' in the developer options, and record it.",
    "INSTALL_FAILED_NO_MATCHING_ABIS": "The package has no code for this processor: choose another device.",
    "INSTALL_FAILED_MISSING_SPLIT": "Install all split APKs of the app, not only the base.",
    "INSTALL_FAILED_OLDER_SDK": "The app needs a newer Android: choose another device.",
    "INSTALL_FAILED_DEPRECATED_SDK_VERSION": "The app is too old for this Android: choose another device.",
    "INSTALL_FAILED_INSUFFICIENT_STORAGE": "Free space on the device.",
    "INSTALL_PARSE_FAILED_NOT_APK": "The file is no app package.",
    "INSTALL_PARSE_FAILED_NO_CERTIFICATES": "The package is not signed.",
}
_NOT_APPLICABLE = ("not a changeable permission type", "has not requested permission", "Unknown permission")


def install(shell: Shell, transport: Transport, package_file: Path) -> str:
    """Push and `pm install`, permissions left as the app's own prompts would. Gives the package's name, learned from
    the file that appeared (reading it from a binary manifest would take a parser)."""
    if not package_file.is_file():
        raise InputError(f"{package_file} is not there", remedy="Give the path of an app package.")
    before = _files(shell)
    _install(shell, transport, package_file)
    new = {package for path, package in _files(shell).items() if path not in before}
    if len(new) != 1:
        raise DeviceError(
            f"{shell.serial} installed {package_file.name} but lists {len(new)} new packages",
            remedy="Let nothing else install apps on this device meanwhile.",
        )
    return new.pop()


def _files(shell: Shell) -> dict[str, str]:
    return replies.package_files(shell.run(["pm", "list", "packages", "-f"], idempotent=True).stdout)


def _install(shell: Shell, transport: Transport, package_file: Path) -> None:
    target = f"/data/local/tmp/tracker-harness-{secrets.token_hex(6)}.apk"  # two installs at once must not share a name
    transport.push(package_file, target)
    try:
        result = shell.run(["pm", "install", "-r", "-t", target], timeout_s=_INSTALL_TIMEOUT_S)
    finally:
        shell.run(["rm", "-f", target])
    refusal = replies.installed(result.stdout, result.stderr)
    if refusal is not None:
        code, detail = refusal
        raise DeviceError(
            f"{shell.serial} refuses {package_file.name}: {code or 'error'}{': ' if detail else ''}{detail}",
            remedy=_REMEDIES.get(code, "See the message; `adb logcat` may say more."),
            failure=result.failure,
        )


def app_facts(shell: Shell, package: str) -> AppFacts | None:
    """The app as installed, or None. Each file is digested on the device."""
    paths = replies.package_paths(shell.run(["pm", "path", package], idempotent=True).stdout)
    if not paths:
        return None
    dump = replies.package_dump(shell.run(["dumpsys", "package", package], idempotent=True).stdout, package)
    if dump is None:
        raise DeviceError(f"{shell.serial} has {package} but does not describe it", remedy="Restart the device.")
    return AppFacts(
        package=package,
        version_name=dump.version_name,
        version_code=dump.version_code,
        installer=dump.installer,
        signer_sha256=None,
        apks=tuple(_apk(shell, path) for path in paths),
    )


def _apk(shell: Shell, path: str) -> ApkFile:
    quoted = shlex.quote(path)
    words = shell.script(
        f"sha256sum {quoted} && stat -c %s {quoted}", timeout_s=60.0, root=True, idempotent=True
    ).stdout.split()
    if len(words) < 3 or not words[-1].isdigit():
        raise DeviceError(f"{shell.serial}: {path} cannot be digested", remedy="Check the device's root.")
    return ApkFile(path=path, sha256=words[0], size=int(words[-1]))


def reset(shell: Shell, package: str, *, rooted: bool) -> None:
    """Force-stop and `pm clear`; with root, look that no file of the app is left."""
    _require(shell, package)
    stop(shell, package)
    result = shell.run(["pm", "clear", package], timeout_s=60.0)
    if "Success" not in result.stdout:
        why = replies.threw(result.stderr) or result.stderr.strip() or result.stdout.strip() or "no answer"
        raise DeviceError(
            f"{shell.serial} does not clear {package}: {why}",
            remedy="Some phones forbid it: allow 'USB debugging (Security settings)', or reinstall the app.",
            failure=result.failure,
        )
    if rooted:
        _require_empty(shell, package)


def _require_empty(shell: Shell, package: str) -> None:
    folder = shlex.quote(f"/data/data/{package}")
    left = shell.script(f"find {folder} -type f ! -path '*/lib/*' ! -path '*/code_cache/*' 2>/dev/null", root=True)
    if left.stdout.strip():
        raise DeviceError(
            f"{shell.serial}: files of {package} survived the reset: {left.stdout.split()[0]}",
            remedy="Uninstall and install the app, or reset the device.",
        )


def start(shell: Shell, package: str) -> None:
    """Start the launcher activity, or bring it to the front."""
    _require(shell, package)
    answer = shell.run(["cmd", "package", "resolve-activity", "--brief", "-c", _LAUNCHER, package])
    activity = replies.launcher(answer.stdout)
    if activity is None:
        raise DeviceError(f"{package} has no launcher activity", remedy="Check the package's manifest.")
    result = shell.run(["am", "start", "-W", "-a", "android.intent.action.MAIN", "-c", _LAUNCHER, "-n", activity])
    why = replies.start_error(f"{result.stdout}\n{result.stderr}")
    if why is not None:
        raise DeviceError(
            f"{shell.serial} does not start {activity}: {why}",
            remedy="Unlock the device's screen and try again.",
            failure=result.failure,
        )


def stop(shell: Shell, package: str) -> None:
    """`am force-stop` (silent, also for unknown packages), until no process is left."""
    shell.run(["am", "force-stop", package], idempotent=True)
    until = time.monotonic() + _STOP_TIMEOUT_S
    while pid(shell, package) is not None:
        if time.monotonic() > until:
            raise DeviceError(f"{shell.serial}: {package} does not stop", remedy="Restart the device.")
        time.sleep(0.05)


def pid(shell: Shell, package: str) -> int | None:
    found = replies.pids(shell.run(["pidof", package], idempotent=True).stdout)
    return found[0] if found else None


def permit(shell: Shell, package: str, permission: str, *, allow: bool) -> bool:
    """Grant or revoke one run-time permission, or `all` that the app asks for; False when none applies."""
    if permission == "all":
        dump = replies.package_dump(shell.run(["dumpsys", "package", package], idempotent=True).stdout, package)
        wanted = dump.requested if dump is not None else ()
        applied = [_permit(shell, package, name, allow=allow) for name in wanted]
        return any(applied)
    return _permit(shell, package, permission, allow=allow)


def _permit(shell: Shell, package: str, permission: str, *, allow: bool) -> bool:
    result = shell.run(["pm", "grant" if allow else "revoke", package, permission])
    why = replies.threw(result.stderr)
    if why is None:
        return True
    if any(text in why for text in _NOT_APPLICABLE):
        return False
    raise DeviceError(
        f"{shell.serial} does not change {permission}: {why}",
        remedy="Some phones forbid it: allow 'USB debugging (Security settings)'.",
        failure=result.failure,
    )


def _require(shell: Shell, package: str) -> None:
    """Several commands are silent about packages that are not there."""
    if not replies.package_paths(shell.run(["pm", "path", package], idempotent=True).stdout):
        raise DeviceError(f"{package} is not installed on {shell.serial}", remedy="Install it first.")
