"""Where pictures go: one contract, a thread for each, and thin outputs behind it."""
