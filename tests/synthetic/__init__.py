"""A study that nobody measured, for tests of everything that reads a case file."""

from tests.synthetic.case import write_case
from tests.synthetic.study import ESCAPE, PACK, SENDS, TRACKERS

__all__ = ["ESCAPE", "PACK", "SENDS", "TRACKERS", "write_case"]
