"""Files on disk to an AppBinary: one file, or the parts of a split app put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.code.contents import Part, parts_of
from harness.code.manifest import Manifest
from harness.code.sources import AllCode
from harness.model.code import AppBinary, AppPackage, Code, PackageFile
from harness.model.errors import InputError

_REMEDY = (
    "Give an APK, all APKs of a split app (or their folder), an .apks, .xapk or .apkm file, a .jar, an .aar or a .dex; "
    "`adb shell pm path PACKAGE` lists the files of an installed app."
)


def open_binary(path: Path | Sequence[Path]) -> AppBinary:
    """Read an app: one file, a folder of splits, or several files that together are one app.

    What cannot be read of it stands in `package.faults`. Raises InputError when nothing of it can be, or when the files
    are not one app's.
    """
    files: list[PackageFile] = []
    parts: list[Part] = []
    for one in _files([path] if isinstance(path, Path) else path):
        content = _bytes_of(one)
        files.append(PackageFile(name=one.name, sha256=hashlib.sha256(content).hexdigest(), size=len(content)))
        parts += parts_of(one.name, content)
    if all(part.is_empty() for part in parts):
        said = "; ".join(_faults(parts)) or f"{', '.join(one.name for one in files)}: neither classes nor a manifest"
        raise InputError(f"Nothing can be read of this: {said}", remedy=_REMEDY)
    parts.sort(key=_rank)
    code = AllCode([source for part in parts for source in part.sources])
    return AppBinary(package=_package(tuple(files), parts, code), code=code)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Folders replaced by the APKs in them."""
    if not paths:
        raise InputError("No file to read was given", remedy=_REMEDY)
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.iterdir() if one.suffix.lower() == ".apk")
        if not found:
            raise InputError(f"There is no APK in the folder {path}", remedy=_REMEDY)
        yield from found


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}", remedy=_REMEDY) from exc


def _rank(part: Part) -> tuple[bool, bool, str, str]:
    """The base first, then its splits, then the rest."""
    if part.manifest is None:
        return True, True, "", part.name
    return False, part.manifest.library, part.manifest.split, part.name


def _package(files: tuple[PackageFile, ...], parts: Sequence[Part], code: Code) -> AppPackage:
    """The base says which app it is; splits add what they have."""
    manifests = [part.manifest for part in parts if part.manifest is not None]
    base = manifests[0] if manifests else Manifest()
    named = sorted({one.package for one in manifests if not one.library})
    if len(named) > 1:
        raise InputError(f"These files are not one app's: {', '.join(named)}", remedy="Give the files of one app only.")
    components = _each_once(name for one in manifests for name in one.components)
    return AppPackage(
        files=files,
        package=base.package,
        version_name=base.version_name,
        version_code=base.version_code,
        signers=next((part.signers for part in parts if part.signers), ()),
        metadata={name: value for one in reversed(manifests) for name, value in one.metadata.items()},
        permissions=_each_once(name for one in manifests for name in one.permissions),
        components=components,
        native_libraries=_each_once(name for part in parts for name in part.libraries),
        properties={name: text for part in reversed(parts) for name, text in part.properties.items()},
        faults=(*_faults(parts), *_missing(components, code), *_differing(parts)),
    )


def _faults(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        for fault in part.faults:
            yield f"{part.name}: {fault}"


def _missing(components: Sequence[str], code: Code) -> Iterator[str]:
    """A packed app's manifest names classes that come only when it runs."""
    names = code.names()
    absent = [name for name in components if name not in names]
    if absent:
        yield (
            f"{len(absent)} of {len(components)} classes that the manifest names are not in this code ({absent[0]}): "
            "a split is missing, or the app is packed and brings its code when it runs"
        )


def _differing(parts: Iterable[Part]) -> Iterator[str]:
    if len({part.signers for part in parts if part.manifest is not None}) > 1:
        yield "its files are not signed by the same key"


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
