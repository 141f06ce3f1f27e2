"""Sound becomes pictures."""
