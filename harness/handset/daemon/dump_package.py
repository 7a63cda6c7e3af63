"""`dumpsys package NAME`, in the shape of each API level."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from harness.handset.daemon.intent import component_name
from harness.handset.daemon.packages import Package
from harness.handset.daemon.permissions import Kind, kind

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


def package(phone: Phone, arguments: list[str]) -> list[str]:
    """The block of one package, or of every package when none is named."""
    names = [word for word in arguments if not word.startswith("-")]
    if not names:
        return ["Packages:", *(line for entry in phone.packages.table.values() for line in _block(phone, entry))]
    found = phone.packages.get(names[0])
    if found is None:
        return [f"Unable to find package: {names[0]}"]
    return [*_resolver(found), "", "Packages:", *_block(phone, found)]


def _resolver(package: Package) -> list[str]:
    launchers = [activity for activity in package.manifest.activities if activity.launcher]
    if not launchers:
        return []
    lines = ["Activity Resolver Table:", "  Non-Data Actions:", "      android.intent.action.MAIN:"]
    for activity in launchers:
        token = _hex(activity.name)
        lines.append(f"        {token} {component_name(package.name, activity.name)} filter {_hex(token)}")
        lines.append('          Action: "android.intent.action.MAIN"')
        lines.append('          Category: "android.intent.category.LAUNCHER"')
    return lines


def _block(phone: Phone, package: Package) -> list[str]:
    manifest, modern = package.manifest, phone.api >= 34
    flags = "HAS_CODE ALLOW_CLEAR_USER_DATA ALLOW_BACKUP"
    flags = ("SYSTEM " if package.system else "") + ("DEBUGGABLE " if manifest.debuggable else "") + flags
    first = f"firstInstallTime={_date(package.first_install_ms)}"
    lines = [
        f"  Package [{package.name}] ({_hex(package.name)}):",
        f"    {'appId' if modern else 'userId'}={package.app_id}",
        f"    pkg=Package{{{_hex(package.code_path)} {package.name}}}",
        f"    codePath={package.code_path}",
        f"    versionCode={manifest.version_code} minSdk={manifest.min_sdk} targetSdk={manifest.target_sdk}",
        f"    versionName={manifest.version_name}",
        "    splits=[base]",
        f"    flags=[ {flags} ]",
        f"    dataDir=/data/user/0/{package.name}",
        f"    timeStamp={_date(package.last_update_ms)}",
        *([] if modern else [f"    {first}"]),
        f"    lastUpdateTime={_date(package.last_update_ms)}",
        *([f"    installerPackageName={package.installer}"] if package.installer else []),
        f"    signatures=PackageSignatures{{{_hex(manifest.signer)} version:2, signatures:[{manifest.signer[:8]}]}}",
        "    installPermissionsFixed=true",
        f"    pkgFlags=[ {flags} ]",
    ]
    return [*lines, *_requested(package), *_user(phone, package, first if modern else None)]


def _requested(package: Package) -> list[str]:
    if not package.manifest.permissions:
        return []
    return ["    requested permissions:", *(f"      {name}" for name in package.manifest.permissions)]


def _user(phone: Phone, package: Package, first_install: str | None) -> list[str]:
    inode = "ceDataInode=1504712 deDataInode=1504713" if phone.api >= 34 else "ceDataInode=1504712"
    flags = "installed=true hidden=false suspended=false distractionFlags=0"
    state = f"stopped={_flag(package.stopped)} notLaunched={_flag(not package.launched)} enabled=0"
    lines = []
    given = [name for name in package.manifest.permissions if kind(name, phone.api) is Kind.INSTALL]
    if given:
        lines += ["    install permissions:", *(f"      {name}: granted=true" for name in given)]
    lines.append(f"    User 0: {inode} {flags} {state} instant=false virtual=false")
    if first_install:
        lines += ["      installReason=0", f"      {first_install}"]
    lines.append("      gids=[3003]")
    lines.append("      runtime permissions:")
    for name in phone.packages.runtime_permissions(package.manifest):
        marks = ["USER_SET"] if name in package.user_set else []
        marks.append("USER_SENSITIVE_WHEN_GRANTED")
        lines.append(f"        {name}: granted={_flag(name in package.granted)}, flags=[ {'|'.join(marks)}]")
    return lines


def _date(ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(ms / 1000))


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:7]


def _flag(value: bool) -> str:
    return "true" if value else "false"
