"""Hook files: what is known about each tracker, as data.

load_pack() reads and checks hooks/ and gives the Pack that a run arms and an analysis interprets.
"""

from harness.trackers.load import load_pack, tracker_file

__all__ = ["load_pack", "tracker_file"]
