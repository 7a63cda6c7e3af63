"""`pm` and `cmd package`: outputs and exit codes of android.md section 1.4."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon import manifest, permissions
from harness.handset.daemon.call import Call, Output, illegal_argument, security_exception, take_flag, take_option
from harness.handset.daemon.packages import InstallOptions, Package, refuse

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


async def pm(phone: Phone, call: Call, out: Output) -> int:
    """Dispatch on the word after `pm`."""
    verb, *arguments = call.arguments or [""]
    command = _COMMANDS.get(verb)
    if command is None:
        out.error(f"Unknown command: {verb}" if verb else "Package manager (package) commands:")
        return 255
    return await command(phone, replace(call, argv=(verb, *arguments)), out)


async def _list(phone: Phone, call: Call, out: Output) -> int:
    what, *arguments = call.arguments or [""]
    if what not in ("package", "packages"):
        return _list_other(phone, what, out)
    take_option(arguments, "--user")
    known = ("-f", "-d", "-e", "-s", "-3", "-i", "-l", "-u", "-U", "-a", "--show-versioncode", "--apex-only")
    for word in arguments:
        if word.startswith("-") and word not in known:
            out.line(f"Error: Unknown option: {word}")
            return 255
    flags = {word for word in arguments if word.startswith("-")}
    part = next((word for word in arguments if not word.startswith("-")), "")
    for package in sorted(phone.packages.table.values(), key=lambda package: package.name):
        hidden = ("-3" in flags and package.system) or ("-s" in flags and not package.system) or "-d" in flags
        if not hidden and part in package.name:
            out.line(_listed(package, flags))
    return 0


def _listed(package: Package, flags: set[str]) -> str:
    text = "package:"
    if "-f" in flags:
        text += f"{package.base_apk}="
    text += package.name
    if "--show-versioncode" in flags:
        text += f" versionCode:{package.manifest.version_code}"
    if "-i" in flags:
        text += f"  installer={package.installer or 'null'}"
    if "-U" in flags:
        text += f" uid:{package.app_id}"
    return text


def _list_other(phone: Phone, what: str, out: Output) -> int:
    match what:
        case "users":
            out.line("Users:")
            out.line("\tUserInfo{0:Owner:4c13} running")
        case "features":
            out.line("feature:android.hardware.bluetooth")
            out.line("feature:android.hardware.sensor.accelerometer")
            out.line("feature:android.hardware.wifi")
        case "libraries":
            out.line("library:org.json")
        case _:
            out.line(f"Error: unknown list type '{what}'")
            return 255
    return 0


async def _path(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    take_option(arguments, "--user")
    package = phone.packages.get(arguments[0]) if arguments else None
    if package is None:
        return 1
    out.line(f"package:{package.base_apk}")
    return 0


async def _install(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    for name in ("--user", "--abi", "--install-location", "--pkg", "--install-reason"):
        take_option(arguments, name)
    options = InstallOptions(
        installer=take_option(arguments, "-i"),
        replace=not take_flag(arguments, "-R"),
        downgrade=take_flag(arguments, "-d"),
        test=take_flag(arguments, "-t"),
        grant=take_flag(arguments, "-g"),
        low_target=take_flag(arguments, "--bypass-low-target-sdk-block"),
    )
    paths = [call.path(word) for word in arguments if not word.startswith("-")]
    if not paths:
        out.error("Error: must either specify a package size or an APK file")
        return 1
    file = phone.outside(paths[0])
    if not file.is_file():
        out.error(f"Error: Unable to open file: {paths[0]}")
        out.error("Consider using a file under /data/local/tmp/")
        raise illegal_argument(f"Error: Can't open file: {paths[0]}")
    return await _install_file(phone, file, options, out)


async def _install_file(phone: Phone, file: Path, options: InstallOptions, out: Output) -> int:
    try:
        wanted = await asyncio.to_thread(manifest.read, file)
        refuse(wanted, phone.packages.get(wanted.package), options, api=phone.api)
        phone.processes.stop(wanted.package, why="installPackageLI")
        package = await asyncio.to_thread(phone.packages.install, file, wanted, options)
    except manifest.InstallFailure as failure:
        out.line(f"Failure [{failure}]")
        return 1
    phone.log.system("I", "PackageManager", f"Update package {package.name} code path to {package.code_path}")
    out.line("Success")
    return 0


async def _uninstall(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    take_option(arguments, "--user")
    keep = take_flag(arguments, "-k")
    name = arguments[0] if arguments else ""
    package = phone.packages.get(name)
    if package is None:
        out.line("Failure [not installed for 0]")
        return 1
    if package.system:
        out.line("Failure [DELETE_FAILED_INTERNAL_ERROR]")
        return 1
    phone.processes.stop(name, why="deletePackageX")
    await asyncio.to_thread(phone.packages.uninstall, name, keep_data=keep)
    out.line("Success")
    return 0


async def _clear(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    take_option(arguments, "--user")
    package = phone.packages.get(arguments[0]) if arguments else None
    if package is None or package.system:
        phone.log.system("W", "PackageManager", f"Invalid packageName: {arguments[0] if arguments else ''}")
        out.error("Failed")
        return 1
    phone.processes.stop(package.name, why="clear data")
    await asyncio.to_thread(phone.packages.clear, package.name)
    out.line("Success")
    return 0


async def _grant(phone: Phone, call: Call, out: Output) -> int:
    return _set_permission(phone, call, out, given=True)


async def _revoke(phone: Phone, call: Call, out: Output) -> int:
    return _set_permission(phone, call, out, given=False)


def _set_permission(phone: Phone, call: Call, out: Output, *, given: bool) -> int:
    arguments = call.arguments
    take_option(arguments, "--user")
    if len(arguments) < 2:
        out.error("Error: no permission specified" if arguments else "Error: no package specified")
        return 1
    name, permission = arguments[:2]
    package = phone.packages.get(name)
    if package is None:
        phone.log.system("E", "PermissionManager", f"Unknown package: {name}")
        return 0
    _check_changeable(package, permission, phone.api)
    if package.manifest.target_sdk < 23 or (given and permissions.hard_restricted(permission)):
        return 0
    granted = set(package.granted) | {permission} if given else set(package.granted) - {permission}
    changed = replace(package, granted=tuple(sorted(granted)), user_set=tuple(sorted({*package.user_set, permission})))
    phone.packages.put(changed)
    if not given and permission in package.granted:
        phone.processes.stop(name, why="permissions revoked")  # as Android: a revoked permission kills the app
    return 0


def _check_changeable(package: Package, permission: str, api: int) -> None:
    kind = permissions.kind(permission, api)
    if kind is None:
        raise illegal_argument(f"Unknown permission: {permission}")
    if permission not in package.manifest.permissions:
        raise security_exception(f"Package {package.name} has not requested permission {permission}")
    if kind is permissions.Kind.ROLE:
        raise security_exception(f"Permission {permission} is managed by role")
    if kind is not permissions.Kind.RUNTIME:
        wanted = f"Permission {permission} requested by {package.name} is not a changeable permission type"
        raise security_exception(wanted)


async def _resolve(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    brief = take_flag(arguments, "--brief")
    for option in ("--user", "-a", "-c", "-d", "-t", "--query-flags"):
        take_option(arguments, option)
    package = phone.packages.get(arguments[0].partition("/")[0]) if arguments else None
    launcher = package.manifest.launcher if package else None
    if package is None or launcher is None:
        out.line("No activity found")
        return 0
    out.line("priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true")
    if brief:
        out.line(f"{package.name}/{manifest.short_name(package.name, launcher)}")
    else:
        out.line("ActivityInfo:")
        out.line(f"  name={launcher}")
        out.line(f"  packageName={package.name}")
    return 0


async def _get_max_users(phone: Phone, call: Call, out: Output) -> int:
    out.line("Maximum supported users: 4")
    return 0


async def _silent(phone: Phone, call: Call, out: Output) -> int:
    return 0


_COMMANDS: dict[str, Callable[[Phone, Call, Output], Awaitable[int]]] = {
    "list": _list,
    "path": _path,
    "install": _install,
    "uninstall": _uninstall,
    "clear": _clear,
    "grant": _grant,
    "revoke": _revoke,
    "resolve-activity": _resolve,
    "get-max-users": _get_max_users,
    "reset-permissions": _silent,
    "trim-caches": _silent,
}
