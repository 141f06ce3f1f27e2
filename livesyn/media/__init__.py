"""Media files as people have them: what a file holds, the frames of a film, the samples of a
sound. Nothing here waits for a clock.
"""
