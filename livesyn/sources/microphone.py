"""A microphone, or whatever else a sound card hears, through PortAudio."""

from __future__ import annotations

from typing import Any

import numpy as np

from livesyn.audio.resample import pick
from livesyn.base.errors import DeviceError
from livesyn.sources.channels import Channels, why_missing
from livesyn.sources.inlet import Inlet
from livesyn.sources.portaudio import InputInfo, count_stream, held, list_inputs, pick_input

BLOCKS_A_SECOND = 100
WAITING_BLOCKS = 50  # half a second: more is not caught up with, but dropped
GONE_S = 1.0  # a microphone in a silent room still gives blocks; one that gives none is gone
USUAL_RATES_HZ = (48000, 44100)
CHANNELS = 2  # at most, where none are named
_INVALID_RATE = -9997  # paInvalidSampleRate


class Microphone:
    """An audio input by number, name or part of its name; "" is the system's default. Its own rate;
    the `channels` named, in that order, or the first two (or one, where it has no more).

    Blocks come from PortAudio's thread, through a queue of half a second; `xruns` counts overflows
    there and in the driver. The device list is read anew at each opening (see
    `livesyn.sources.portaudio`).
    """

    def __init__(self, which: int | str = "", channels: Channels = None) -> None:
        self.which = int(which) if isinstance(which, str) and which.strip().isdigit() else which
        self.name = f"audio input {which}" if which != "" else "the default audio input"
        self.rate_hz = 0
        self._channels = channels
        self._overflows = 0
        self._inlet = Inlet(WAITING_BLOCKS)
        self._stream: Any = None

    @property
    def xruns(self) -> int:
        return self._overflows + self._inlet.dropped

    def open(self) -> None:
        """Raises: DeviceError, naming the inputs there are, how many channels it has, or how to
        install PortAudio.
        """
        self.close()
        with held(anew=True) as library:
            info = pick_input(self.which, list_inputs(library))
            if sentence := why_missing(
                self.name,
                self._channels,
                info.channels,
                "choose another input (livesyn devices lists them)",
            ):
                raise DeviceError(sentence)
            self._inlet, self._overflows = Inlet(WAITING_BLOCKS), 0
            stream = self._opened(library, info)
            try:
                stream.start()
            except library.PortAudioError as error:
                stream.close()
                raise DeviceError(
                    f"{self.name} does not start ({error.args[0]}); close what else is using it"
                ) from error
            self.rate_hz, self._stream = int(stream.samplerate), stream
            count_stream(1)

    def _opened(self, library: Any, info: InputInfo) -> Any:
        rates_hz = list(dict.fromkeys((info.rate_hz, *USUAL_RATES_HZ)))
        inlet, channels = self._inlet, self._channels

        def on_block(samples: np.ndarray, frames: int, times: Any, status: Any) -> None:
            self._overflows += bool(status.input_overflow)
            inlet.put(samples if channels is None else pick(samples, channels))

        for rate_hz in rates_hz:
            try:
                return library.InputStream(
                    device=info.index,
                    channels=max(channels) if channels else min(CHANNELS, info.channels),
                    samplerate=rate_hz,
                    blocksize=rate_hz // BLOCKS_A_SECOND,
                    dtype="float32",
                    latency="low",
                    callback=on_block,
                    finished_callback=inlet.end,
                )
            except library.PortAudioError as error:
                if _INVALID_RATE not in error.args:
                    raise DeviceError(
                        f"{self.name} cannot be opened ({error.args[0]}); close what else is using"
                        " it, or allow livesyn the microphone"
                    ) from error
        raise DeviceError(
            f"{self.name} refuses {', '.join(map(str, rates_hz))} Hz; set it to one of these in the"
            " system's sound settings"
        )

    def read(self) -> np.ndarray | None:
        """What came in since the last time, (N, C) float32, as soon as there is something; None
        when the device is gone.
        """
        return None if self._stream is None else self._inlet.take(GONE_S)

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with held():
                count_stream(-1)
                stream.close(ignore_errors=True)
