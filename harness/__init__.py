"""Dynamic instrumentation harness for Android: what an app hands to each tracker, when, and with whose consent."""

__version__ = "0.1.0"
