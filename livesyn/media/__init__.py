"""Media files as people have them: what a file holds, the frames of a film, the samples of a sound.
No function here depends on a clock.
"""
