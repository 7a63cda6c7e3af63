"""The sample app as a package: what must be in it, what must not, and that it is built once."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from harness.handset import build
from harness.handset.places import home
from tests.truth.doorbell import truth

pytestmark = pytest.mark.handset

DOORBELL = Path(build.__file__).parent / "doorbell"


@pytest.fixture(scope="module")
def classes() -> zipfile.ZipFile:
    with zipfile.ZipFile(build.doorbell_apk()) as package:
        return zipfile.ZipFile(io.BytesIO(package.read("classes.jar")))


def test_the_same_sources_are_built_once_and_give_the_same_bytes() -> None:
    first = build.doorbell_apk()
    before = first.read_bytes()
    said: list[str] = []
    assert build.doorbell_apk(said.append) == first
    assert said == [], "nothing is compiled when nothing has changed"
    first.unlink()
    assert build.doorbell_apk(said.append) == first
    assert len(said) == 1
    assert first.read_bytes() == before
    assert not list((home() / "built").glob("*.part"))


def test_the_hidden_class_is_in_no_jar_by_name_or_by_magic_number(classes: zipfile.ZipFile) -> None:
    hidden = [source.stem for source in (DOORBELL / "hidden").rglob("*.java")]
    assert hidden
    names = classes.namelist()
    assert [name for name in names for stem in hidden if stem in name] == []
    (resource,) = [name for name in names if not name.endswith(".class")]
    with zipfile.ZipFile(io.BytesIO(classes.read(resource))) as zipped:
        (entry,) = zipped.namelist()
        assert not zipped.read(entry).startswith(b"\xca\xfe\xba\xbe")


def test_the_package_carries_the_name_and_version_that_the_truth_is_about() -> None:
    with zipfile.ZipFile(build.doorbell_apk()) as package:
        manifest = package.read("handset.json").decode()
    for key, value in truth()["app"].items():
        assert re.search(rf'"{key}": "?{re.escape(str(value))}"?[,\n]', manifest), key


def test_every_id_of_the_readme_exists_and_every_id_is_in_the_readme() -> None:
    declared = set(re.findall(r"int (\w+) = \d+;", (DOORBELL / "app/com/example/doorbell/R.java").read_text()))
    page = (DOORBELL / "README.md").read_text().partition("## What the user does")[0]
    written = set(re.findall(r"^\| (\w+) \|", page, re.MULTILINE)) | set(re.findall(r"`(tab_\w+)`", page))
    written |= {"post_1", "post_2", "post_3", "post_4"}  # one row stands for the four
    assert declared == written - {"id"}


def test_the_dev_key_of_the_readme_is_the_one_the_app_uses() -> None:
    (used,) = re.findall(
        r'APPSFLYER_DEV_KEY = "(\w+)"', (DOORBELL / "app/com/example/doorbell/Trackers.java").read_text()
    )
    assert used in (DOORBELL / "README.md").read_text()


def test_no_framework_class_uses_what_the_platform_hooks_watch() -> None:
    """The framework's own talk with the daemon must not look like the app's."""
    used = [
        f"{source.name}: {name}"
        for source in (DOORBELL.parent / "framework").rglob("*.java")
        for name in ("org.json", "GZIPOutputStream", "HttpURLConnection", "javax.crypto")
        if re.search(rf"import [\w.]*{re.escape(name)}", source.read_text())
    ]
    assert used == []


def test_java_files_stay_small() -> None:
    long = [file.name for file in DOORBELL.parent.rglob("*.java") if len(file.read_text().splitlines()) > 310]
    assert long == []


def test_the_leaky_build_is_the_plain_one_with_one_class_and_one_line_more() -> None:
    leaky = {file.relative_to(DOORBELL / "leaky"): file.read_text() for file in (DOORBELL / "leaky").rglob("*.java")}
    replaced = [(text, DOORBELL / "app" / path) for path, text in leaky.items() if (DOORBELL / "app" / path).exists()]
    assert len(leaky) - len(replaced) == 1
    for text, plain in replaced:
        more = [line for line in text.splitlines() if line not in plain.read_text().splitlines()]
        assert more == ["        Leak.signedIn(doorbell(), person, typed(password));"]
        assert "".join(text.split(f"{more[0]}\n")) == plain.read_text()
    with zipfile.ZipFile(build.doorbell_apk(variant=build.Variant.LEAKY)) as package:
        assert '"version_name": "3.22.0"' in package.read("handset.json").decode()
        names = zipfile.ZipFile(io.BytesIO(package.read("classes.jar"))).namelist()
    with zipfile.ZipFile(build.doorbell_apk()) as package:
        before = zipfile.ZipFile(io.BytesIO(package.read("classes.jar"))).namelist()
    assert set(names) - set(before) == {"com/example/doorbell/Leak.class"}
    assert set(before) <= set(names)
