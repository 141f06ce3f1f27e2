"""Tokens and notes: the 90 events of a MusicVAE melody.

Token 0 holds (the note before rings on, or silence goes on), token 1 ends the note, tokens
2 to 89 strike the 88 piano keys, MIDI pitches 21 to 108. One token lasts a sixteenth; a
two-bar 4/4 window is 32 tokens. (SynVAE thesis, section 2.2; MusicVAE, section 4.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from livesyn.base.errors import ShapeError
from livesyn.base.types import Note

HOLD = 0
NOTE_OFF = 1
FIRST_PITCH = 21
LAST_PITCH = 108
SIZE = 2 + LAST_PITCH - FIRST_PITCH + 1  # 90

STEPS_PER_BEAT = 4
BEATS_PER_BAR = 4
STEPS_PER_BAR = STEPS_PER_BEAT * BEATS_PER_BAR  # 16
BARS = 2
STEPS = BARS * STEPS_PER_BAR  # 32


def token_of(pitch: int) -> int:
    """The token that strikes MIDI `pitch` (21 to 108)."""
    if not FIRST_PITCH <= pitch <= LAST_PITCH:
        raise ShapeError(f"pitch {pitch} is outside the piano, {FIRST_PITCH} to {LAST_PITCH}")
    return pitch - FIRST_PITCH + 2


def pitch_of(token: int) -> int:
    """The MIDI pitch a note token strikes."""
    return token - 2 + FIRST_PITCH


def folded(pitch: int) -> int:
    """MIDI `pitch`, moved by octaves until it is on the piano."""
    while pitch < FIRST_PITCH:
        pitch += 12
    while pitch > LAST_PITCH:
        pitch -= 12
    return pitch


def tokens_to_notes(
    tokens: Sequence[int] | np.ndarray, velocity: int = 96, channel: int = 1
) -> list[Note]:
    """Notes of a token sequence (T,), times in beats from its start. A note still
    ringing at the end lasts until the end."""
    notes: list[Note] = []
    pitch, start = -1, 0
    for step, token in enumerate([*map(int, tokens), NOTE_OFF]):
        if token == HOLD:
            continue
        if pitch >= 0:
            notes.append(
                Note(
                    start / STEPS_PER_BEAT,
                    (step - start) / STEPS_PER_BEAT,
                    pitch,
                    velocity,
                    channel,
                )
            )
        pitch, start = (pitch_of(token), step) if token > NOTE_OFF else (-1, step)
    return notes


def notes_to_tokens(notes: Iterable[Note], steps: int = STEPS) -> np.ndarray:
    """Tokens (steps,) of a melody: starts and ends rounded to sixteenths, a later note cuts
    the one before, of two that start together the higher wins. Pitches off the piano are
    folded in by octaves. A note already ringing at beat 0 is struck there."""
    tokens = np.zeros(steps, np.int64)
    ends = np.zeros(steps, np.int64)
    for note in sorted(notes, key=lambda n: (n.start_beats, n.pitch)):
        start = max(0, round(note.start_beats * STEPS_PER_BEAT))
        end = max(start + 1, round(note.end_beats * STEPS_PER_BEAT))
        if start >= steps or note.end_beats <= 0:
            continue
        tokens[start], ends[start] = token_of(folded(note.pitch)), end
    sounding_until = 0
    for step in range(steps):
        if tokens[step] > NOTE_OFF:
            sounding_until = ends[step]
        elif step == sounding_until and sounding_until > 0:
            tokens[step] = NOTE_OFF
    return tokens


def attacks(tokens: np.ndarray) -> np.ndarray:
    """Number of notes struck in each sequence: (..., T) -> (...). (Thesis, Figure 9.)"""
    return np.asarray((np.asarray(tokens) > NOTE_OFF).sum(-1))


def transpose(tokens: np.ndarray, semitones: np.ndarray | int) -> np.ndarray:
    """Shift the pitches of (..., T) tokens; what leaves the piano folds back by an octave."""
    tokens = np.asarray(tokens)
    shifted = tokens + np.asarray(semitones)
    shifted = np.where(
        shifted > SIZE - 1, shifted - 12, np.where(shifted < 2, shifted + 12, shifted)
    )
    return np.where(tokens > NOTE_OFF, shifted, tokens)
