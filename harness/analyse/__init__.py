"""From raw rows to findings, without a device, a clock or a file.

analyse_run(run=, events=, blobs=, stacks=, hooks=, steps=, persona=, pack=) gives an Analysis (harness.model.findings).
Order of work: captures, streams, decode, pairs -> payloads -> attribute -> disclose (detect, fields, consent);
requests, tls -> outgoing (transmissions); story joins all of them; judge.
"""

from harness.analyse.runs import analyse_run

__all__ = ["analyse_run"]
