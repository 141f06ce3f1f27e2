"""The window that shows what the sound paints: a process of its own, and what is done to pictures
on their way to it.
"""
