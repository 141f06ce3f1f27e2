"""Which MIDI library is used, and what becomes of its errors. Real ports: tests/live."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib.util import find_spec
from types import ModuleType

import pytest

from livesyn.base.errors import DeviceError
from livesyn.midi import rtmidi_ports
from livesyn.midi.rtmidi_ports import LIBRARY_VARIABLE


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the libraries `names` be installed, and no other."""

    def find(name: str) -> ModuleType:
        if name not in names:
            raise ImportError(f"No module named {name!r}")
        return ModuleType(name)

    monkeypatch.setattr(importlib, "import_module", find)
    monkeypatch.delenv(LIBRARY_VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("installed", "used"),
    [
        (("rtmidi", "rtmidi2"), "rtmidi"),
        (("rtmidi",), "rtmidi"),
        (("rtmidi2",), "rtmidi2"),
    ],
)
def test_the_first_library_that_is_installed_is_used(monkeypatch, installed, used):
    install(monkeypatch, *installed)
    assert rtmidi_ports.library().__name__ == used


def test_a_library_can_be_named(monkeypatch):
    install(monkeypatch, "rtmidi", "rtmidi2")
    monkeypatch.setenv(LIBRARY_VARIABLE, "rtmidi2")
    assert rtmidi_ports.library().__name__ == "rtmidi2"
    monkeypatch.setenv(LIBRARY_VARIABLE, "portmidi")
    with pytest.raises(DeviceError, match="is 'portmidi'; it is one of: rtmidi, rtmidi2"):
        rtmidi_ports.library()


def test_no_library_is_one_sentence(monkeypatch):
    install(monkeypatch)
    with pytest.raises(DeviceError, match=r"no MIDI library.*'rtmidi'.*'rtmidi2'.*install"):
        rtmidi_ports.library()


UNOPENABLE = """
from livesyn.midi import rtmidi_ports

rtmidi2 = rtmidi_ports.library()
# JACK without a server stands for a system's port that cannot be opened.
port = rtmidi_ports._Rtmidi2Port(rtmidi2, "MidiOut", "system", rtmidi2.API_UNIX_JACK, "x", 16)
try:
    port.open_virtual("x")
except rtmidi_ports.PortError as error:
    print(error, flush=True)
"""


@pytest.mark.skipif(
    find_spec("rtmidi2") is None or not sys.platform.startswith("linux"),
    reason="rtmidi2 with JACK is not installed",
)
def test_what_rtmidi2_throws_ends_its_trial_only():
    done = subprocess.run(
        [sys.executable, "-c", UNOPENABLE],
        env=os.environ
        | {
            "PYTHONPATH": os.getcwd(),
            "JACK_DEFAULT_SERVER": "none-of-this-name",
            LIBRARY_VARIABLE: "rtmidi2",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "error creating virtual port" in done.stdout
