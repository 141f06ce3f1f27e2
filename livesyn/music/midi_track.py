"""The events of one track of a MIDI file, read on past what is damaged, and its notes."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Sequence

from livesyn.music.midi_sequence import Part, TickNote

_SOUND_EVENTS = 4  # that follow one another where reading goes on after damage
_DATA_BYTES = {0xC0: 1, 0xD0: 1}  # of channel messages; the others have two
_COMMON_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}  # of system messages that no file should hold


class _Damaged(Exception):
    """What stands here is no event; reading may go on behind `at`."""

    def __init__(self, at: int) -> None:
        self.at = at


def _number(body: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends. Of one that is too long the first 28 bits."""
    value = 0
    for i in range(at, at + 4):
        value = value << 7 | body[i] & 0x7F
        if body[i] < 0x80:
            return value, i + 1
    raise _Damaged(at + 1)


class Track:
    """One track while it is read."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0
        self.tempos: list[tuple[int, int]] = []
        self.meters: list[tuple[int, int, int]] = []
        self._tick = 0
        self._running = 0  # the status that goes on where an event has none
        self._is_over = self._is_cut = False
        self._programs = [0] * 16
        self._struck: dict[tuple[int, int], list[tuple[int, int, int]]] = {}  # velocity 0: an end

    def read(self, mended: Counter[str], is_short: bool) -> None:
        """All events up to the end mark, or as far as there are any. `is_short` says that the track
        should be longer than its file."""
        while self.at < len(self.body) and not self._is_over:
            try:
                self._event(mended)
            except (IndexError, _Damaged) as damage:
                behind = damage.at if isinstance(damage, _Damaged) else self.at + 1
                again = _sound_place(self.body, behind)
                if again is not None:
                    mended["place"] += 1
                self._is_cut = again is None
                self._running = 0
                self.at = len(self.body) if again is None else again
        mended["cut"] += self._is_cut or (is_short and not self._is_over)

    def _event(self, mended: Counter[str]) -> None:
        body = self.body
        delta, at = _number(body, self.at)
        status = body[at]
        if status >= 0x80:
            at += 1
        elif self._running:
            status = self._running
        else:
            raise _Damaged(at)
        if status >= 0xF0:
            self._tick += delta
            self.at = self._system(status, at, mended)
            return
        kind, channel = status & 0xF0, status & 0x0F
        first, second = body[at], 0
        if kind not in _DATA_BYTES:
            second = body[at + 1]
            at += 1
        self._running, self.at = status, at + 1
        self._tick += delta
        if kind in (0x80, 0x90):
            if first > 127:
                mended["pitch"] += kind == 0x90 and second > 0
                return
            struck = self._struck.setdefault((channel, first), [])
            struck.append((self._tick, min(second, 127) * (kind == 0x90), self._programs[channel]))
        elif kind == 0xC0:
            self._programs[channel] = min(first, 127)
        if (kind != 0xC0 and second > 127) or first > 127:
            mended["value"] += 1

    def _system(self, status: int, at: int, mended: Counter[str]) -> int:
        """A meta event or one that concerns no channel; returns where it ends."""
        body = self.body
        if status not in (0xF0, 0xF7, 0xFF):
            mended["unknown"] += 1
            return at + _COMMON_BYTES.get(status, 0)
        kind = body[at] if status == 0xFF else -1
        if kind == 0x2F:
            self._is_over = True
            self._is_cut = at + 1 >= len(body)
            return at + 2
        length, begin = _number(body, at + (status == 0xFF))
        end = begin + length
        if end > len(body):
            closing = body.find(b"\xf7", begin) if status == 0xF0 else -1
            if closing < 0:
                raise _Damaged(begin)
            mended["place"] += 1
            return closing + 1
        if kind >= 0:
            self._meta(kind, body[begin:end], mended)
        return end

    def _meta(self, kind: int, data: bytes, mended: Counter[str]) -> None:
        if kind == 0x51:
            tempo_us = int.from_bytes(data, "big")
            if 0 < tempo_us < 1 << 24:
                self.tempos.append((self._tick, tempo_us))
            else:
                mended["tempo"] += 1
        elif kind == 0x58:
            if len(data) >= 2 and data[0] and data[1] <= 6:
                self.meters.append((self._tick, data[0], 1 << data[1]))
            else:
                mended["meter"] += 1
        elif kind == 0x59 and (
            len(data) != 2 or not -7 <= (data[0] ^ 0x80) - 0x80 <= 7 or data[1] > 1
        ):
            mended["key"] += 1

    def parts(self, number: int, mended: Counter[str]) -> list[Part]:
        """Its notes, by channel and program."""
        found: dict[tuple[int, int], list[TickNote]] = {}
        strikes: dict[int, list[int]] = {}  # by channel, and the end of the track
        for (channel, _), struck in self._struck.items():
            ticks = strikes.setdefault(channel, [self._tick])
            ticks.extend(tick for tick, velocity, _ in struck if velocity)
        for ticks in strikes.values():
            ticks.sort()
        for (channel, pitch), struck in self._struck.items():
            for start, end, velocity, program in _paired(struck, strikes[channel], mended):
                note = TickNote(start, end, pitch, velocity)
                found.setdefault((channel, program), []).append(note)
        return [
            Part(number, channel + 1, program, sorted(notes))
            for (channel, program), notes in sorted(found.items())
        ]


def _paired(
    struck: list[tuple[int, int, int]], ends: Sequence[int], mended: Counter[str]
) -> list[tuple[int, int, int, int]]:
    """Strikes and ends of one key as notes: start, end, velocity, program. An end belongs to the
    earliest note that sounds. Where ends are missing, a note struck again ends the one before, and
    the last ends at the next of `ends`, the strikes of its channel and the end of its track.
    """
    notes: list[tuple[int, int, int, int]] = []
    sounding: deque[tuple[int, int, int]] = deque()
    for tick, velocity, program in struck:
        if velocity:
            sounding.append((tick, velocity, program))
        elif sounding:
            begun, loud, with_program = sounding.popleft()
            notes.append((begun, tick, loud, with_program))
    if not sounding:
        return notes
    notes, one = [], None
    for tick, velocity, program in struck:
        if one is not None:
            notes.append((one[0], tick, one[1], one[2]))
        one = (tick, velocity, program) if velocity else None
    if one is not None:
        at = bisect_right(ends, one[0])
        if at < len(ends):
            notes.append((one[0], ends[at], one[1], one[2]))
            mended["endless"] += 1
        else:
            mended["lost"] += 1
    return notes


def _sound_place(body: bytes, at: int) -> int | None:
    """The first place from `at` on where events follow one another; None where there is none."""
    return next((place for place in range(at, len(body) - 2) if _is_sound(body, place)), None)


def _is_sound(body: bytes, at: int) -> bool:
    status = 0
    for _ in range(_SOUND_EVENTS):
        try:
            _, at = _number(body, at)
            if body[at] >= 0x80:
                status = body[at]
                at += 1
            if status == 0xFF and body[at] < 0x80:
                if body[at] == 0x2F:
                    return body[at + 1] == 0
                length, at = _number(body, at + 1)
                at += length
            elif 0x80 <= status < 0xF0:
                count = _DATA_BYTES.get(status & 0xF0, 2)
                if len(body) < at + count or max(body[at : at + count]) > 127:
                    return False
                at += count
            else:
                return False
        except (IndexError, _Damaged):
            return False
    return True
