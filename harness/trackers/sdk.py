"""What a tracker file says of the SDK as a whole: where its version stands, what it keeps, its manifest switches."""

from __future__ import annotations

import re

from harness.model.tracker import ManifestSwitch, RestFile, RestFormat, VersionRule
from harness.trackers import words
from harness.trackers.fields import UNLAYERED_KEYS, read_field
from harness.trackers.finding import child
from harness.trackers.sheet import Sheet, one_of, regular_expression
from harness.trackers.spelling import class_fault
from harness.yamlmarks import Node

_VERSION_KEYS = ("class", "constant", "file", "matches", "evidence")
_REST_KEYS = ("path", "format", "columns", "meaning", "evidence", "fields")
_SWITCH_KEYS = ("name", "meaning", "default", "evidence")
_COLUMN = re.compile(r"\w+\.\w+")


def read_version_rule(sheet: Sheet, node: Node) -> VersionRule | None:
    """One place where the version stands."""
    keys = sheet.mapping(node, known=_VERSION_KEYS)
    if not keys:
        return None
    if "file" in keys and ("class" in keys or "constant" in keys):
        sheet.wrong(keys["file"], "'file' stands beside 'class' or 'constant'", "Write two rules.")
    if "constant" in keys and "class" not in keys:
        sheet.wrong(keys["constant"], "'constant' without 'class'", "Say whose constant it is: `class:`.")
    return VersionRule(
        pattern=sheet.text(node, "matches", required=True, check=_group_fault),
        evidence=sheet.text(node, "evidence", required=True),
        class_name=sheet.text(node, "class", check=class_fault) or None,
        constant=sheet.text(node, "constant", check=_identifier_fault) or None,
        file=sheet.text(node, "file", check=_property_file_fault) or None,
    )


def read_rest_file(sheet: Sheet, node: Node) -> RestFile | None:
    """One file that the SDK keeps on the phone."""
    if not sheet.mapping(node, known=_REST_KEYS):
        return None
    form = sheet.text(node, "format", required=True, check=one_of(tuple(RestFormat)))
    columns = sheet.texts(node, "columns", check=_column_fault)
    where = child(node, "columns")
    if where is not None and form != RestFormat.SQLITE:
        sheet.wrong(where, "only a database has columns", "Leave `columns:` out, or write `format: sqlite`.")
    return RestFile(
        path=sheet.text(node, "path", required=True, check=_path_fault),
        format=RestFormat(form) if form in tuple(RestFormat) else RestFormat.BYTES,
        meaning=sheet.text(node, "meaning", required=True),
        evidence=sheet.text(node, "evidence", required=True),
        columns=columns,
        fields=sheet.each(node, "fields", lambda item: read_field(sheet, item, known=UNLAYERED_KEYS)),
    )


def read_manifest_switch(sheet: Sheet, node: Node) -> ManifestSwitch | None:
    """One <meta-data> of the manifest."""
    if not sheet.mapping(node, known=_SWITCH_KEYS):
        return None
    return ManifestSwitch(
        name=sheet.text(node, "name", required=True),
        meaning=sheet.text(node, "meaning", required=True),
        default=sheet.text(node, "default", required=True),
        evidence=sheet.text(node, "evidence", required=True),
    )


def _group_fault(text: str) -> str | None:
    remedy = regular_expression(text)
    if remedy is None and re.compile(text).groups == 0:
        return "Put the version itself in brackets: '^version=(.+)$'."
    return remedy


def _identifier_fault(text: str) -> str | None:
    return None if text.isidentifier() else "Write the field's name alone."


def _property_file_fault(text: str) -> str | None:
    return None if text.endswith(words.VERSION_FILES) else f"Only {' and '.join(words.VERSION_FILES)} files are read."


def _path_fault(text: str) -> str | None:
    parts = text.split("/")
    whole = all(part not in ("", ".", "..") for part in parts)
    return None if whole else "Write the path below the app's data folder: databases/example or shared_prefs/*.xml."


def _column_fault(text: str) -> str | None:
    return None if _COLUMN.fullmatch(text) else "Write table.column."
