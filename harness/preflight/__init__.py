"""What an app's code says about trackers and hooks before it runs; pure, but for reading a mapping file.

preflight() looks, armed() gives the hooks the names that they have in this app, summary() makes it JSON.
"""

from harness.preflight.armed import armed
from harness.preflight.look import preflight
from harness.preflight.summary import hook_row, summary

__all__ = ["armed", "hook_row", "preflight", "summary"]
