"""Files for tests of harness.code, written by the formats' public specifications."""
