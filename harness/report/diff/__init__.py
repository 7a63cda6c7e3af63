"""What changed between two measurements of an app, or between one and the baseline that is kept of it."""
