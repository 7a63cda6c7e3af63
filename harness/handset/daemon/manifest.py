"""An app package of the handset: a zip with handset.json, classes.jar, optional lib/ and assets/ (docs/handset.md)."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{1,5}")
DEBUG_SIGNER = "2e029ef9bccdeebc62b4a7e8540e95bc3497a66b645e2c4146bb09fa9906dedf"  # SHA-256 of "debug key"


class InstallFailure(Exception):
    """`Failure [CODE: detail]`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An activity or a service; `name` is the full class name, `process` the name of the process it lives in where that
    is not the app's own."""

    name: str
    launcher: bool = False
    exported: bool = False
    process: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A native process of the app: `name` is its full process name, `host` the HOST:PORT that it talks TLS with."""

    name: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What handset.json says."""

    package: str
    label: str
    version_code: int
    version_name: str
    min_sdk: int
    target_sdk: int
    permissions: tuple[str, ...]
    activities: tuple[Component, ...]
    services: tuple[Component, ...]
    helpers: tuple[Helper, ...] = ()
    application: str | None = None
    main: str | None = None  # a main class of the app's own instead of the framework's
    test_only: bool = False
    debuggable: bool = True
    signer: str = DEBUG_SIGNER

    @property
    def launcher(self) -> str | None:
        """The full class name of the first launcher activity."""
        return next((activity.name for activity in self.activities if activity.launcher), None)


def full_name(package: str, name: str) -> str:
    """`.Main` and `Main` as `package.Main`."""
    if name.startswith("."):
        return package + name
    return name if "." in name else f"{package}.{name}"


def short_name(package: str, name: str) -> str:
    """`package.Main` as `.Main`, the way components are printed."""
    return name[len(package) :] if name.startswith(f"{package}.") else name


def read(file: Path) -> Manifest:
    """Read and check the manifest of a package file."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            text = package.read("handset.json") if "handset.json" in names else None
    except (zipfile.BadZipFile, OSError) as exc:
        raise InstallFailure("INSTALL_PARSE_FAILED_NOT_APK", f"Failed to parse {file}") from exc
    if text is None:
        why = "this is an Android package and the virtual handset runs no Android code"
        detail = why if "AndroidManifest.xml" in names else "handset.json is missing, see docs/handset.md"
        raise InstallFailure("INSTALL_PARSE_FAILED_UNEXPECTED_EXCEPTION", f"Failed to parse {file}: {detail}")
    if "classes.jar" not in names:
        raise _malformed("classes.jar is missing")
    try:
        return parse(json.loads(text))
    except json.JSONDecodeError as exc:
        raise _malformed(f"handset.json line {exc.lineno}: {exc.msg}") from exc


def parse(tree: Any) -> Manifest:
    """The manifest from handset.json's tree; raises InstallFailure that names the first wrong key."""
    if not isinstance(tree, dict):
        raise _malformed("handset.json must be an object")
    package = _typed(tree, "package", str, None)
    if not _PACKAGE.fullmatch(package):
        raise _malformed(f"package must be a name like com.example.app, not {package!r}")
    return Manifest(
        package=package,
        label=_typed(tree, "label", str, package),
        version_code=_typed(tree, "version_code", int, 1),
        version_name=_typed(tree, "version_name", str, "1.0"),
        min_sdk=_typed(tree, "min_sdk", int, 24),
        target_sdk=_typed(tree, "target_sdk", int, 34),
        permissions=tuple(_typed(tree, "permissions", list, [])),
        activities=_components(package, tree, "activities"),
        services=_components(package, tree, "services"),
        helpers=_helpers(package, tree),
        application=_class(package, tree, "application"),
        main=_class(package, tree, "main"),
        test_only=_typed(tree, "test_only", bool, False),
        debuggable=_typed(tree, "debuggable", bool, True),
        signer=_typed(tree, "signer", str, DEBUG_SIGNER),
    )


def system_manifest(name: str, label: str, api: int) -> Manifest:
    """The manifest of a package that belongs to the system; nothing of it can be started."""
    return Manifest(
        package=name,
        label=label,
        version_code=api,
        version_name=str(api),
        min_sdk=api,
        target_sdk=api,
        permissions=(),
        activities=(),
        services=(),
        debuggable=False,
    )


def _class(package: str, tree: dict[str, Any], key: str) -> str | None:
    return None if tree.get(key) is None else full_name(package, _typed(tree, key, str, ""))


def _components(package: str, tree: dict[str, Any], key: str) -> tuple[Component, ...]:
    components = []
    for entry in _typed(tree, key, list, []):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise _malformed(f"every entry of {key} must be an object with a name")
        launcher = bool(entry.get("launcher", False))
        components.append(
            Component(
                name=full_name(package, entry["name"]),
                launcher=launcher,
                exported=bool(entry.get("exported", launcher)),
                process=_process(package, entry),
            )
        )
    return tuple(components)


def _helpers(package: str, tree: dict[str, Any]) -> tuple[Helper, ...]:
    helpers = []
    for entry in _typed(tree, "helpers", list, []):
        if not isinstance(entry, dict):
            raise _malformed("every entry of helpers must be an object with a name and a host")
        name, host = (_typed(entry, key, str, None) for key in ("name", "host"))
        if not name.startswith(":") or not _ENDPOINT.fullmatch(host):
            raise _malformed("a helper has a name like :uplink and a host like api.example.org:443")
        helpers.append(Helper(name=package + name, host=host))
    return tuple(helpers)


def _process(package: str, entry: dict[str, Any]) -> str | None:
    """`:remote` as `package:remote`, as in Android's manifest."""
    name = _typed(entry, "process", str, package)
    return None if name == package else package + name if name.startswith(":") else name


def _typed(tree: dict[str, Any], key: str, kind: type, default: Any) -> Any:
    value = tree.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _malformed(f"{key} must be of type {kind.__name__}")
    return value


def _malformed(why: str) -> InstallFailure:
    return InstallFailure("INSTALL_PARSE_FAILED_MANIFEST_MALFORMED", why)
