"""Is this machine fit to play?"""
