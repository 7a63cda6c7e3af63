"""What could spoil a run on this device: one line a check, each with what was measured, a verdict and a remedy.

Checks are functions of a Patient, listed in checks.py; what they read goes through the device's one door and is never
changed. `examine` runs them all, `record` keeps the raw outputs that they and the parsers live on.
"""

from harness.doctor.checks import CHECKS, examine, unopened
from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient
from harness.doctor.record import record

__all__ = ["CHECKS", "Line", "Patient", "Verdict", "examine", "record", "unopened"]
