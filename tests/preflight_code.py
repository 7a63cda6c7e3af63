"""An app's code written down in a test: a small Code, and hooks with what the test does not care about filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from harness.model.code import AppBinary, AppPackage, ClassCode, MethodCode, PackageFile
from harness.model.hook import Hook, Layer
from harness.model.preflight import HookForecast, Preflight
from harness.model.tracker import Pack, Tracker

STRING, JSON, MAP = "java.lang.String", "org.json.JSONObject", "java.util.Map"
CLIENT = "com.acme.Client"


class WrittenCode:
    """Classes held in memory."""

    def __init__(self, classes: Iterable[ClassCode]) -> None:
        self._classes = {one.name: one for one in classes}

    def names(self) -> Collection[str]:
        return self._classes.keys()

    def find(self, name: str) -> ClassCode | None:
        return self._classes.get(name)

    def loading(self, strings: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {
            string: tuple(
                one.name for one in self._classes.values() if any(string in method.strings for method in one.methods)
            )
            for string in strings
        }

    def subtypes(self, name: str) -> tuple[str, ...]:
        direct = [one.name for one in self._classes.values() if name in (one.parent, *one.interfaces)]
        return tuple(dict.fromkeys([*direct, *(below for one in direct for below in self.subtypes(one))]))


def method(name: str, *parameters: str, returns: str = "void", **more: Any) -> MethodCode:
    return MethodCode(name=name, parameters=parameters, returns=returns, **more)


def a_class(name: str, *methods: MethodCode, **more: Any) -> ClassCode:
    return ClassCode(name=name, methods=methods, **more)


def app(*classes: ClassCode, **more: Any) -> AppBinary:
    package = AppPackage(files=(PackageFile(name="app.apk", sha256="0" * 64, size=1),), **more)
    return AppBinary(package=package, code=WrittenCode(classes))


def a_hook(class_name: str, name: str, *parameters: str, **more: Any) -> Hook:
    kind = more.pop("kind", "api")
    return Hook(
        key=f"acme/{kind}/{class_name}.{name}({','.join(parameters)})",
        tracker="acme",
        layer=Layer.ENCODE if kind == "encode" else Layer.API,
        class_name=class_name,
        method=name,
        parameters=parameters,
        **more,
    )


def a_tracker(*hooks: Hook, **more: Any) -> Tracker:
    told: dict[str, Any] = {"code": ("com.acme.",), "hosts": (), "sdk_versions": "1.0 to 3.2", **more}
    return Tracker(slug="acme", name="Acme", legal_entity="Acme Ltd.", country="US", hooks=hooks, **told)


def a_pack(*hooks: Hook, platform: tuple[Hook, ...] = (), **more: Any) -> Pack:
    return Pack(trackers=(a_tracker(*hooks, **more),), platform=platform, sha256="0" * 64)


def only(found: Preflight) -> HookForecast:
    (row,) = found.hooks
    return row
