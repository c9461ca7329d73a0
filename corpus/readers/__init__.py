"""Readers: one file per format, from text to a `Document`. `reading` picks the right one."""
