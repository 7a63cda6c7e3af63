"""The installed packages: their files, data folders, permissions; kept in data/system/packages.json."""

from __future__ import annotations

import base64
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.handset.daemon import files
from harness.handset.daemon.manifest import Component, Helper, InstallFailure, Manifest, system_manifest
from harness.handset.daemon.permissions import Kind, kind

_FIRST_APP_ID = 10101
_BUILT_MS = 1_230_768_000_000  # 2009-01-01: what system packages say on images without a build date
_SYSTEM = (
    ("android", "Android System", 1000),
    ("com.android.adbkeyboard", "ADB Keyboard", 10060),
    ("com.android.launcher3", "Launcher", 10061),
    ("com.android.settings", "Settings", 1000),
    ("com.android.shell", "Shell", 2000),
    ("com.android.systemui", "System UI", 10062),
    ("com.google.android.gms", "Google Play services", 10063),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One installed package. `code_path` is the folder with base.apk; times are Unix milliseconds."""

    manifest: Manifest
    code_path: str
    app_id: int
    installer: str | None
    first_install_ms: int
    last_update_ms: int
    granted: tuple[str, ...] = ()
    user_set: tuple[str, ...] = ()
    stopped: bool = True
    launched: bool = False
    system: bool = False

    @property
    def name(self) -> str:
        """The package name."""
        return self.manifest.package

    @property
    def base_apk(self) -> str:
        """The path that `pm path` prints."""
        framework = self.name == "android"
        return "/system/framework/framework-res.apk" if framework else f"{self.code_path}/base.apk"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions:
    """The options of `pm install` that change the outcome."""

    replace: bool = True
    downgrade: bool = False
    test: bool = False
    grant: bool = False
    low_target: bool = False
    installer: str | None = None


@dataclass(slots=True, kw_only=True)
class Packages:
    """What is installed. Every change is on disk before it is answered."""

    data: Path
    api: int
    table: dict[str, Package] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stored = files.load(self._file, {})
        self.table = {package.name: package for package in _system_packages(self.api)}
        self.table |= {name: _from_json(tree) for name, tree in stored.items()}

    @property
    def _file(self) -> Path:
        return self.data / "system/packages.json"

    def get(self, name: str) -> Package | None:
        """The package, or None when it is not installed."""
        return self.table.get(name)

    def data_folder(self, name: str) -> Path:
        """Where the app keeps its files."""
        return self.data / "data" / name

    def put(self, package: Package) -> Package:
        """Store a changed package."""
        self.table[package.name] = package
        self.save()
        return package

    def save(self) -> None:
        """Write the table."""
        files.save(self._file, {name: asdict(package) for name, package in self.table.items() if not package.system})

    def install(self, file: Path, manifest: Manifest, options: InstallOptions) -> Package:
        """Unpack a package that `refuse` let pass, over an older one where there is one. Its data stays."""
        old = self.table.get(manifest.package)
        code = _code_folder(self.data, manifest.package, self.api)
        _unpack(file, code)
        if old is not None:
            _remove_code(self.data, old)
        now = int(time.time() * 1000)
        package = Package(
            manifest=manifest,
            code_path="/data/" + str(code.relative_to(self.data)),
            app_id=old.app_id if old else self._next_app_id(),
            installer=options.installer or (old.installer if old else None),
            first_install_ms=old.first_install_ms if old else now,
            last_update_ms=now,
            granted=self._granted_at_install(manifest, old, everything=options.grant),
            stopped=True,
        )
        make_data_folder(self.data_folder(manifest.package))
        return self.put(package)

    def uninstall(self, name: str, *, keep_data: bool) -> None:
        """Remove a package that is installed."""
        _remove_code(self.data, self.table.pop(name))
        if not keep_data:
            shutil.rmtree(self.data_folder(name), ignore_errors=True)
        self.save()

    def clear(self, name: str) -> None:
        """Empty the data folder and take runtime permissions back."""
        package = self.table[name]
        shutil.rmtree(self.data_folder(name), ignore_errors=True)
        make_data_folder(self.data_folder(name))
        granted = self._granted_at_install(package.manifest, None, everything=False)
        self.put(replace(package, granted=granted, user_set=(), stopped=True, launched=False))

    def runtime_permissions(self, manifest: Manifest) -> list[str]:
        """The requested permissions that the user decides about."""
        return [name for name in manifest.permissions if kind(name, self.api) is Kind.RUNTIME]

    def _granted_at_install(self, manifest: Manifest, old: Package | None, *, everything: bool) -> tuple[str, ...]:
        given = {name for name in manifest.permissions if kind(name, self.api) is Kind.INSTALL}
        if everything:
            given |= set(self.runtime_permissions(manifest))
        if old is not None:
            given |= set(old.granted) & set(manifest.permissions)
        return tuple(sorted(given))

    def _next_app_id(self) -> int:
        return max([package.app_id for package in self.table.values()] + [_FIRST_APP_ID - 1]) + 1


def refuse(manifest: Manifest, old: Package | None, options: InstallOptions, *, api: int) -> None:
    """Raise InstallFailure when Android of this API level would not install it; texts as in android.md section 1.4."""
    name = manifest.package
    if manifest.min_sdk > api:
        needs = f"Requires newer sdk version #{manifest.min_sdk} (current version is #{api})"
        raise InstallFailure("INSTALL_FAILED_OLDER_SDK", f"Failed parse during installPackageLI: {name}: {needs}")
    lowest = {34: 23}.get(api, 24 if api > 34 else 0)
    if manifest.target_sdk < lowest and not options.low_target:
        detail = f"App package must target at least SDK version {lowest}, but found {manifest.target_sdk}"
        raise InstallFailure("INSTALL_FAILED_DEPRECATED_SDK_VERSION", detail)
    if manifest.test_only and not options.test:
        raise InstallFailure("INSTALL_FAILED_TEST_ONLY", "installPackageLI")
    if old is None:
        return
    if not options.replace:
        raise InstallFailure(
            "INSTALL_FAILED_ALREADY_EXISTS", f"Attempt to re-install {name} without first uninstalling."
        )
    if old.manifest.signer != manifest.signer:
        existing = f"Existing package {name} signatures do not match newer version; ignoring!"
        previous = f"Package {name} signatures do not match previously installed version; ignoring!"
        raise InstallFailure("INSTALL_FAILED_UPDATE_INCOMPATIBLE", existing if api >= 34 else previous)
    if manifest.version_code < old.manifest.version_code and not (options.downgrade and manifest.debuggable):
        codes = f"Update version code {manifest.version_code} is older than current {old.manifest.version_code}"
        raise InstallFailure("INSTALL_FAILED_VERSION_DOWNGRADE", f"Downgrade detected: {codes}" if api >= 31 else codes)


def make_data_folder(folder: Path) -> None:
    """An app's empty data folder."""
    for part in ("shared_prefs", "files", "databases", "cache", "code_cache"):
        (folder / part).mkdir(parents=True, exist_ok=True)


def _code_folder(data: Path, name: str, api: int) -> Path:
    return data / "app" / (f"~~{_token()}" if api >= 30 else "") / f"{name}-{_token()}"


def _remove_code(data: Path, package: Package) -> None:
    code = data / package.code_path.removeprefix("/data/")
    shutil.rmtree(code.parent if code.parent.name.startswith("~~") else code, ignore_errors=True)


def _unpack(file: Path, code: Path) -> None:
    code.mkdir(parents=True)
    shutil.copyfile(file, code / "base.apk")
    with zipfile.ZipFile(file) as package:
        # extract() drops drive letters, leading slashes and "..": nothing lands outside the folder
        for name in package.namelist():
            if name == "classes.jar" or name.startswith(("lib/", "assets/")):
                package.extract(name, code)


def _token() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()


def _system_packages(api: int) -> Iterable[Package]:
    for name, label, app_id in _SYSTEM:
        yield Package(
            manifest=system_manifest(name, label, api),
            code_path=f"/system/app/{label.replace(' ', '')}",
            app_id=app_id,
            installer=None,
            first_install_ms=_BUILT_MS,
            last_update_ms=_BUILT_MS,
            stopped=False,
            launched=True,
            system=True,
        )


def _from_json(tree: dict[str, Any]) -> Package:
    manifest = tree.pop("manifest")
    for key in ("activities", "services"):
        manifest[key] = tuple(Component(**component) for component in manifest[key])
    manifest["permissions"] = tuple(manifest["permissions"])
    manifest["helpers"] = tuple(Helper(**helper) for helper in manifest.get("helpers", ()))
    for key in ("granted", "user_set"):
        tree[key] = tuple(tree[key])
    return Package(manifest=Manifest(**manifest), **tree)
