"""What apps may ask on their second connection: the part that Binder calls play on Android."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harness.handset.daemon import dumpsys, identity
from harness.handset.daemon.sensors import SENSORS
from harness.handset.daemon.settings import NAMESPACES
from harness.handset.daemon.window import DENSITY, HEIGHT, WIDTH

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


def answer(phone: Phone, question: dict[str, Any]) -> dict[str, Any]:
    """The answer message; `value` is null for what is not known, and an `id` of the question comes back."""
    what, key = str(question.get("what", "")), str(question.get("key") or "")
    known = _QUERIES.get(what)
    reply = {"type": "answer", "what": what, "key": key, "value": known(phone, key) if known else None}
    return {**reply, "id": question["id"]} if "id" in question else reply


def _getprop(phone: Phone, key: str) -> str:
    return phone.props.get(key)


def _setting(phone: Phone, key: str) -> str | None:
    namespace, _, name = key.partition("/")
    return phone.settings.get(namespace, name) if namespace in NAMESPACES else None


def _sensors(phone: Phone, key: str) -> list[dict[str, Any]]:
    return [asdict(sensor) for sensor in SENSORS]


def _installer(phone: Phone, key: str) -> str | None:
    package = phone.packages.get(key)
    return package.installer if package else None


def _package(phone: Phone, key: str) -> dict[str, Any] | None:
    package = phone.packages.get(key)
    if package is None:
        return None
    return {
        **asdict(package.manifest),
        "path": package.code_path,
        "data_dir": f"/data/data/{package.name}",
        "uid": package.app_id,
        "installer": package.installer,
        "granted": list(package.granted),
        "first_install_time": package.first_install_ms,
        "last_update_time": package.last_update_ms,
    }


def _packages(phone: Phone, key: str) -> list[str]:
    return sorted(phone.packages.table)


def _battery(phone: Phone, key: str) -> dict[str, Any]:
    return dict(dumpsys.battery(phone))


def _display(phone: Phone, key: str) -> dict[str, Any]:
    state = {"interactive": phone.screen.interactive, "locked": phone.screen.locked}
    return {"width": WIDTH, "height": HEIGHT, "density": DENSITY, **state}


def _advertising_id(phone: Phone, key: str) -> dict[str, Any]:
    value, limited = identity.advertising_id(phone.data)
    return {"id": value, "limit_ad_tracking": limited}


_QUERIES: dict[str, Callable[[Phone, str], Any]] = {
    "advertising_id": _advertising_id,
    "battery": _battery,
    "display": _display,
    "getprop": _getprop,
    "installer": _installer,
    "package": _package,
    "packages": _packages,
    "sensors": _sensors,
    "setting": _setting,
}
