"""What nets are trained on, read and cached."""
