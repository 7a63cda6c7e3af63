"""What the manifest of an APK, of an Android library, or of the virtual handset's own packages says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from harness.code.axml import Element, elements
from harness.code.damage import Damaged

_ANDROID = "http://schemas.android.com/apk/res/android"
_COMPONENTS = ("activity", "service", "receiver", "provider")
_HANDSET_KINDS = ("activities", "services", "receivers", "providers")
_PERMISSIONS = [("manifest", f"uses-permission{since}") for since in ("", "-sdk-23", "-sdk-m")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """As in harness.model.code.AppPackage. `split` is the name of a split APK, empty for a base; `library` tells that
    it is that of an .aar, whose package is not the app's."""

    package: str = ""
    split: str = ""
    library: bool = False
    version_name: str = ""
    version_code: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()
    components: tuple[str, ...] = ()


def android_manifest(content: bytes) -> Manifest:
    """From AndroidManifest.xml, binary or (in a library) as text."""
    is_text = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return _from(_written(content) if is_text else list(elements(content)), library=is_text)


def handset_manifest(content: bytes) -> Manifest:
    """From handset.json (docs/handset.md)."""
    tree: Any = json.loads(content)
    if not isinstance(tree, dict):
        raise Damaged("it is no object")
    package = str(tree.get("package", ""))
    named = [one.get("name") for kind in _HANDSET_KINDS for one in _list(tree, kind) if isinstance(one, dict)]
    code = tree.get("version_code")
    return Manifest(
        package=package,
        version_name=str(tree.get("version_name", "")),
        version_code=code if isinstance(code, int) else None,
        permissions=_each_once(str(one) for one in _list(tree, "permissions")),
        components=_each_once(_absolute(package, str(one)) for one in (tree.get("application"), *named) if one),
    )


def _list(tree: Mapping[str, Any], key: str) -> list[Any]:
    found = tree.get(key, [])
    if not isinstance(found, list):
        raise Damaged(f"{key} is no list")
    return found


def _from(found: list[Element], *, library: bool) -> Manifest:
    root = next((one.attributes for one in found if one.path == ("manifest",)), None)
    if root is None:
        raise Damaged("it has no <manifest>")
    package = root.get("package", "")
    return Manifest(
        package=package,
        split=root.get("split", ""),
        library=library,
        version_name=root.get("versionName", ""),
        version_code=_version_code(root),
        metadata=dict(_metadata(found)),
        permissions=_each_once(one.attributes.get("name", "") for one in found if one.path in _PERMISSIONS),
        components=_each_once(_absolute(package, name) for name in _component_names(found)),
    )


def _version_code(root: Mapping[str, str]) -> int | None:
    try:
        low, high = int(root["versionCode"], 0), int(root.get("versionCodeMajor", "0"), 0)
    except (KeyError, ValueError):
        return None
    return high << 32 | low & 0xFFFFFFFF


def _metadata(found: Iterable[Element]) -> Iterator[tuple[str, str]]:
    for one in found:
        if one.path == ("manifest", "application", "meta-data"):
            value = one.attributes.get("value", one.attributes.get("resource", ""))
            yield one.attributes.get("name", ""), value


def _component_names(found: Iterable[Element]) -> Iterator[str]:
    for one in found:
        below = one.path[2:]
        if one.path[:2] == ("manifest", "application") and (not below or (len(below) == 1 and below[0] in _COMPONENTS)):
            yield one.attributes.get("name", "")


def _absolute(package: str, name: str) -> str:
    """`.Main` and `Main` as `package.Main`."""
    if name.startswith("."):
        return package + name
    return name if "." in name or not name else f"{package}.{name}"


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _written(content: bytes) -> list[Element]:
    """The elements of XML as text."""
    found: list[Element] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        found.append(Element(tuple(path), {key.removeprefix(f"{_ANDROID} "): one for key, one in attributes.items()}))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError as exc:
        raise Damaged(str(exc)) from exc
    return found
