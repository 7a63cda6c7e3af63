"""Builds the sample app Doorbell: as it is, renamed as a shipped app is, with the mapping that undoes it, or leaky."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.handset import minify
from harness.handset.javac import HERE, compiled, framework_jar, java_below, kept, zipped
from harness.handset.root import Progress

__all__ = ["Sample", "Variant", "doorbell", "doorbell_apk", "framework_jar"]

_DOORBELL = HERE / "doorbell"
_HIDDEN = _DOORBELL / "hidden"  # classes that must not lie in classes.jar: doorbell/README.md, "The hidden class"
_HIDDEN_XOR = 0x5A
_LEAKY = _DOORBELL / "leaky"  # sources of the leaky build alone; one of the same path takes another's place
_LEAKY_VERSION = {"version_code": 3220, "version_name": "3.22.0"}
# Texts are joined by StringBuilder, as in DEX: so each constant piece of a text is a constant of its own.
_AS_IN_DEX = ("-XDstringConcat=inline",)


class Variant(StrEnum):
    """What has been done to the names in Doorbell's code, or to what it sends."""

    PLAIN = "plain"
    MINIFIED = "minified"  # everything is renamed that the SDKs' own rules and documents allow
    MINIFIED_ALL = "minified-all"  # and what they ask to keep as well, as far as it still runs
    LEAKY = "leaky"  # the next version, with something to find for whoever compares the two: doorbell/README.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A package file ready for `pm install`, and what its names were, None where they are as they were."""

    package: Path
    mapping: Path | None


def doorbell_apk(on_progress: Progress | None = None, *, variant: Variant = Variant.PLAIN) -> Path:
    """The package file of the sample app, ready for `pm install`."""
    return doorbell(on_progress, variant=variant).package


def doorbell(on_progress: Progress | None = None, *, variant: Variant = Variant.PLAIN) -> Sample:
    """The sample app; built when a source has changed, else as it was."""
    manifest = _DOORBELL / "handset.json"
    sources = _sources(variant)
    renamed = variant in (Variant.MINIFIED, Variant.MINIFIED_ALL)
    rules = _DOORBELL / "keep" / f"{variant}.txt"

    def pack(made: Path) -> bytes:
        classes = zipped(_hide(compiled(sources, class_path=(framework_jar(),), options=_AS_IN_DEX)))
        if renamed:
            classes = _minified(classes, _rules(manifest, rules), mapping=_mapping(made))
        return zipped({"handset.json": _manifest(manifest, variant), "classes.jar": classes})

    inputs = (*sources, manifest, framework_jar(on_progress), Path(__file__))
    if renamed:
        inputs = (*inputs, rules, _DOORBELL / "keep" / "app.txt", Path(minify.__file__), *minify.SOURCES)
    progress = on_progress or (lambda _: None)
    said = "compiling the sample app Doorbell" + ("" if variant is Variant.PLAIN else f", {variant}")
    name = "doorbell" if variant is Variant.PLAIN else f"doorbell-{variant}"
    package = kept(name, ".apk", inputs, pack, lambda: progress(said))
    return Sample(package=package, mapping=_mapping(package) if renamed else None)


def _sources(variant: Variant) -> tuple[Path, ...]:
    theirs = {source.relative_to(_LEAKY): source for source in java_below(_LEAKY)}
    plain = [source for source in java_below(_DOORBELL) if not source.is_relative_to(_LEAKY)]
    if variant is not Variant.LEAKY:
        return tuple(plain)
    app = _DOORBELL / "app"
    kept_ones = [each for each in plain if not each.is_relative_to(app) or each.relative_to(app) not in theirs]
    return (*kept_ones, *theirs.values())


def _manifest(manifest: Path, variant: Variant) -> bytes:
    if variant is not Variant.LEAKY:
        return manifest.read_bytes()
    return json.dumps({**json.loads(manifest.read_text()), **_LEAKY_VERSION}, indent=2).encode()


def _mapping(package: Path) -> Path:
    return package.with_name(f"{package.stem}.mapping.txt")


def _rules(manifest: Path, rules: Path) -> list[str]:
    """The variant's own, the app's, and what Android's build tools keep themselves: the manifest's components."""
    declared = json.loads(manifest.read_text())
    listed = [declared["application"], *(each["name"] for each in (*declared["activities"], *declared["services"]))]
    components = [f"{declared['package']}{name}" if name.startswith(".") else name for name in listed]
    return [*components, *(_DOORBELL / "keep" / "app.txt").read_text().splitlines(), *rules.read_text().splitlines()]


def _minified(classes: bytes, rules: list[str], *, mapping: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="harness-doorbell-") as work:
        plain, renamed = Path(work) / "plain.jar", Path(work) / "renamed.jar"
        plain.write_bytes(classes)
        written = minify.minified(plain, renamed, keep=rules)
        mapping.write_bytes(written.read_bytes())
        return renamed.read_bytes()


def _hide(classes: Mapping[str, bytes]) -> dict[str, bytes]:
    """Take each hidden class out of the jar and put it, XORed, into a zip named `a-` in its package's folder."""
    packed = dict(classes)
    for source in java_below(_HIDDEN):
        path = source.relative_to(_HIDDEN)
        scrambled = bytes(byte ^ _HIDDEN_XOR for byte in packed.pop(path.with_suffix(".class").as_posix()))
        packed[(path.parent / "a-").as_posix()] = zipped({"0": scrambled})
    return packed
