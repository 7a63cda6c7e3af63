"""A case file for other programs: HAR, JSON, CSV, JUnit, Markdown, and a copy to browse in Datasette.

Each format takes a `Chosen` (which runs, under which cover) and writes to a text stream; nothing here changes the case
file. docs/exports.md describes the formats.
"""

from harness.report.export.chosen import Chosen
from harness.report.export.har import write_har
from harness.report.export.junit import write_junit
from harness.report.export.markdown import write_markdown
from harness.report.export.rows import WHAT, write_csv, write_json

__all__ = ["WHAT", "Chosen", "write_csv", "write_har", "write_json", "write_junit", "write_markdown"]
