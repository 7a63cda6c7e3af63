"""Keeps the secrets of a flow out of everything that a run leaves behind, at the moment it is written.

    hidden = hide(names, given=env, flow_env=flow.env)            # invents what nobody gives; refuses what is too short
    writer = case.start_run(start, facts, mask=hidden.veil)       # payloads, values of events, every text of a row
    writer.add_persona(tuple(hidden.persona(persona.values)))     # `<<PASSWORD>>` stands for the password
    veil_file(path, hidden.veil)                                  # before a file becomes an artefact
    sweep(case, writer.run, hidden.veil)                          # at the end: what was written in pieces

The values live in memory alone, and are gone with the process. docs/secrets.md says what is kept out and what is not.
"""

from harness.secrets.files import veil_file
from harness.secrets.hidden import Hidden, hide
from harness.secrets.sweep import sweep
from harness.secrets.telling import quiet_logs, veiled_error
from harness.secrets.veil import Veil
from harness.secrets.written import token, why_not

__all__ = ["Hidden", "Veil", "hide", "quiet_logs", "sweep", "token", "veil_file", "veiled_error", "why_not"]
