"""Standard MIDI Files as people have them: what a sequencer would play is read, and what had to be
passed over is told in words.

Files are found whole, cut off, in a RIFF or MacBinary wrapper, with wrong lengths, with values over
127, with events that the standard does not know. Very long gaps are shortened: a silence of all
parts longer than LONGEST_REST_BARS, and a note as long.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from livesyn.base.errors import DataError
from livesyn.music.midi_rests import LONGEST_REST_BARS, shortened
from livesyn.music.midi_sequence import DEFAULT_TEMPO_US, MidiSequence
from livesyn.music.midi_track import Track

SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".smf")
MOST_BYTES = 64_000_000
GUESSED_TICKS = 480  # a beat, where the header does not say
FASTEST_US, SLOWEST_US = 100_000, 4_000_000  # a beat, by which frames are made beats
FRAMES_HZ = {24: 24.0, 25: 25.0, 29: 30000 / 1001, 30: 30.0}


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
    parts, tempos, meters = shortened(parts, tempos, meters, ticks_per_beat, mended)
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


def _tracks(data: bytes, at: int, mended: Counter[str]) -> list[Track]:
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
            track = Track(data[begin:limit])
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
