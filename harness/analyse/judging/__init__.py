"""Verdicts, expectations and the consent time line: what may be said, and why nothing more."""
