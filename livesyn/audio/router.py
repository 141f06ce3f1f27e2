"""One sound, many consumers: each gets it at the rate and in the channels it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from livesyn.audio.resample import Resampler
from livesyn.base.types import AudioBlock


class SoundConsumer(Protocol):
    """Takes in sound. All calls come from one thread, and none may wait.

    `rate_hz` and `channels` say what it gets: `channels` are numbers from 1, None for all that the
    source has; `mixed` makes one channel of them, else each stays on its own. They are read once.
    `name` is for messages.
    """

    name: str
    rate_hz: int
    channels: tuple[int, ...] | None
    mixed: bool

    def push(self, block: AudioBlock) -> None:
        """Take the next samples, (M, C) float32 at `rate_hz`, M may be 0; `time_s` is when the
        last of them came in. With `channels` None and not `mixed`, C is what the source has, and
        may change with it.
        """

    def rest(self, now_s: float) -> None:
        """Nothing has come for a while."""


Wants = tuple[int, tuple[int, ...] | None, bool]


def _raise(name: str, error: Exception) -> None:
    raise error


class SoundRouter:
    """Resamples each block once for all consumers that want the same, and hands it on. Another
    rate, or other channels, in the middle are gone on with. One thread.

    `bad` counts blocks with samples that are no numbers in a channel that somebody takes (they are
    silence). A consumer that raises keeps no other from its sound: `on_failure(name, error)` is
    told, and without it the error is raised. `say(sentence)` is told, once for each consumer, of
    channels that the source does not have (they are silence, too).
    """

    def __init__(
        self,
        consumers: Sequence[SoundConsumer],
        say: Callable[[str], object] = lambda sentence: None,
        on_failure: Callable[[str, Exception], object] = _raise,
    ) -> None:
        self._say, self._on_failure = say, on_failure
        self._consumers: dict[Wants, list[SoundConsumer]] = {}
        self._resamplers: dict[Wants, Resampler] = {}
        self._rate_hz = self._width = 0  # of the newest block
        for consumer in consumers:
            self.add(consumer)
        self._said: set[str] = set()
        self.bad = 0

    def add(self, consumer: SoundConsumer) -> None:
        """Hand on to `consumer`, too, from the next block on."""
        wants = (consumer.rate_hz, consumer.channels, consumer.mixed)
        self._consumers.setdefault(wants, []).append(consumer)
        self._width = 0  # what it asks for is compared with what there is

    def push(self, block: AudioBlock) -> None:
        """Hand the next block, (N, C), to all.

        Raises, unless there is an `on_failure`: DeviceError for a rate that no sound has;
        ShapeError for a block that is not (N, C); what a consumer raises.
        """
        if block.rate_hz != self._rate_hz:
            self._rate_hz = block.rate_hz
            self._resamplers = {}
        if block.samples.shape[-1] != self._width:
            self._width = block.samples.shape[-1]
            self._compare()
        bad = False
        for wants, consumers in self._consumers.items():
            try:
                resampler = self._resamplers.get(wants)
                if resampler is None:
                    resampler = self._resamplers[wants] = Resampler(block.rate_hz, *wants)
                before = resampler.bad
                samples = resampler.push(block.samples)
                bad |= resampler.bad > before
            except Exception as error:
                for consumer in consumers:
                    self._on_failure(consumer.name, error)
                continue
            ready = AudioBlock(samples, block.time_s - resampler.behind_s, resampler.out_hz)
            for consumer in consumers:
                try:
                    consumer.push(ready)
                except Exception as error:
                    self._on_failure(consumer.name, error)
        self.bad += bad

    def rest(self, now_s: float) -> None:
        """Tell all that no block has come for a while."""
        for consumers in self._consumers.values():
            for consumer in consumers:
                try:
                    consumer.rest(now_s)
                except Exception as error:
                    self._on_failure(consumer.name, error)

    def _compare(self) -> None:
        """Say what is asked for and not there."""
        for (_, channels, _), consumers in self._consumers.items():
            missing = [channel for channel in channels or () if channel > self._width]
            for consumer in consumers if missing else ():
                if consumer.name not in self._said:
                    self._said.add(consumer.name)
                    self._say(
                        f"{consumer.name} takes channel{'s' * (len(missing) > 1)}"
                        f" {', '.join(map(str, missing))} of a sound that has {self._width}; what"
                        " is missing is silence: choose an input with more channels, or ask for"
                        " more with --audio-channels"
                    )
