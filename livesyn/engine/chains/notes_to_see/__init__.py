"""Notes that are played become pictures."""
