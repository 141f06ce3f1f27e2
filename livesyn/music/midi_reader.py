"""Standard MIDI Files as people have them: what a sequencer would play is read, and what had to be
passed over is told in words.

Files are found whole, cut off, in a RIFF or MacBinary wrapper, with wrong lengths, with values over
127, with events that the standard does not know. Very long gaps are shortened: a silence of all
parts longer than LONGEST_REST_BARS, and a note as long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from livesyn.base.errors import DataError

SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".smf")
MOST_BYTES = 64_000_000
LONGEST_REST_BARS = 64
REST_LEFT_BARS = 4  # at least, and fewer than two more: so that bars keep their places in pairs
GUESSED_TICKS = 480  # a beat, where the header does not say
DEFAULT_TEMPO_US = 500_000  # a beat, which is 120 beats a minute
FASTEST_US, SLOWEST_US = 100_000, 4_000_000  # a beat, by which frames are made beats
FRAMES_HZ = {24: 24.0, 25: 25.0, 29: 30000 / 1001, 30: 30.0}
DRUMS = 10
_SOUND_EVENTS = 4  # that follow one another where reading goes on after damage
_DATA_BYTES = {0xC0: 1, 0xD0: 1}  # of channel messages; the others have two
_COMMON_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}  # of system messages that no file should hold


class TickNote(NamedTuple):
    """A note: from `start` to `end` in ticks."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """What one track plays on one channel (1 to 16) with one program (0 to 127): its notes, in the
    order in which they begin."""

    track: int
    channel: int
    program: int
    notes: list[TickNote]

    @property
    def is_drum(self) -> bool:
        """Whether it is on the percussion channel."""
        return self.channel == DRUMS


@dataclass(frozen=True)
class MidiSequence:
    """All of a file that sounds. `tempos` are (tick, microseconds a beat), `meters` (tick, beats,
    beat's part of a whole note), both in the order of their ticks. `mended` tells in words what was
    passed over or taken otherwise; it is empty for a file that is as it should be.
    """

    ticks_per_beat: float
    parts: tuple[Part, ...]
    tempos: tuple[tuple[int, int], ...] = ()
    meters: tuple[tuple[int, int, int], ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def bpm(self) -> float:
        """The tempo in which it begins."""
        return 60e6 / (self.tempos[0][1] if self.tempos else DEFAULT_TEMPO_US)

    def beat(self, tick: float) -> float:
        """A tick in beats from the start."""
        return tick / self.ticks_per_beat

    def seconds(self, ticks: Iterable[int]) -> list[float]:
        """Ticks as seconds from the start, by the tempos."""
        changes: list[tuple[int, int, float]] = [(0, DEFAULT_TEMPO_US, 0.0)]
        for tick, tempo_us in self.tempos:
            last, before_us, at_s = changes[-1]
            changes.append((tick, tempo_us, at_s + self.beat(tick - last) * before_us / 1e6))
        starts = [change[0] for change in changes]
        found = []
        for tick in ticks:
            last, tempo_us, at_s = changes[bisect_right(starts, tick) - 1]
            found.append(at_s + self.beat(tick - last) * tempo_us / 1e6)
        return found

    def remark(self, name: str) -> str | None:
        """One sentence about what is not as it should be in the file `name`; None where all is."""
        if not self.mended:
            return None
        return f"{name!r} is read, but not all is as it should be: {', '.join(self.mended)}"


def read(path: Path) -> MidiSequence:
    """The notes of the MIDI file at `path`.

    Raises DataError when it cannot be opened, is no MIDI file, or holds no notes.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(
                f"{path.name!r} has {size / 1e6:.0f} MB; a MIDI file of at most"
                f" {MOST_BYTES / 1e6:.0f} MB is read: give another .mid"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"there is no file {str(path)!r}; give a .mid") from None
    except OSError as error:
        raise DataError(
            f"{path.name!r} cannot be read ({(error.strerror or str(error)).lower()}); give another"
            " .mid"
        ) from None
    return parse(data, path.name)


def parse(data: bytes, name: str = "this") -> MidiSequence:
    """The notes in the bytes of a MIDI file called `name`. Raises DataError as `read` does."""
    if not data:
        raise DataError(f"{name!r} is empty; give another .mid")
    head, first = data.find(b"MThd"), data.find(b"MTrk")
    if first < 0:
        raise DataError(f"{name!r} is not a MIDI file (it has no track); give another .mid")
    mended: Counter[str] = Counter()
    division, promised, at = _header(data, head, first, mended)
    tracks = _tracks(data, at, mended)
    if promised > len(tracks):
        mended["missing track"] += promised - len(tracks)
    tempos = sorted((event for track in tracks for event in track.tempos), key=lambda e: e[0])
    meters = sorted((event for track in tracks for event in track.meters), key=lambda e: e[0])
    ticks_per_beat = float(division)
    if division & 0x8000:  # time in frames: beats are those of the first tempo
        rate_hz = FRAMES_HZ.get(256 - (division >> 8), FRAMES_HZ[25]) * ((division & 0xFF) or 40)
        tempo_us = tempos[0][1] if tempos else DEFAULT_TEMPO_US
        tempos = [(0, min(max(tempo_us, FASTEST_US), SLOWEST_US))]
        ticks_per_beat = rate_hz * tempos[0][1] / 1e6
        mended["time counted in frames, taken at one tempo"] += 1
    parts = [part for i, track in enumerate(tracks) for part in track.parts(i, mended)]
    if not parts:
        words = _words(mended)
        damage = f" ({', '.join(words)})" if words else ""
        raise DataError(f"the MIDI file {name!r} holds no notes{damage}; give another .mid")
    parts, tempos, meters = _shortened(parts, tempos, meters, ticks_per_beat, mended)
    return MidiSequence(
        ticks_per_beat, tuple(parts), tuple(tempos), tuple(meters), tuple(_words(mended))
    )


def _words(mended: Counter[str]) -> list[str]:
    """Each kind of mending with how often: "2 notes without an end left out"."""
    said = []
    for what, count in (+mended).items():  # those that came up
        if what in _COUNTED:
            one, many = _COUNTED[what]
            said.append(f"{count} {one if count == 1 else many}")
        else:
            said.append(what)
    return said


_COUNTED = {
    "value": ("value over 127 taken as 127", "values over 127 taken as 127"),
    "pitch": ("note over 127 left out", "notes over 127 left out"),
    "endless": (
        "note without an end taken to end at the next",
        "notes without an end taken to end at the next",
    ),
    "lost": ("note without a length left out", "notes without a length left out"),
    "long": (
        f"note longer than {LONGEST_REST_BARS} bars cut",
        f"notes longer than {LONGEST_REST_BARS} bars cut",
    ),
    "rest": (
        f"silence of more than {LONGEST_REST_BARS} bars closed up",
        f"silences of more than {LONGEST_REST_BARS} bars closed up",
    ),
    "tempo": ("tempo that is none passed over", "tempos that are none passed over"),
    "meter": ("time signature that is none passed over", "time signatures that are none passed"),
    "key": ("key signature that is none passed over", "key signatures that are none passed over"),
    "place": ("damaged place passed over", "damaged places passed over"),
    "unknown": ("unknown event passed over", "unknown events passed over"),
    "missing track": ("track missing", "tracks missing"),
    "cut": ("track cut off", "tracks cut off"),
}


def _header(data: bytes, head: int, first: int, mended: Counter[str]) -> tuple[int, int, int]:
    """The division of time, how many tracks there should be, and where the first chunk begins."""
    if head < 0 or len(data) < head + 14:
        mended[f"without its header, taken at {GUESSED_TICKS} ticks a beat"] += 1
        return GUESSED_TICKS, 0, max(first, 0)
    length = int.from_bytes(data[head + 4 : head + 8], "big")
    promised = int.from_bytes(data[head + 10 : head + 12], "big")
    division = int.from_bytes(data[head + 12 : head + 14], "big")
    if not division:
        mended[f"no ticks a beat in its header, taken as {GUESSED_TICKS}"] += 1
    return division or GUESSED_TICKS, promised, head + 8 + max(6, length)


def _tracks(data: bytes, at: int, mended: Counter[str]) -> list[_Track]:
    """Every track from `at` on. A chunk's length is believed where the file or another chunk
    follows upon it; else a track goes on to its end mark or the next track."""
    if not _is_chunk(data, at):
        at = data.find(b"MTrk")
    tracks = []
    while 0 <= at < len(data):
        kind, begin = data[at : at + 4], at + 8
        end = begin + int.from_bytes(data[at + 4 : begin], "big")
        believed = end == len(data) or _is_chunk(data, end)
        if kind == b"MTrk":
            follows = data.find(b"MTrk", begin)
            limit = end if believed else follows if follows > 0 else len(data)
            track = _Track(data[begin:limit])
            track.read(mended, is_short=end > len(data))
            tracks.append(track)
            after = begin + track.at
            at = end if believed and data[after : after + 4] != b"MTrk" else after
        elif kind == b"MThd":
            break  # another piece, behind this one
        else:
            at = end if believed else at + 1
        if not _is_chunk(data, at):
            at = data.find(b"MTrk", min(at, len(data)))
    return tracks


def _is_chunk(data: bytes, at: int) -> bool:
    """Whether a chunk seems to begin here: four letters, and a length."""
    return at + 8 <= len(data) and data[at : at + 4].isalnum() and data[at : at + 4].isascii()


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


class _Track:
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


def _shortened(
    parts: list[Part],
    tempos: list[tuple[int, int]],
    meters: list[tuple[int, int, int]],
    ticks_per_beat: float,
    mended: Counter[str],
) -> tuple[list[Part], list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Without long silences of all parts and without notes as long. A silence loses pairs of
    bars, so that what follows keeps its place in them."""
    starts = [meter[0] for meter in meters]

    def bar(tick: int) -> float:
        i = bisect_right(starts, tick) - 1
        beats = 4.0 if i < 0 else 4.0 * meters[i][1] / meters[i][2]
        return beats * ticks_per_beat

    longest = LONGEST_REST_BARS * max(4.0 * ticks_per_beat, *(bar(tick) for tick in starts), 1.0)
    spans = sorted((n.start, n.end) for part in parts for n in part.notes)
    if any(end - start > longest for start, end in spans):
        most = int(longest)
        mended["long"] += sum(end - start > most for start, end in spans)
        parts = [
            Part(
                part.track,
                part.channel,
                part.program,
                [
                    n if n.end - n.start <= most else n._replace(end=n.start + most)
                    for n in part.notes
                ],
            )
            for part in parts
        ]
        spans = [(start, min(end, start + most)) for start, end in spans]
    froms, cuts = [0], [0]  # from each tick on, by how many all lies earlier
    silent_from = 0
    for start, end in spans:
        if (rest := start - silent_from) > LONGEST_REST_BARS * (length := bar(silent_from)):
            pairs = int((rest - REST_LEFT_BARS * length) // (2 * length))
            froms.append(start)
            cuts.append(cuts[-1] + round(pairs * 2 * length))
            mended["rest"] += 1
        silent_from = max(silent_from, end)
    if len(froms) == 1:
        return parts, tempos, meters

    def moved(tick: int) -> int:
        i = bisect_right(froms, tick) - 1
        latest = froms[i + 1] - cuts[i + 1] if i + 1 < len(froms) else tick
        return min(tick - cuts[i], latest)  # in the silence: not behind its end

    return (
        [
            Part(
                part.track,
                part.channel,
                part.program,
                [n._replace(start=moved(n.start), end=moved(n.end)) for n in part.notes],
            )
            for part in parts
        ],
        [(moved(tick), tempo) for tick, tempo in tempos],
        [(moved(tick), beats, unit) for tick, beats, unit in meters],
    )
