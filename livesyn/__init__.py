"""livesyn: a stage that hears what it sees."""

__version__ = "0.1.0"
