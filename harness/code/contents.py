"""What one file of an app holds: code, manifest, signers, names of libraries, small texts, and its faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.code.archive import Archive
from harness.code.classfile import MAGIC, ClassFile
from harness.code.damage import Damaged, reading
from harness.code.dexfile import DexFile
from harness.code.dextables import DexTables, dexes_in
from harness.code.manifest import Manifest, android_manifest, handset_manifest
from harness.code.signers import signers_of
from harness.code.sources import ClassFiles, Source

_ANDROID_MANIFEST, _HANDSET_MANIFEST = "AndroidManifest.xml", "handset.json"
_DEX = re.compile(r"classes(\d*)\.dex")
_CLASS = re.compile(r"(?!META-INF/)(?:.*/)?(?!module-info)[^/]+\.class")  # META-INF/versions is for newer Java only
_CLASS_JAR = re.compile(r"classes\.jar|libs?/[^/]+\.jar")
_LIBRARY = re.compile(r"(?:lib|jni)/[^/]+/([^/]+\.so)")
_LATER = re.compile(r"(?:assets|res)/.*\.(?:dex|jar|apk)")
_PROPERTIES = re.compile(r"(?!res/).*\.(?:properties|version)")
_PROPERTIES_MOST = 64 * 1024  # bytes; those with a version in them have a few lines
_APK = re.compile(r".*\.apk", re.IGNORECASE)
_SPLIT = re.compile(r"splits/.*\.apk", re.IGNORECASE)
_BUNDLE = "BundleConfig.pb"
_ZIP = b"PK"


@dataclass(slots=True)
class Part:
    """Filled while a file is read."""

    name: str
    sources: list[Source] = field(default_factory=list)
    manifest: Manifest | None = None
    signers: tuple[str, ...] = ()
    libraries: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        return self.manifest is None and not any(source.names() for source in self.sources)

    @contextmanager
    def noting(self, what: str = "") -> Iterator[None]:
        """What is damaged in here becomes a fault, and the rest is read."""
        try:
            with reading(what):
                yield
        except Damaged as exc:
            self.faults.append(str(exc))


def parts_of(name: str, content: bytes) -> list[Part]:
    """What a file holds, or each of the APKs inside it. Never raises for what the bytes say."""
    outer = Part(name)
    inner: list[Part] = []
    with outer.noting():
        if content.startswith(_ZIP):
            archive = Archive(content)
            for one in _apks_in(archive):
                with outer.noting(one):
                    inner.append(_apk(f"{name}/{one}", archive.read(one)))
            if not inner:
                _read_archive(outer, archive)
        elif content.startswith(MAGIC):
            alone = ClassFile(content)
            alone.read()
            outer.sources.append(ClassFiles([alone]))
        else:
            _read_dex(outer, content)
    return [*inner, outer] if outer.faults or not inner else inner


def _apk(name: str, content: bytes) -> Part:
    part = Part(name)
    with part.noting():
        _read_archive(part, Archive(content))
    return part


def _apks_in(archive: Archive) -> list[str]:
    """The APKs of a split set in one file; of a bundle's set not those for phones that know no splits."""
    names = archive.names()
    if {_ANDROID_MANIFEST, _HANDSET_MANIFEST} & set(names) or any(_CLASS.fullmatch(name) for name in names):
        return []
    return [name for name in names if _SPLIT.fullmatch(name)] or [name for name in names if _APK.fullmatch(name)]


def _read_archive(part: Part, archive: Archive) -> None:
    names = archive.names()
    if _BUNDLE in names:
        raise Damaged("an app bundle for the store: make APKs of it with `bundletool build-apks`")
    if _ANDROID_MANIFEST in names:
        with part.noting(_ANDROID_MANIFEST):
            part.manifest = android_manifest(archive.read(_ANDROID_MANIFEST))
        with part.noting("its signature"):
            part.signers = signers_of(archive)
    elif _HANDSET_MANIFEST in names:
        with part.noting(_HANDSET_MANIFEST):
            part.manifest = handset_manifest(archive.read(_HANDSET_MANIFEST))
    _read_code(part, archive)
    for name in names:
        if (library := _LIBRARY.fullmatch(name)) is not None:
            part.libraries.append(library[1])
        elif _PROPERTIES.fullmatch(name) and archive.size(name) <= _PROPERTIES_MOST:
            with part.noting():
                part.properties[name] = archive.read(name).decode("utf-8", "replace")
        elif _LATER.fullmatch(name):
            part.faults.append(f"{name}: not read; it is code that the app may load while it runs")


def _read_code(part: Part, archive: Archive) -> None:
    """In the order in which Android searches: classes.dex, classes2.dex ..."""
    numbered = sorted((int(found[1] or 1), name) for name in archive.names() if (found := _DEX.fullmatch(name)))
    for _, name in numbered:
        with part.noting(name):
            _read_dex(part, archive.read(name), name)
    _read_classes(part, archive)
    for name in archive.names():
        if _CLASS_JAR.fullmatch(name):
            with part.noting(name):
                _read_classes(part, Archive(archive.read(name)))


def _read_classes(part: Part, archive: Archive) -> None:
    classes: list[ClassFile] = []
    for name in archive.names():
        if _CLASS.fullmatch(name):
            with part.noting(name):
                one = ClassFile(archive.read(name))
                one.check()
                classes.append(one)
    if classes:
        part.sources.append(ClassFiles(classes))


def _read_dex(part: Part, content: bytes, name: str = "") -> None:
    for start in dexes_in(content):
        dex = DexFile(DexTables(content, start))
        part.sources.append(dex)
        part.faults += [f"{name}: {fault}" if name else fault for fault in dex.faults]
