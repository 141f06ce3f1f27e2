"""Mel columns and what is heard, block by block: `<library>-mel` or `<library>-hearing`.

All take the same sound in blocks of 10 ms and make a column of 128 bands from 1024 samples every
256, in dB; a call is a block, and most blocks have a column in them. livesyn makes its columns when
its window is read, every 20 columns, as a show reads it; so a value is the mean of a second's
blocks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from peers.serve import Round, serve, timed

RATE_HZ, WINDOW, HOP, BANDS = 22050, 1024, 256, 128
BLOCK, LOUD_RATE_HZ = 220, 44100
CALLS, SECOND = 2400, 100  # blocks
Hear = Callable[[np.ndarray], object]


def sound(rate_hz: int) -> np.ndarray:
    """Twenty seconds of a chord with a hit each half second, mono float32."""
    time_s = np.arange(20 * rate_hz) / rate_hz
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220, 277.2, 329.6))
    noise = np.random.default_rng(0).standard_normal(len(time_s))
    return (0.1 * chord + 0.4 * noise * np.exp(-20 * (time_s % 0.5))).astype(np.float32)


class Columns:
    """Hands on whole windows of 1024 samples, one every 256, as they fill."""

    def __init__(self, take: Hear) -> None:
        self._take = take
        self._waiting = np.zeros(WINDOW // 2, np.float32)

    def __call__(self, block: np.ndarray) -> None:
        self._waiting = np.concatenate([self._waiting, block])
        while len(self._waiting) >= WINDOW:
            self._take(self._waiting[:WINDOW])
            self._waiting = self._waiting[HOP:]


class Read:
    """Pushes by `push`, and reads the window of `mel` as often as a show does."""

    def __init__(self, push: Hear, mel: Any, columns: Callable[[], int]) -> None:
        from livesyn.engine.sound_listener import WINDOW_COLUMNS

        self._push, self._mel, self._columns, self._every = push, mel, columns, WINDOW_COLUMNS
        self._read = 0

    def __call__(self, block: np.ndarray) -> None:
        self._push(block)
        if self._columns() - self._read >= self._every:
            self._read = self._columns()
            self._mel.window()


def livesyn_mel() -> tuple[Hear, int]:
    from livesyn.audio.mel import MelWindow

    mel = MelWindow()
    return Read(mel.push, mel, lambda: mel.heard), BLOCK


def livesyn_hearing() -> tuple[Hear, int]:
    from livesyn.audio.hearing import Hearing
    from livesyn.audio.router import SoundRouter
    from livesyn.base import params
    from livesyn.base.types import AudioBlock

    hearing = Hearing(params.defaults())
    router = SoundRouter([hearing])

    def push(block: np.ndarray) -> None:
        router.push(AudioBlock(block[:, None], 0.0, LOUD_RATE_HZ))

    return Read(push, hearing, lambda: hearing.columns), 441


def torch_mel() -> tuple[Hear, int]:
    import torch

    from livesyn.audio.mel import filters

    torch.set_num_threads(1)
    weights = torch.from_numpy(filters())
    window = torch.hamming_window(WINDOW)

    def column(samples: np.ndarray) -> object:
        spectrum = torch.stft(
            torch.from_numpy(samples),
            WINDOW,
            HOP,
            window=window,
            center=False,
            return_complex=True,
        )
        return 10 * torch.log10((weights @ spectrum.abs().square()).clamp_min(1e-12))

    return Columns(torch.inference_mode()(column)), BLOCK


def _essentia() -> tuple[Callable[[np.ndarray], Any], Callable[[Any], Any]]:
    """Window to spectrum, spectrum to dB."""
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = False
    window = es.Windowing(type="hamming", size=WINDOW, zeroPhase=False, normalized=False)
    spectrum = es.Spectrum(size=WINDOW)
    bands = es.MelBands(
        numberBands=BANDS,
        sampleRate=RATE_HZ,
        inputSize=WINDOW // 2 + 1,
        highFrequencyBound=RATE_HZ / 2,
        warpingFormula="slaneyMel",
        type="power",
    )
    return (
        lambda samples: spectrum(window(samples)),
        lambda seen: 10 * np.log10(np.maximum(bands(seen), 1e-12)),
    )


def essentia_mel() -> tuple[Hear, int]:
    spectrum, mel = _essentia()
    return Columns(lambda samples: mel(spectrum(samples))), BLOCK


def essentia_hearing() -> tuple[Hear, int]:
    import essentia.standard as es

    spectrum, mel = _essentia()
    flux, loudness = es.Flux(), es.RMS()

    def column(samples: np.ndarray) -> object:
        seen = spectrum(samples)
        return mel(seen), flux(seen), loudness(samples)

    return Columns(column), BLOCK


def _aubio() -> Hear:
    import aubio

    vocoder, bank = aubio.pvoc(WINDOW, HOP), aubio.filterbank(BANDS, WINDOW)
    bank.set_mel_coeffs(RATE_HZ, 0, RATE_HZ / 2)
    return lambda samples: 10 * np.log10(np.maximum(bank(vocoder(samples)) ** 2, 1e-12))


class Hops:
    """Hands on 256 samples at a time: aubio keeps the window itself."""

    def __init__(self, take: Hear) -> None:
        self._take = take
        self._waiting = np.zeros(0, np.float32)

    def __call__(self, block: np.ndarray) -> None:
        self._waiting = np.concatenate([self._waiting, block])
        while len(self._waiting) >= HOP:
            self._take(self._waiting[:HOP])
            self._waiting = self._waiting[HOP:]


def aubio_mel() -> tuple[Hear, int]:
    return Hops(_aubio()), BLOCK


def aubio_hearing() -> tuple[Hear, int]:
    import aubio

    mel, onset = _aubio(), aubio.onset("default", WINDOW, HOP, RATE_HZ)
    return Hops(lambda samples: (mel(samples), onset(samples), aubio.level_lin(samples))), BLOCK


WAYS = {
    "livesyn-mel": livesyn_mel,
    "livesyn-hearing": livesyn_hearing,
    "torch-mel": torch_mel,
    "essentia-mel": essentia_mel,
    "essentia-hearing": essentia_hearing,
    "aubio-mel": aubio_mel,
    "aubio-hearing": aubio_hearing,
}


def prepare() -> tuple[Round, dict[str, Any]]:
    """The chosen way of hearing, in microseconds a block, the mean of a second's blocks a value."""
    hear, size = WAYS[sys.argv[1]]()
    whole = sound(RATE_HZ if size == BLOCK else LOUD_RATE_HZ)
    blocks = [whole[at : at + size] for at in range(0, len(whole) - size, size)]
    at = 0

    def second() -> None:
        nonlocal at
        for _ in range(SECOND):
            hear(blocks[at])
            at = (at + 1) % len(blocks)

    round_of_seconds, about = timed(second, CALLS // SECOND)
    return lambda: {"values": [1000 / SECOND * ms for ms in round_of_seconds()["values"]]}, about


if __name__ == "__main__":
    sys.exit(serve(prepare))
