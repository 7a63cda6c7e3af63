"""The virtual handset: a device that needs no phone, and is no Android (docs/handset.md)."""
