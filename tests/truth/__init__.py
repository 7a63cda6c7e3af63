"""A second opinion that shares no code with the harness: what left the device, and what a case file says of it.

Nothing here imports harness; a test in tests/handset/test_recall.py says so.
"""
