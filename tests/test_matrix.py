"""What each of the five trackers is known to take from a phone, kind by kind: the hook files answer every cell.

The table was written down by hand from published studies and the trackers' sources, not from the hook files: a cell
names the kind of data as the table calls it, and where in a decoded payload it stands. What else a hook file knows is
none of its business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.detect import Detector
from harness.analyse.values import Tree
from harness.model.facts import PersonaValue, Source
from harness.model.hook import Layer
from harness.model.tracker import Field, Tracker
from harness.trackers import load_pack

TRACKERS = {tracker.slug: tracker for tracker in load_pack().trackers}
FIVE = ("mixpanel", "branch", "appsflyer", "facebook", "crashlytics")
MIXED = {"mixpanel"}  # the app's properties stand among the SDK's own: a row for any key would claim those too
CANARY = PersonaValue(name="FULL_NAME", category="name", value="Ann Quillfeather", source=Source.PLANTED)


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one kind of data stands. `free` are places for whatever the app passes on: a name, e-mail address or phone
    number there is found by its value, so the row may be of any category."""

    kind: str
    tracker: str
    category: str
    places: tuple[str, ...]
    free: bool = False


def at(kind: str, tracker: str, category: str, *places: str) -> Cell:
    """A place that the tracker's own code fills."""
    return Cell(kind, tracker, category, places)


def app(kind: str, tracker: str, *places: str) -> Cell:
    """A place that only the app can fill."""
    return Cell(kind, tracker, "", places, free=True)


MATRIX = (
    # who the person is
    app("name", "mixpanel", "/*/$set/Whatever", "/*/properties/Whatever"),
    at("name", "mixpanel", "name", "/*/$set/$name", "/*/$set/$first_name", "/*/$set/$last_name"),
    app("name", "branch", "/metadata/whatever", "/custom_data/whatever"),
    app("name", "appsflyer", "/customData/whatever", "/eventValue/whatever"),
    at("name", "facebook", "name", "/ud/fn", "/ud/ln"),
    app("name", "crashlytics", "/session/events/0/app/customAttributes/0/value", "/session/events/0/log/content"),
    at("e-mail", "mixpanel", "email", "/*/$set/$email"),
    at("e-mail", "branch", "user_id", "/identity", "/user_data/developer_identity"),
    at("e-mail", "appsflyer", "email", "/user_emails/plain_el_arr/0", "/user_emails/sha256_el_arr/0"),
    at("e-mail", "facebook", "email", "/ud/em"),
    app("e-mail", "crashlytics", "/session/user/identifier"),
    at("phone", "mixpanel", "phone", "/*/$set/$phone"),
    app("phone", "branch", "/metadata/whatever", "/custom_data/whatever"),
    at("phone", "appsflyer", "phone", "/phone"),
    at("phone", "facebook", "phone", "/ud/ph"),
    app("phone", "crashlytics", "/session/events/0/app/customAttributes/0/value"),
    # where the person is
    app("location", "mixpanel", "/*/properties/Whatever"),
    at("location", "mixpanel", "location", "/query/ip"),
    at("location", "branch", "location", "/content_items/0/$latitude", "/content_items/0/$longitude"),
    at("location", "appsflyer", "location", "/af_lat", "/af_long", "/loc/whatever"),
    at("private IP", "branch", "private_ip", "/local_ip", "/user_data/local_ip"),
    # what tells this phone from others
    at("carrier", "mixpanel", "carrier", "/*/properties/$carrier"),
    at("carrier", "branch", "carrier", "/device_carrier"),
    at("carrier", "appsflyer", "carrier", "/operator", "/carrier", "/cell/mcc", "/cell/mnc"),
    at("carrier", "facebook", "carrier", "/extinfo/8"),
    at("carrier", "crashlytics", "carrier", "/logRequest/0/clientInfo/androidClientInfo/mccMnc"),
    at("GAID", "branch", "advertising_id", "/google_advertising_id", "/advertising_ids/aaid", "/user_data/aaid"),
    at("GAID", "appsflyer", "advertising_id", "/advertiserId"),
    at("GAID", "facebook", "advertising_id", "/advertiser_id"),
    at("android_id", "branch", "android_id", "/hardware_id", "/user_data/android_id"),
    at("android_id", "appsflyer", "android_id", "/android_id"),
    at("IMEI", "appsflyer", "hardware_id", "/imei"),
    at("SDK ids", "mixpanel", "persistent_id", "/*/properties/distinct_id", "/*/properties/$device_id"),
    at("SDK ids", "mixpanel", "user_id", "/*/properties/$user_id"),
    at(
        "SDK ids",
        "branch",
        "persistent_id",
        "/randomized_device_token",
        "/randomized_bundle_token",
        "/anon_id",
        "/session_id",
    ),
    at("SDK ids", "branch", "persistent_id", "/device_fingerprint_id", "/identity_id"),
    at("SDK ids", "appsflyer", "persistent_id", "/uid", "/originalAppsflyerId"),
    at("SDK ids", "facebook", "persistent_id", "/anon_id", "/attribution"),
    at("SDK ids", "facebook", "user_id", "/app_user_id"),
    at("SDK ids", "crashlytics", "persistent_id", "/installationUuid", "/firebaseInstallationId", "/headers/Cookie"),
    # where the app came from
    at("install", "mixpanel", "install_time", "/0/properties/$ae_first_open"),
    at("install", "branch", "install_time", "/first_install_time", "/latest_install_time", "/install_begin_ts"),
    at("install", "appsflyer", "install_time", "/installDate", "/firstLaunchDate", "/date1", "/date2"),
    at("install", "facebook", "user_action", "/event"),
    at("install", "facebook", "referrer", "/install_referrer"),
    at("install", "crashlytics", "user_action", "/session/startedAt"),
    at("referrer", "branch", "referrer", "/clicked_referrer_ts", "/google_search_install_referrer"),
    at("installer", "branch", "installer", "/app_store"),
    at("referrer", "appsflyer", "referrer", "/referrer", "/open_referrer"),
    at("installer", "appsflyer", "installer", "/installer_package", "/af_preinstalled"),
    at("referrer", "facebook", "referrer", "/install_referrer"),
    at("installer", "facebook", "installer", "/installer_package"),
    # what the phone is
    at(
        "device", "mixpanel", "device_model", *(f"/*/properties/{key}" for key in ("$manufacturer", "$brand", "$model"))
    ),
    at("system", "mixpanel", "os_version", "/*/properties/$os_version"),
    at("screen", "mixpanel", "screen", *(f"/*/properties/$screen_{key}" for key in ("dpi", "height", "width"))),
    at("device", "branch", "device_model", "/brand", "/model"),
    at("system", "branch", "os_version", "/os_version"),
    at("screen", "branch", "screen", "/screen_dpi", "/screen_height", "/screen_width"),
    at("device", "appsflyer", "device_model", "/brand", "/model", "/device", "/product"),
    at("system", "appsflyer", "os_version", "/sdk"),
    at("screen", "appsflyer", "screen", "/deviceData/dim/x_px", "/deviceData/dim/y_px"),
    at("device", "facebook", "device_model", "/extinfo/5"),
    at("system", "facebook", "os_version", "/extinfo/4"),
    at("screen", "facebook", "screen", "/extinfo/9", "/extinfo/10", "/extinfo/11"),
    at("processor", "facebook", "cpu", "/extinfo/12"),
    at("device", "crashlytics", "device_model", "/session/device/model", "/session/device/manufacturer"),
    at("system", "crashlytics", "os_version", "/session/os/version", "/session/os/buildVersion"),
    at("device", "crashlytics", "device_model", "/logRequest/0/clientInfo/androidClientInfo/model"),
    at("build", "crashlytics", "fingerprint", "/logRequest/0/clientInfo/androidClientInfo/fingerprint"),
    at("locale", "branch", "locale", "/language", "/country", "/locale"),
    at("locale", "appsflyer", "locale", "/lang", "/lang_code", "/country"),
    at("time zone", "appsflyer", "install_time", "/installDate"),
    at("locale", "facebook", "locale", "/extinfo/6"),
    at("time zone", "facebook", "timezone", "/extinfo/7", "/extinfo/15"),
    at(
        "locale",
        "crashlytics",
        "locale",
        *(f"/logRequest/0/clientInfo/androidClientInfo/{key}" for key in ("locale", "country")),
    ),
    at("time zone", "crashlytics", "timezone", "/logRequest/0/logEvent/0/timezoneOffsetSeconds"),
    # what the phone senses
    at(
        "sensors",
        "appsflyer",
        "sensors",
        *(f"/deviceData/sensors/0/{key}" for key in ("sT", "sN", "sV", "sVS/0", "sVE/0")),
    ),
    at("sensors", "crashlytics", "sensors", "/session/events/0/device/proximityOn"),
    at("bluetooth", "mixpanel", "bluetooth", "/*/properties/$bluetooth_enabled", "/*/properties/$bluetooth_version"),
    at("bluetooth", "branch", "bluetooth", "/bluetooth", "/bluetooth_version"),
    at("battery", "appsflyer", "battery", "/deviceData/btl", "/deviceData/btch"),
    at("battery", "crashlytics", "battery", "/session/events/0/device/batteryLevel"),
    at("storage", "appsflyer", "storage", "/disk"),
    at("storage", "facebook", "storage", "/extinfo/13", "/extinfo/14"),
    at("storage", "crashlytics", "storage", "/session/device/ram", "/session/device/diskSpace"),
    at("storage", "crashlytics", "storage", *(f"/session/events/0/device/{key}" for key in ("ramUsed", "diskUsed"))),
    at("installed apps", "branch", "installed_apps", "/apps_data/0/name"),
    at("installed apps", "appsflyer", "installed_apps", "/af_sdks"),
    at("VPN", "appsflyer", "vpn", "/ivc"),
    at("emulator", "appsflyer", "rooted", "/deviceType"),
    at("root", "crashlytics", "rooted", "/session/os/jailbroken", "/session/device/simulator"),
    # what the person does
    at("user action", "mixpanel", "user_action", "/*/event"),
    at("user action", "branch", "user_action", "/name", "/customer_event_alias"),
    at("user action", "appsflyer", "user_action", "/eventName"),
    app("user action", "appsflyer", "/eventValue/whatever"),
    at(
        "user action",
        "facebook",
        "user_action",
        *(f"/custom_events/0/{key}" for key in ("_eventName", "_ui")),
    ),
    at("text of the screen", "facebook", "ui_text", "/custom_events/0/_button_text"),
    at("user action", "crashlytics", "log", "/session/events/0/log/content"),
    at("user action", "crashlytics", "user_action", "/session/events/0/type"),
)

# Fabric's Crashlytics took names and e-mail addresses in calls of their own; they are in no field of the payload.
SAID = (
    ("crashlytics", "setUserName", "name"),
    ("crashlytics", "setUserEmail", "email"),
    ("facebook", "setUserData", "email"),
    ("facebook", "setUserData", "name"),
    ("facebook", "setUserData", "phone"),
    ("appsflyer", "setPhoneNumber", "phone"),
    ("appsflyer", "setUserEmails", "email"),
)


def rows_at(tracker: Tracker, place: str) -> list[Field]:
    """The rows of a tracker's payloads, not of its calls, that stand for this place."""
    return [row for row in payload_rows(tracker) if pattern(row.path).fullmatch(place.replace("*", "0"))]


def payload_rows(tracker: Tracker) -> list[Field]:
    calls = {hook.key for hook in tracker.hooks if hook.layer is Layer.API}
    return [row for row in tracker.fields if not calls & set(row.hooks)]


def pattern(path: str) -> re.Pattern[str]:
    """A row's path, `*` being any one index or key."""
    return re.compile("/".join("[^/]+" if part == "*" else re.escape(part) for part in path.split("/")))


@pytest.mark.parametrize(
    "cell", MATRIX, ids=lambda cell: f"{cell.kind} {cell.tracker} {cell.category or 'from the app'}"
)
def test_every_cell_is_answered_by_rows_with_evidence(cell: Cell) -> None:
    tracker = TRACKERS[cell.tracker]
    unanswered = []
    for place in cell.places:
        rows = [row for row in rows_at(tracker, place) if cell.free or row.category == cell.category]
        told = rows or (cell.free and cell.tracker in MIXED)
        if not told or not all(row.evidence for row in rows):
            unanswered.append(place)
    assert unanswered == []


@pytest.mark.parametrize("place", sorted({place for cell in MATRIX if cell.free for place in cell.places}))
def test_what_the_app_passes_on_is_found_by_its_value_wherever_it_stands(place: str) -> None:
    tree: Tree = f"text by {CANARY.value}."
    for part in reversed(place.strip("/").split("/")):
        tree = [tree] if part in ("*", "0") else {part: tree}
    (hit,) = Detector([CANARY]).hits(decode(tree).leaves)
    assert hit.leaf.path == place.replace("*", "0")


@pytest.mark.parametrize(("slug", "method", "category"), SAID)
def test_what_is_hashed_or_gone_on_the_way_is_read_where_the_app_says_it(slug: str, method: str, category: str) -> None:
    tracker = TRACKERS[slug]
    keys = {hook.key for hook in tracker.hooks if hook.method == method and hook.layer is Layer.API}
    assert keys
    assert [row for row in tracker.fields if keys & set(row.hooks) and row.category == category]


def test_the_table_speaks_of_each_of_the_five() -> None:
    assert {cell.tracker for cell in MATRIX} == set(FIVE)
    assert all(cell.places for cell in MATRIX)


@pytest.mark.parametrize("slug", FIVE)
def test_every_row_of_the_five_has_evidence(slug: str) -> None:
    assert [row.path for row in TRACKERS[slug].fields if not row.evidence.strip()] == []


def test_a_place_is_answered_by_its_own_row_only() -> None:
    """The reading of paths by this test itself: a wildcard is one part, and other characters mean themselves."""
    assert pattern("/*/$set/*").fullmatch("/0/$set/x")
    assert not pattern("/*/$set/*").fullmatch("/0/$set/x/y")
    assert not pattern("/a.b").fullmatch("/axb")
