"""Whether a device can be measured with: each thing that could spoil a run, looked at before one."""
