"""Device profiles: the shipped ones load, and every fault of a broken one is listed with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.device.profile import FridaPlace, PackageLaunch, ProgramLaunch, load_profile, load_profiles
from harness.model.errors import InputError
from harness.model.facts import ChildWatch


def test_the_shipped_profiles_load_and_recognise_an_ordinary_phone() -> None:
    phone = {"ro.build.version.sdk": "34", "ro.product.model": "Pixel 6"}
    assert [profile.name for profile in load_profiles() if profile.fits(phone)] == ["generic-rooted"]


def test_the_most_particular_profile_comes_first(tmp_path: Path) -> None:
    for name, keys in (("plain", 'a: "."'), ("special", 'a: ".", b: "."')):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nsummary: x\nrecognise: {{{keys}}}\n")
    assert [profile.name for profile in load_profiles(tmp_path)] == ["special", "plain"]


def test_a_program_is_launched_by_what_the_profile_says(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "name: p\nsummary: x\nrecognise: {ro.handset.virtual: '1'}\nvirtual: true\nroot: user-namespace\nruntime: jvm\n"
        "frida: {property: ro.handset.frida_port}\nlaunch: {style: program, command: [run, '{package}']}\n"
    )
    profile = load_profile(path)
    assert profile.launch == ProgramLaunch(command=("run", "{package}"))
    assert profile.frida == FridaPlace(property="ro.handset.frida_port")
    assert profile.fits({"ro.handset.virtual": "1"}) and not profile.fits({"ro.handset.virtual": "11"})
    assert profile.virtual and profile.runtime == "jvm" and profile.root == "user-namespace"


def test_what_is_left_out_is_as_on_every_phone(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("name: p\nsummary: x\nrecognise: {ro.product.model: 'Pixel .*'}\n")
    profile = load_profile(path)
    assert profile.launch == PackageLaunch() and profile.frida.port == 27042 and profile.runtime == "art"


@pytest.mark.parametrize(
    ("line", "children"),
    [
        ("", ChildWatch.NONE),
        ("children: gate\n", ChildWatch.GATE),
        ("children: spawn-gating\n", ChildWatch.SPAWN_GATING),
    ],
)
def test_a_profile_says_who_can_hold_child_processes(tmp_path: Path, line: str, children: ChildWatch) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f"name: p\nsummary: x\nrecognise: {{ro.product.model: 'Pixel .*'}}\n{line}")
    assert load_profile(path).children is children


def test_the_shipped_profiles_hold_child_processes() -> None:
    held = {profile.name: profile.children for profile in load_profiles()}
    assert held["virtual"] is ChildWatch.GATE
    assert held["generic-rooted"] is ChildWatch.SPAWN_GATING


def test_every_fault_is_listed_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(
        "name: broken\n"
        "recognise: {ro.product.model: 'Pixel (6'}\n"
        "runtime: dalvik\n"
        "frida: {port: 0, prt: 1}\n"
        "launch: {style: program}\n"
        "quirks: none\n"
        "virtual: yes\n"
        "colour: red\n"
        "children: sometimes\n"
    )
    with pytest.raises(InputError) as caught:
        load_profile(path)
    found = {(fault.line, fault.problem.split(":")[0]) for fault in caught.value.faults}
    assert {line for line, _ in found} == {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert (1, "a device profile needs `summary`") in found
    assert (8, "unknown key 'colour'") in found
    assert all(fault.file == str(path) and fault.remedy for fault in caught.value.faults)


def test_an_empty_file_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("")
    with pytest.raises(InputError) as caught:
        load_profile(path)
    assert caught.value.faults[0].problem == "is not one YAML document"
