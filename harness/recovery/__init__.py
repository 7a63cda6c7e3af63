"""Trying again after a failure that is nobody's finding: which measure, how far, and what the case file says of it."""
