"""The ways from what is sensed to what is made, a folder each."""
