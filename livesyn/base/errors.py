"""Errors a user can cause or must know of: one sentence each, shown without a traceback.

The sentence says what was got, what is legal and what to do.
"""


class LivesynError(Exception):
    """Base of every error livesyn raises on purpose."""


class ConfigError(LivesynError):
    """A command line, scene or parameter that is not legal."""


class DeviceError(LivesynError):
    """A camera, port, sound card or network address that cannot be used (any longer)."""


class DataError(LivesynError):
    """A picture, video, score or data folder that is not what it should be."""


class CheckpointError(LivesynError):
    """A checkpoint that is missing, damaged, foreign or of another kind."""


class ShapeError(LivesynError):
    """An array of another shape than the one that was agreed."""
