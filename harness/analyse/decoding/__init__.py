"""Bytes or text -> one tree, step by step, with every undone step as evidence. Pure and bounded."""
