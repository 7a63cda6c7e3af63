"""What is found of a value, however it was written: measured against encoders that are not ours."""
