"""Ableton Link, in a process of its own: aalink is GPL, and only `process` imports it."""
