"""Hook files of other tools, made into ours: frooky's two dialects, and lists of classes and methods (RMS, MobSF).

What cannot be carried over is listed at its line, with what happens here instead; nothing is passed over quietly.
"""

from harness.trackers.foreign.read import Imported, import_hooks, only_of
from harness.trackers.foreign.write import as_platform_file, into_tracker_file

__all__ = ["Imported", "as_platform_file", "import_hooks", "into_tracker_file", "only_of"]
