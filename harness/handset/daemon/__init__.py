"""Runs inside the handset: the state behind the shell commands and the apps. Standard library and Pillow only."""
