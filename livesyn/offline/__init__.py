"""The chains over files, with a clock that is set by hand."""
