"""The MIDI messages livesyn sends, as bytes. Channels count from 1, as musicians do."""

from __future__ import annotations

ALL_CHANNELS = range(1, 17)
CONTROL_MSB = 20  # CC 20-31, one for each principal direction
CONTROL_LSB = 52  # their fine halves, 32 above
CONTROL_REACH_STD = 4.0  # what the ends of the 14 bits stand for
SIXTEENTHS_PER_BEAT = 4

CLOCK = bytes([0xF8])
START = bytes([0xFA])
CONTINUE = bytes([0xFB])
STOP = bytes([0xFC])


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """Strike. A velocity of 0 would mean the end of the note, so the softest is 1."""
    return bytes([0x90 | (channel - 1) & 0x0F, pitch & 0x7F, min(max(velocity, 1), 127)])


def note_off(channel: int, pitch: int) -> bytes:
    """End a note."""
    return bytes([0x80 | (channel - 1) & 0x0F, pitch & 0x7F, 0])


def control_change(channel: int, controller: int, value: int) -> bytes:
    """One controller, 0 to 127."""
    return bytes([0xB0 | (channel - 1) & 0x0F, controller, value & 0x7F])


def control_14bit(value_std: float) -> int:
    """-4..4 standard deviations as 0..16383, the middle at 8192; clamped."""
    share = (min(max(value_std, -CONTROL_REACH_STD), CONTROL_REACH_STD) + CONTROL_REACH_STD) / (
        2 * CONTROL_REACH_STD
    )
    return round(share * 16383)


def control_pair(index: int, value: int, channel: int = 1) -> tuple[bytes, bytes]:
    """Direction `index` (0..11) at `value` (0..16383): coarse first, since a coarse half resets the
    fine one.
    """
    return control_change(channel, CONTROL_MSB + index, value >> 7), control_change(
        channel, CONTROL_LSB + index, value & 0x7F
    )


def song_position(beat: float) -> bytes:
    """Song position pointer, in sixteenths; the message ends at 16383 of them (1,024 bars)."""
    sixteenths = min(max(round(beat * SIXTEENTHS_PER_BEAT), 0), 16383)
    return bytes([0xF2, sixteenths & 0x7F, sixteenths >> 7])


# Sustain up, all notes off, all sound off: receivers differ in which of them they obey.
PANIC: tuple[bytes, ...] = tuple(
    control_change(channel, controller, 0)
    for channel in ALL_CHANNELS
    for controller in (64, 123, 120)
)
