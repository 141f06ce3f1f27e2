"""What several tests with real peers share."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from livesyn.midi.rtmidi_ports import LIBRARIES, LIBRARY_VARIABLE


@pytest.fixture(params=LIBRARIES)
def midi_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The MIDI library that this process and its children use, where it is installed."""
    if find_spec(request.param) is None:  # not imported: what is loaded before it matters
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv(LIBRARY_VARIABLE, request.param)
    return request.param
