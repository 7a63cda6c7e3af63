"""The virtual handset: a device that needs no phone, and no Android: every report made on it says so (docs/handset.md)."""
