"""Packages: manifests against apkInspector, signers against keytool and openssl, splits, libraries, damage."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from apkInspector.axml import get_manifest

from harness.code import open_binary
from harness.model.code import AppPackage
from harness.model.errors import InputError
from tests.code_fixtures.axml import Element, Reference, axml, element
from tests.code_fixtures.dex import Class, Load, Method, dex
from tests.code_fixtures.signing import V2, V3, V31, certificate, fingerprint, jarsigned, signers, with_blocks

ANDROID = "{http://schemas.android.com/apk/res/android}"
NO_OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
NO_JDK = pytest.mark.skipif(shutil.which("jarsigner") is None, reason="no JDK on this machine")


def manifest(*more: Element, **attributes: str | int) -> Element:
    application = element(
        "application",
        element("meta-data", android_name="com.example.AutoLog", android_value=False),
        element("meta-data", android_name="com.example.Id", android_value="1234"),
        element("meta-data", android_name="com.example.Limit", android_value=-5),
        element("meta-data", android_name="com.example.Key", android_value=Reference(0x7F0B0012)),
        element("meta-data", android_name="com.example.Icon", android_resource=Reference(0x7F020001)),
        element(
            "activity",
            element("meta-data", android_name="of.the.activity", android_value="no"),
            element("intent-filter", element("action", android_name="android.intent.action.MAIN")),
            android_name=".Main",
        ),
        element("activity-alias", android_name=".Alias"),
        element("service", android_name="Sync"),
        element("receiver", android_name="com.other.Receiver"),
        element("provider", android_name="com.example.app.Files"),
        android_name=".App",
    )
    named = {"package": "com.example.app", "android_versionCode": 7, "android_versionName": "1.2", **attributes}
    return element(
        "manifest",
        element("uses-permission", android_name="android.permission.INTERNET"),
        element("uses-permission-sdk-23", android_name="android.permission.CAMERA"),
        element("permission", android_name="of.its.own"),
        application,
        *more,
        **named,
    )


COMPONENTS = ("App", "Main", "Sync", "Files")
CODE = dex(*(Class(f"Lcom/example/app/{name};") for name in COMPONENTS), Class("Lcom/other/Receiver;"))


def zipped(entries: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


def apk(**entries: bytes) -> bytes:
    return zipped({"AndroidManifest.xml": axml(manifest()), "classes.dex": CODE} | entries)


def package(tmp_path: Path, content: bytes, name: str = "app.apk") -> AppPackage:
    file = tmp_path / name
    file.write_bytes(content)
    return open_binary(file).package


@pytest.mark.parametrize(("utf8", "hide_names"), [(False, False), (True, False), (False, True), (True, True)])
def test_the_manifest_is_read_however_it_is_written(tmp_path: Path, utf8: bool, hide_names: bool) -> None:
    written = axml(manifest(), utf8=utf8, hide_names=hide_names)
    read = package(tmp_path, apk(**{"AndroidManifest.xml": written}))
    assert (read.package, read.version_name, read.version_code) == ("com.example.app", "1.2", 7)
    assert read.metadata == {
        "com.example.AutoLog": "false",
        "com.example.Id": "1234",
        "com.example.Limit": "-5",
        "com.example.Key": "@0x7f0b0012",
        "com.example.Icon": "@0x7f020001",
    }
    assert read.permissions == ("android.permission.INTERNET", "android.permission.CAMERA")
    assert read.components == (
        "com.example.app.App",
        "com.example.app.Main",
        "com.example.app.Sync",
        "com.other.Receiver",
        "com.example.app.Files",
    )
    assert read.faults == ()


def test_the_fixture_is_what_apkinspector_reads() -> None:
    told = ElementTree.fromstring(get_manifest(io.BytesIO(axml(manifest()))))
    assert told.attrib["package"] == "com.example.app"
    assert told.attrib[f"{ANDROID}versionCode"] == "7"
    values = {one.attrib[f"{ANDROID}name"]: one.attrib.get(f"{ANDROID}value") for one in told.iter("meta-data")}
    assert values["com.example.Id"] == "1234"
    assert values["com.example.AutoLog"] == "false"
    assert values["com.example.Key"] == f"@{0x7F0B0012}"
    assert told.findall("./application/service")[0].attrib[f"{ANDROID}name"] == "Sync"


def test_a_long_version_code_is_put_together(tmp_path: Path) -> None:
    written = axml(manifest(android_versionCode=-2, android_versionCodeMajor=3))
    assert package(tmp_path, apk(**{"AndroidManifest.xml": written})).version_code == 3 * 2**32 + 2**32 - 2


def test_files_are_named_with_their_digests(tmp_path: Path) -> None:
    content = apk()
    (told,) = package(tmp_path, content).files
    assert (told.name, told.size, told.sha256) == ("app.apk", len(content), hashlib.sha256(content).hexdigest())


def test_native_libraries_and_small_texts_are_listed(tmp_path: Path) -> None:
    read = package(
        tmp_path,
        apk(
            **{
                "lib/arm64-v8a/libone.so": b"\x7fELF",
                "lib/x86/libone.so": b"\x7fELF",
                "lib/x86/libtwo.so": b"\x7fELF",
                "analytics.properties": b"version=17.2.1\n",
                "META-INF/androidx.core.version": b"1.9.0\n",
                "res/raw/no.properties": b"version=0",
                "large.properties": bytes(70_000),
            }
        ),
    )
    assert read.native_libraries == ("libone.so", "libtwo.so")
    assert read.properties == {"analytics.properties": "version=17.2.1\n", "META-INF/androidx.core.version": "1.9.0\n"}


def test_code_that_may_be_loaded_later_is_named(tmp_path: Path) -> None:
    (fault,) = package(tmp_path, apk(**{"assets/extra.dex": CODE})).faults
    assert "assets/extra.dex" in fault


def test_a_packed_app_is_told_by_the_classes_that_it_lacks(tmp_path: Path) -> None:
    (fault,) = package(tmp_path, apk(**{"classes.dex": dex(Class("Lcom/example/app/App;"))})).faults
    assert "4 of 5 classes" in fault
    assert "packed" in fault


def test_of_several_dex_files_the_first_definition_counts(tmp_path: Path) -> None:
    def told(text: str) -> Class:
        return Class("LX;", methods=(Method("m", code=(Load(text),)),))

    file = tmp_path / "app.apk"
    dexes = {"classes10.dex": dex(told("tenth")), "classes2.dex": dex(told("second"), Class("LY;", parent="LX;"))}
    file.write_bytes(apk(**dexes))
    code = open_binary(file).code
    found = code.find("X")
    assert found is not None
    assert found.methods[0].strings == ("second",)
    assert code.loading(["second", "tenth"]) == {"second": ("X",), "tenth": ()}
    assert code.subtypes("X") == ("Y",)


@NO_JDK
@pytest.mark.parametrize("algorithm", ["RSA", "EC", "DSA"])
def test_the_signer_of_scheme_1_is_the_one_that_keytool_tells(tmp_path: Path, algorithm: str) -> None:
    file = tmp_path / "app.apk"
    file.write_bytes(apk())
    expected = jarsigned(file, tmp_path, algorithm=algorithm)
    assert open_binary(file).package.signers == (expected,)


@NO_OPENSSL
def test_the_newest_scheme_says_who_signed(tmp_path: Path) -> None:
    one, two, three = (certificate(tmp_path, name) for name in ("one", "two", "three"))
    blocks = {V2: signers(one), V3: signers(two, v3=True), V31: signers(three, v3=True), 0x42726577: bytes(20)}
    for newest, expected in ((V31, three), (V3, two), (V2, one)):
        assert package(tmp_path, with_blocks(apk(), blocks)).signers == (fingerprint(expected),)
        del blocks[newest]
    assert package(tmp_path, with_blocks(apk(), blocks)).signers == ()


@NO_OPENSSL
def test_every_signer_is_told(tmp_path: Path) -> None:
    both = [certificate(tmp_path, name) for name in ("one", "two")]
    signed = with_blocks(apk(), {V2: signers(*both)})
    assert package(tmp_path, signed).signers == tuple(map(fingerprint, both))


def test_a_damaged_signature_is_a_fault(tmp_path: Path) -> None:
    read = package(tmp_path, with_blocks(apk(), {V2: b"\xff\xff\xff\x7fx"}))
    assert read.signers == ()
    assert "signature" in read.faults[0]
    assert read.package == "com.example.app"


def splits() -> dict[str, bytes]:
    config = element("manifest", package="com.example.app", split="config.arm64_v8a", android_versionCode=7)
    feature = manifest(split="camera")
    return {
        "split_camera.apk": zipped({"AndroidManifest.xml": axml(feature), "classes.dex": dex(Class("LCamera;"))}),
        "split_config.arm64_v8a.apk": zipped({"AndroidManifest.xml": axml(config), "lib/arm64-v8a/liba.so": b""}),
        "base.apk": apk(),
    }


@pytest.mark.parametrize("kind", ["several", "folder", "xapk", "apks"])
def test_a_split_app_is_one_app(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "splits"
    folder.mkdir()
    for name, content in splits().items():
        (folder / name).write_bytes(content)
    whole = tmp_path / f"app.{kind}"
    inside = {f"splits/{name}": content for name, content in splits().items()} if kind == "apks" else splits()
    whole.write_bytes(zipped({"icon.png": b"x", "standalones/all.apk" if kind == "apks" else "x.json": b"x"} | inside))
    binary = open_binary(sorted(folder.iterdir()) if kind == "several" else folder if kind == "folder" else whole)
    assert (binary.package.package, binary.package.version_name) == ("com.example.app", "1.2")
    assert binary.package.native_libraries == ("liba.so",)
    assert set(binary.code.names()) > {"Camera", "com.example.app.App"}
    assert len(binary.package.files) == (3 if kind in ("several", "folder") else 1)
    assert binary.package.faults == ()


def test_files_of_two_apps_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.apk").write_bytes(apk())
    (tmp_path / "b.apk").write_bytes(apk(**{"AndroidManifest.xml": axml(element("manifest", package="com.other"))}))
    with pytest.raises(InputError, match=r"com\.example\.app, com\.other"):
        open_binary(tmp_path)


@NO_OPENSSL
def test_splits_signed_by_another_key_are_a_fault(tmp_path: Path) -> None:
    for name, content in splits().items():
        key = signers(certificate(tmp_path, "base" if name == "base.apk" else "other"))
        (tmp_path / name).write_bytes(with_blocks(content, {V2: key}))
    assert open_binary(tmp_path).package.faults == ("its files are not signed by the same key",)


LIBRARY = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.example.sdk"
    android:versionCode="30004" android:versionName="3.0.4">
  <uses-permission android:name="android.permission.INTERNET"/>
  <application><meta-data android:name="com.example.On" android:value="true"/></application>
</manifest>"""


def test_a_library_is_read_with_the_jars_in_it(tmp_path: Path) -> None:
    jar = zipped({"sdk.version": b"no"})
    read = package(
        tmp_path, zipped({"AndroidManifest.xml": LIBRARY.encode(), "classes.jar": jar, "R.txt": b""}), "a.aar"
    )
    assert (read.version_name, read.version_code) == ("3.0.4", 30004)
    assert read.metadata == {"com.example.On": "true"}
    assert read.permissions == ("android.permission.INTERNET",)
    assert read.faults == ()


def test_the_handsets_own_package_is_read(tmp_path: Path) -> None:
    told = {
        "package": "com.example.bell",
        "version_code": 12,
        "version_name": "1.2",
        "permissions": ["android.permission.INTERNET"],
        "application": ".App",
        "activities": [{"name": ".Main", "launcher": True}],
        "services": [{"name": "com.other.Sync", "process": ":remote"}],
    }
    read = package(tmp_path, zipped({"handset.json": json.dumps(told).encode(), "classes.jar": zipped({"a": b""})}))
    assert (read.package, read.version_name, read.version_code) == ("com.example.bell", "1.2", 12)
    assert read.permissions == ("android.permission.INTERNET",)
    assert read.components == ("com.example.bell.App", "com.example.bell.Main", "com.other.Sync")
    assert read.signers == ()


@pytest.mark.parametrize("told", [b"", b"[]", b"{", b'{"permissions": 3}', b'{"activities": {"a": 1}}', b"\xff"])
def test_a_wrong_handset_manifest_is_a_fault(tmp_path: Path, told: bytes) -> None:
    read = package(tmp_path, zipped({"handset.json": told, "classes.dex": CODE}))
    assert "handset.json" in read.faults[0]


def flagged(content: bytes, name: bytes) -> bytes:
    """With the encryption flag of one entry set in both headers, and nothing encrypted."""
    made = bytearray(content)
    local, central = content.index(name) - 30, content.rindex(name) - 46
    made[local + 6] |= 1
    made[central + 8] |= 1
    return bytes(made)


def test_a_false_encryption_flag_is_passed_over_as_android_does(tmp_path: Path) -> None:
    read = package(tmp_path, flagged(apk(), b"AndroidManifest.xml"))
    assert read.package == "com.example.app"
    assert read.faults == ()


def test_a_made_up_compression_method_is_passed_over(tmp_path: Path) -> None:
    made = bytearray(apk())
    struct.pack_into("<H", made, made.rindex(b"classes.dex") - 46 + 10, 0x5F5F)
    assert package(tmp_path, bytes(made)).faults == ()


def test_what_is_really_encrypted_says_so(tmp_path: Path) -> None:
    content = flagged(apk(**{"classes.dex": CODE}), b"classes.dex")
    at = content.index(b"classes.dex") + len(b"classes.dex")
    scrambled = bytes(byte ^ 0x5A for byte in content[at : at + 99])
    read = package(tmp_path, content[:at] + scrambled + content[at + 99 :])
    assert read.package == "com.example.app"
    assert "classes.dex: it is encrypted" in read.faults[0]


def test_an_encrypted_dex_in_a_plain_zip_says_so(tmp_path: Path) -> None:
    read = package(tmp_path, apk(**{"classes.dex": bytes(byte ^ 0x5A for byte in CODE)}))
    assert "classes.dex" in read.faults[0]
    assert "encrypted" in read.faults[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 cut", "table of contents"),
        (zipped({"readme.txt": b"x"}), "neither classes nor a manifest"),
        (zipped({"BundleConfig.pb": b"", "base/dex/classes.dex": CODE}), "bundletool"),
        (b"<html>", "encrypted, packed or no DEX"),
    ],
)
def test_what_is_no_app_is_refused_with_a_remedy(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        package(tmp_path, content)
    assert caught.value.remedy


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_binary(tmp_path / "nothing.apk")
    with pytest.raises(InputError, match="no APK in the folder"):
        open_binary(tmp_path)
    with pytest.raises(InputError, match="No file"):
        open_binary([])


def test_no_damage_makes_it_fall(tmp_path: Path) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as file:
        file.writestr("AndroidManifest.xml", axml(manifest()))
        file.writestr("classes.dex", CODE)
    whole = with_blocks(stored.getvalue(), {V2: signers(b"0\x03\x02\x01\x01")})
    for seed in range(300):
        rng = random.Random(seed)
        content = bytearray(whole)
        if seed % 3 == 0:
            del content[rng.randrange(len(content)) :]
        for _ in range(rng.choice((1, 4, 30))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        try:
            package(tmp_path, bytes(content))
        except InputError as refused:
            assert refused.remedy


def test_no_damaged_manifest_makes_it_fall(tmp_path: Path) -> None:
    whole = axml(manifest())
    for seed in range(300):
        rng = random.Random(seed)
        content = bytearray(whole)
        if seed % 3 == 0:
            del content[rng.randrange(len(content)) :]
        else:
            for _ in range(rng.choice((1, 4, 30))):
                content[rng.randrange(len(content))] = rng.randrange(256)
        package(tmp_path, apk(**{"AndroidManifest.xml": bytes(content)}))
