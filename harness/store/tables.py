"""The tables of the case file, column by column. Which migration made which is in schema.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as created; columns whose name is in `required` are NOT NULL."""

    columns: dict[str, type]
    key: str | tuple[str, ...] = "id"
    required: tuple[str, ...] = ()
    refers: tuple[tuple[str, str, str], ...] = ()  # (column, table, its column)
    indexes: tuple[tuple[str, ...], ...] = ()


_TYPES = {"": str, "real": float, "int": int, "blob": bytes}


def _columns(text: str) -> dict[str, type]:
    """Columns written `name` (text) or `name:type`, in the order of the table."""
    return {name: _TYPES[kind] for name, _, kind in (word.partition(":") for word in text.split())}


_RUN = ("run", "run", "id")
_STEP = ("step", "step", "id")
_PROCESS = ("process", "process", "id")

CASE: dict[str, Table] = {
    "case_header": Table(
        columns=_columns(
            "id created_at_ms:real reference operator authority purpose test_account delete_by harness_version"
        ),
        required=("created_at_ms",),
    ),
    "audit": Table(
        columns=_columns("id at_ms:real command detail harness_version"),
        required=("at_ms", "command"),
    ),
    "device": Table(
        columns=_columns(
            "id measured_at_ms:real serial profile model manufacturer abi sdk:int release fingerprint "
            "virtual:int root_style frida_version clock_offset_ms:real clock_error_ms:real timezone "
            "locale network runtime"
        ),
        required=("serial", "virtual", "clock_offset_ms"),
    ),
    "app": Table(
        columns=_columns(
            "id measured_at_ms:real package label version_name version_code:int installer signer_sha256 "
            "sha256 apks sdks"
        ),
        required=("package", "apks"),
    ),
    "run": Table(
        columns=_columns(
            "id flow flow_file flow_sha256 variant app device started_at_ms:real ended_at_ms:real "
            "outcome reason exit_code:int harness_version frida_version agent_sha256 pack_sha256 "
            "hook_files own_hosts mode witness controller"
        ),
        required=("flow", "variant", "app", "device", "started_at_ms"),
        refers=(("app", "app", "id"), ("device", "device", "id")),
    ),
    "attempt": Table(
        columns=_columns("run number:int retry_of"),
        key="run",
        required=("number",),
        refers=(_RUN, ("retry_of", "run", "id")),
    ),
    "persona": Table(
        columns=_columns("run name category value source searchable:int why"),
        key=("run", "name"),
        required=("category", "value", "source", "searchable"),
        refers=(_RUN,),
    ),
    "step": Table(
        columns=_columns("id run position:int label phase command started_at_ms:real ended_at_ms:real outcome reason"),
        required=("run", "position", "label", "phase", "started_at_ms"),
        refers=(_RUN,),
        indexes=(("run", "position"),),
    ),
    "artefact": Table(
        columns=_columns("id run step at_ms:real kind path sha256 size:int media_type"),
        required=("run", "kind", "path", "sha256", "size"),
        refers=(_RUN, _STEP),
        indexes=(("run",),),
    ),
    "command": Table(
        columns=_columns("id run step at_ms:real command stdout stderr exit_code:int ms:real"),
        required=("run", "at_ms", "command"),
        refers=(_RUN, _STEP),
        indexes=(("run",),),
    ),
}

SEEN: dict[str, Table] = {
    "process": Table(
        columns=_columns(
            "id run name pid:int how runtime started_at_ms:real ready_at_ms:real ended_at_ms:real reason "
            "crash pulses_asked:int pulses_seen:int counted_to_seq:int counted_final:int "
            "in_flight_bound:int books called:int stored:int dropped:int lost:int unknown_from_seq:int "
            "lost_bound:int"
        ),
        required=("run", "name", "how", "started_at_ms", "pulses_asked", "pulses_seen", "counted_final"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
    "hook": Table(
        columns=_columns(
            "run process position:int key tracker layer class_name method parameters meaning definition "
            "tier status reason initialised_by_us:int seen_at_ms:real installed_at_ms:real class_found "
            "called:int dropped:int"
        ),
        key=("process", "position"),
        required=("run", "key", "layer", "status"),
        refers=(_RUN, _PROCESS),
        indexes=(("run",),),
    ),
    "event": Table(
        columns=_columns(
            "run process seq:int hook:int step at_ms:real received_at_ms:real elapsed_us:int took_us:int "
            "thread_id:int thread_name stack this_id:int this_class arguments returned threw captured "
            "pulse"
        ),
        key=("run", "process", "seq"),
        required=("hook", "at_ms"),
    ),
    "payload": Table(
        columns=_columns("sha256 size:int content:blob masked:int"),
        key="sha256",
        required=("size", "content", "masked"),
    ),
    "stack": Table(columns=_columns("sha256 frames"), key="sha256", required=("frames",)),
    "fault": Table(
        columns=_columns("id run process seq:int hook:int at_ms:real source place message"),
        required=("run", "source", "place", "message"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
    "gap": Table(
        columns=_columns("id run process from_seq:int to_seq:int from_ms:real to_ms:real why"),
        required=("run", "process", "why"),
        refers=(_RUN, _PROCESS),
        indexes=(("run",),),
    ),
    "hit": Table(
        columns=_columns("id run sha256 process seq:int name place:int chain"),
        required=("run", "name"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
}

CONCLUDED: dict[str, Table] = {
    "tracker": Table(
        columns=_columns("run slug name legal_entity country code hosts sdk_versions file pack_sha256"),
        key=("run", "slug"),
        refers=(_RUN,),
    ),
    "category": Table(
        columns=_columns("run position:int name label description"),
        key=("run", "name"),
        refers=(_RUN,),
    ),
    "decoded": Table(
        columns=_columns(
            "run process seq:int hook layer tracker attributed_by meaning step at_ms:real parts sha256 "
            "size:int tree chain"
        ),
        key=("run", "process", "seq"),
        refers=(_RUN,),
    ),
    "disclosure": Table(
        columns=_columns(
            "run position:int process seq:int tracker category property value persona chain path layer "
            "step phase consent at_ms:real grade times:int evidence"
        ),
        key=("run", "position"),
        refers=(_RUN,),
    ),
    "transmission": Table(
        columns=_columns(
            "run process seq:int at_ms:real step phase consent host path method headers body_sha256 "
            "bytes_out:int tracker attributed_by explanation explained_process explained_seq:int blind"
        ),
        key=("run", "process", "seq"),
        refers=(_RUN,),
    ),
    "consent_call": Table(
        columns=_columns("run process seq:int tracker hook opts_out:int step at_ms:real"),
        key=("run", "process", "seq"),
        refers=(_RUN,),
    ),
    "verdict": Table(
        columns=_columns("run tracker outcome reasons disclosures:int"),
        key=("run", "tracker"),
        refers=(_RUN,),
    ),
    "link": Table(
        columns=_columns("run position:int tracker other name value_sha256"),
        key=("run", "position"),
        refers=(_RUN,),
    ),
}

LINKED: dict[str, Table] = {
    "story": Table(
        columns=_columns(
            "run position:int tracker sha256 events:int processes steps layers hosts first_ms:real last_ms:real "
            "retries:int"
        ),
        key=("run", "position"),
        refers=(_RUN,),
    ),
    "story_link": Table(
        columns=_columns(
            "run story:int position:int process seq:int layer hook step at_ms:real how joined_process joined_seq:int "
            "part:int"
        ),
        key=("run", "story", "position"),
        refers=(_RUN,),
        indexes=(("run", "process", "seq"),),
    ),
}

FORESEEN: dict[str, Table] = {
    "renamed": Table(
        columns=_columns("run class_name original tracker tier evidence"),
        key=("run", "class_name", "tracker"),
        required=("run", "class_name", "tracker", "tier"),
        refers=(_RUN,),
    ),
    "rest_file": Table(
        columns=_columns("id run tracker path device_path size:int sha256 modified_ms:real collected_ms:real meaning"),
        required=("run", "tracker", "path", "device_path", "size", "sha256", "collected_ms"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
}

AT_REST: dict[str, Table] = {
    "rest_value": Table(
        columns=_columns("run position:int tracker path place category property value persona process seq:int note"),
        key=("run", "position"),
        refers=(_RUN,),
    ),
}

UNCLAIMED: dict[str, Table] = {
    "unclaimed": Table(
        columns=_columns("run position:int why code hook payloads:int bytes:int personas"),
        key=("run", "position"),
        refers=(_RUN,),
    ),
}

# What is said beforehand of an app, and done with a case file afterwards. Raw: analysis does not touch them.
CUSTODY: dict[str, Table] = {
    "policy": Table(
        columns=_columns("id at_ms:real name file sha256 definition"),
        required=("at_ms", "name", "definition"),
    ),
    "seal": Table(
        columns=_columns("id at_ms:real harness_version operator reason tables sha256"),
        required=("at_ms", "tables", "sha256"),
    ),
    "seal_block": Table(
        columns=_columns("seal table_name block:int rows:int first last sha256 marks:blob"),
        key=("seal", "table_name", "block"),
        required=("rows", "sha256"),
        refers=(("seal", "seal", "id"),),
    ),
    "tombstone": Table(
        columns=_columns("id at_ms:real table_name run rows:int sha256 operator why"),
        required=("at_ms", "table_name", "rows", "why"),
    ),
}

OBSERVED: dict[str, Table] = {
    "observation": Table(
        columns=_columns(
            "run position:int process seq:int tracker kind what value chain path layer step phase consent at_ms:real "
            "times:int"
        ),
        key=("run", "position"),
        refers=(_RUN,),
    ),
}

# Of all runs together: these rows belong to the case.
OF_THE_CASE: dict[str, Table] = {
    "identifier": Table(
        columns=_columns(
            "position:int tracker path persistence category property runs apps count:int hashes example why"
        ),
        key="position",
    ),
    "link": Table(columns=_columns("position:int name kind value_sha256 trackers apps resets:int"), key="position"),
    "sighting": Table(
        columns=_columns("link:int position:int tracker run app process seq:int path chain"),
        key=("link", "position"),
        refers=(_RUN,),
    ),
    "dossier": Table(columns=_columns("tracker own joined links"), key="tracker"),
    "judgement": Table(
        columns=_columns("position:int policy expectation says variant outcome found:int runs broken reasons"),
        key="position",
    ),
}

ADDED: dict[str, dict[str, type]] = {"decoded": {"undone": str}}

DERIVED = {name: table for name, table in CONCLUDED.items() if name != "link"} | LINKED | AT_REST | UNCLAIMED
DERIVED |= OBSERVED | OF_THE_CASE

# What a run met on a device: its circumstances, what was changed there, who else looked.
CIRCUMSTANCES: dict[str, Table] = {
    "circumstance": Table(
        columns=_columns("run moment name value error:real why"),
        key=("run", "moment", "name"),
        required=("moment", "name"),
        refers=(_RUN,),
    ),
    "change": Table(
        columns=_columns("id run at_ms:real what before after restored:int why"),
        required=("run", "at_ms", "what", "restored"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
    "reset": Table(
        columns=_columns("id run at_ms:real rung ok:int verified detail"),
        required=("run", "at_ms", "rung", "ok"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
    "seen": Table(
        columns=_columns("id run at_ms:real witness kind name amount:int from_ms:real to_ms:real detail"),
        required=("run", "at_ms", "witness", "kind", "name"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
    "failure": Table(
        columns=_columns("id run at_ms:real row:int name kind text handling outcome"),
        required=("run", "at_ms", "row", "name", "kind", "text"),
        refers=(_RUN,),
        indexes=(("run",),),
    ),
}
