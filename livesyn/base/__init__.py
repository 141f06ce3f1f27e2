"""What every other part may use: words, places, signals."""
