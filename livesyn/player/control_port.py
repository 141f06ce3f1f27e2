"""A MIDI port with knobs and buttons on it: heard, and, where it has lights or motors, told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from livesyn.base.clock import Clock
from livesyn.base.device import PolledDevice
from livesyn.base.errors import DeviceError
from livesyn.base.health import Health
from livesyn.config.sections import VIRTUAL
from livesyn.midi.output_ports import MidiPort, open_port
from livesyn.sources.midi_in import MidiIn, Opener, Take, open_input

CLIENT = "livesyn control"


class ControlPort:
    """One input by `MidiIn`, and with `feedback` the output of the same name; `number` tells one
    from another. `name` is "virtual", or part of the name of a port that is there. `hear` is told
    of what comes, on the input's thread.
    """

    def __init__(
        self,
        name: str,
        number: int,
        clock: Clock,
        hear: Take,
        say: Callable[[str], object],
        feedback: bool = False,
        opener: Opener = open_input,
        out_opener: Callable[..., MidiPort] = open_port,
    ) -> None:
        client = CLIENT if not number else f"{CLIENT} {number + 1}"
        wanted = None if name == VIRTUAL else name
        self.name = f"midi_control{number + 1 if number else ''}"
        self._in = MidiIn(wanted, clock, client, opener=opener, say=say, controls=hear)
        self._out = _Lights(wanted, f"{client} out", out_opener) if feedback else None

    @property
    def peers(self) -> tuple[str, ...]:
        """The ports it is connected to, where the system tells (JACK)."""
        return self._in.peers

    def reconnect_to(self, peers: Iterable[str]) -> None:
        """Before `open`."""
        self._in.reconnect_to(peers)

    def open(self, required: bool) -> None:
        """Raises DeviceError when a port is `required` and cannot be had; else goes on trying."""
        self._in.open(required)
        if self._out is not None:
            try:
                self._out.open()
            except DeviceError:
                if required:
                    self.close()
                    raise

    def health(self) -> Health:
        """How the input is doing, or the output where that one is not well. Any thread."""
        health = replace(self._in.health(), name=self.name, label=self._in.label or self._in.name)
        return health if self._out is None else health.hindered(self._out.health().reason)

    def maintain(self, now_s: float) -> None:
        """Look after the output; the input does so itself. About twice a second."""
        if self._out is not None:
            self._out.maintain(now_s)

    def show(self, told: Sequence[tuple[str, bytes]]) -> None:
        """Send what is for this port, if it is there. One thread."""
        if self._out is not None:
            self._out.send([m for port, m in told if port.lower() in self._in.label.lower()])

    def total(self) -> str:
        """All that was refused, in a sentence; "" if nothing was."""
        return self._in.total()

    def close(self) -> None:
        """Let go. Safe to call twice."""
        self._in.close()
        if self._out is not None:
            self._out.close()


class _Lights(PolledDevice):
    """The output towards a controller. What does not go out is not made up for: the next value
    will be.
    """

    def __init__(self, wanted: str | None, client: str, opener: Callable[..., MidiPort]) -> None:
        self._wanted, self._client, self._opener = wanted, client, opener
        self.name = f"MIDI to {wanted or client}"
        super().__init__()
        self._peers: set[str] = set()
        self._port: MidiPort | None = None

    @property
    def label(self) -> str:
        return self._port.label if self._port else ""

    @property
    def dropped(self) -> int:
        return 0

    def send(self, data: Sequence[bytes]) -> None:
        if (port := self._port) is not None:
            for message in data:
                if not port.send(message):
                    return

    def close(self) -> None:
        self._life.stop()
        self._release()

    def _acquire(self) -> None:
        self._port = self._opener(
            self._wanted, self._wanted is None, self._client, "auto", self._peers
        )

    def _check(self) -> str:
        port = self._port
        if port is not None and (reason := port.check()):
            self._release()
            return reason
        return ""

    def _release(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(Exception):
                port.close()
