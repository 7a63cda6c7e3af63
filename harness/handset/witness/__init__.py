"""The wire witness: mitmproxy in a virtual environment of its own, offline, one process per run.

It is the ground truth that no code of ours wrote: what it keeps is never read by the harness, only by people and tests.
"""
