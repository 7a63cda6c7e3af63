"""Reads a case file and says what it shows: one HTML file for people, rows for the terminal."""

from harness.report.page.html import write_html
from harness.report.table import Overview, Row, overview, rows

__all__ = ["Overview", "Row", "overview", "rows", "write_html"]
