"""THE table of live parameters.

A row is what the command line, the TOML scene, the OSC address, the MIDI CC, the web slider
and the patches' tables are all made from. Nothing else defines a live parameter.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from livesyn.base.errors import ConfigError

KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES = (
    "off",
    "major",
    "minor",
    "harmonic minor",
    "dorian",
    "mixolydian",
    "major pentatonic",
    "minor pentatonic",
    "blues",
    "whole tone",
    "lydian",
    "phrygian",
    "locrian",
    "half-whole",
    "whole-half",
    "harmonic major",
    "dorian #4",
    "phrygian dominant",
    "melodic minor",
    "lydian augmented",
    "lydian dominant",
    "super locrian",
    "spanish",
    "bhairav",
    "hungarian minor",
    "hirajoshi",
    "in-sen",
    "iwato",
    "kumoi",
    "pelog selisir",
    "pelog tembung",
    "messiaen 3",
    "messiaen 4",
    "messiaen 5",
    "messiaen 6",
    "messiaen 7",
)
FOLLOW = ("off", "live", "chords")
FOLLOW_WHEN = ("bar", "now")
DIRECTIONS = 12
# properties of a picture that need no labels
ATTRIBUTES = ("light", "colour", "warmth", "contrast", "detail")
SCENES = ("A", "B", "C", "D")
QUANTA = ("now", "beat", "bar", "4 bars")
NAMED = 12  # of choices, in a sentence
# a lost message would be seen, heard or missed
CRITICAL = frozenset({"blackout", "freeze", "mute", "hold", "flash_limit"})
STEPS = 100  # of a range, about, where its row names no step
LABELS = 16
PERIODS = ("renaissance", "baroque", "classical", "romantic", "modern")
SYNC = ("internal", "link", "midi")
LINK_MODES = ("follow", "lead", "both")
LEVELS = {  # features of a sound: release in seconds, and words
    "rms": (0.3, "loudness"),
    "low": (0.2, "the band below 200 Hz (kicks)"),
    "mid": (0.2, "the band from 200 to 2000 Hz"),
    "high": (0.1, "the band above 2000 Hz (hats)"),
    "onset": (0.15, "attacks"),
    "onset_low": (0.15, "attacks below 200 Hz (kicks)"),
    "onset_mid": (0.15, "attacks from 200 to 2000 Hz (snares)"),
    "onset_high": (0.1, "attacks above 2000 Hz (hats)"),
}
# what attacks of a band may move in a painting
ATTACK_TARGETS = ("nothing", "composition", "zoom", "palette", "brightness")


@dataclass(frozen=True, slots=True)
class Param:
    """One live parameter. `choices` names the integer values of an enumeration. What is `direct` is
    set at once and by hand: it waits for no line (`quantise`), and no modulation moves it.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float
    description: str
    group: str
    integer: bool = False
    choices: tuple[str, ...] = ()
    cc: int | None = None
    step: float | None = None

    @property
    def step_size(self) -> float:
        """How far one step goes: the row's own, 1 of an integer, else the largest of 1, 2 and 5
        times a power of ten that goes a hundred times or more into the range.
        """
        if self.step is not None or self.integer:
            return self.step or 1.0
        part = (self.high - self.low) / STEPS
        power = 10.0 ** math.floor(math.log10(part))
        return max(digit * power for digit in (1, 2, 5) if digit * power <= part * (1 + 1e-9))

    def stepped(self, value: float, steps: float) -> float:
        """`value` that many steps on (back when negative). Numbers stop at the ends of their range;
        choices begin again, so that one button goes through all of them.
        """
        if self.choices:
            return float(round(value + steps) % len(self.choices))
        return self.clamp(round(value + steps * self.step_size, 9))

    direct: bool = False

    @property
    def named_choices(self) -> str:
        """Its choices for a sentence; of many the first."""
        return listed(self.choices)

    @property
    def address(self) -> str:
        """The OSC address that sets and reports it."""
        return f"/livesyn/param/{self.name}"

    def clamp(self, value: float) -> float:
        """The nearest legal value; what is not a finite number becomes the default."""
        if not self.low <= value <= self.high:
            if not math.isfinite(value):
                return self.default
            value = self.low if value < self.low else self.high
        return float(round(value) if self.integer else value)

    def check(self, value: object) -> float:
        """`value` if it is legal, else ConfigError (for the desk; the stage clamps)."""
        if isinstance(value, str) and self.choices:
            if value in self.choices:
                return float(self.choices.index(value))
            near = difflib.get_close_matches(value, self.choices, 1)
            meant = f"; did you mean {near[0]!r}" if near else ""
            raise ConfigError(
                f"{self.name} is {value!r}{meant}; it is one of: {self.named_choices}"
            )
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or self.clamp(value) != value
        ):
            sentence = f"{self.name} is {value!r}; it goes from {self.low:g} to {self.high:g}"
            raise ConfigError(f"{sentence} {self.unit}".rstrip())
        return float(value)


def listed(choices: tuple[str, ...]) -> str:
    """Choices for a sentence; of many the first."""
    more = len(choices) - NAMED
    return ", ".join(choices[:NAMED]) + (f" and {more} more (livesyn params)" if more > 0 else "")


def _choice(
    name: str,
    choices: tuple[str, ...],
    default: int,
    description: str,
    group: str,
    cc: int | None = None,
    direct: bool = False,
) -> Param:
    high = len(choices) - 1
    return Param(name, "", 0, high, default, description, group, True, choices, cc, direct=direct)


TABLE: tuple[Param, ...] = (
    Param("tempo", "bpm", 20, 300, 110, "Beats a minute.", "transport", cc=14, step=1, direct=True),
    Param(
        "swing",
        "",
        0,
        0.75,
        0,
        "How far every second sixteenth is played late: 0 straight, 0.33 triplets.",
        "transport",
        cc=15,
    ),
    Param(
        "midi_offset",
        "ms",
        -100,
        200,
        0,
        "Play MIDI later (or earlier) than the beat, to meet the sound of other gear.",
        "latency",
        direct=True,
    ),
    Param(
        "osc_offset",
        "ms",
        -100,
        200,
        0,
        "Send notes, bars and beats by OSC later (or earlier) than the beat.",
        "latency",
        direct=True,
    ),
    Param(
        "picture_offset",
        "ms",
        0,
        500,
        0,
        "Show pictures later, to meet a sound that comes late from the loudspeakers.",
        "latency",
        direct=True,
    ),
    Param(
        "sound_offset",
        "ms",
        -100,
        500,
        0,
        "Play the page's own sound later (or earlier) than the beat.",
        "latency",
        direct=True,
    ),
    _choice(
        "sync",
        SYNC,
        0,
        "Who leads the beat: the show itself, an Ableton Link session, or a MIDI clock that comes"
        " in.",
        "sync",
        direct=True,
    ),
    Param(
        "sync_offset",
        "ms",
        -500,
        500,
        0,
        "Play later (or earlier) than the session or the MIDI clock that leads; nudge adds to it.",
        "sync",
        direct=True,
    ),
    Param(
        "quantum",
        "beats",
        1,
        16,
        4,
        "How many beats of who leads count as one bar: bar lines meet its multiples.",
        "sync",
        True,
        direct=True,
    ),
    _choice(
        "link_mode",
        LINK_MODES,
        2,
        "In a Link session: follow the others' tempo, lead them, or both.",
        "sync",
        direct=True,
    ),
    Param(
        "link_start_stop",
        "",
        0,
        1,
        1,
        "Start and stop together with the others of a Link session.",
        "sync",
        True,
        ("off", "on"),
        direct=True,
    ),
    Param(
        "commit_ahead",
        "ms",
        200,
        2000,
        400,
        "How long before its bar line a bar is handed to the player.",
        "transport",
        direct=True,
    ),
    _choice(
        "quantise",
        QUANTA,
        0,
        "When a change takes effect: now, or on the next beat, bar or fourth bar.",
        "transport",
        direct=True,
    ),
    Param(
        "lookahead",
        "ms",
        0,
        1000,
        0,
        "A change that comes less than this before its line takes the line after.",
        "transport",
        direct=True,
    ),
    Param(
        "temperature",
        "",
        0.05,
        2,
        0.5,
        "How freely notes are drawn: low repeats the likeliest, 1 is as in training.",
        "music",
        cc=16,
    ),
    _choice("key", KEYS, 0, "Root of the scale.", "music"),
    _choice(
        "scale",
        SCALES,
        0,
        "Notes outside it move to the nearest note inside; off leaves them.",
        "music",
    ),
    _choice(
        "follow",
        FOLLOW,
        0,
        "Follow the band: the key and scale of Ableton Live, or the chords that are played into"
        " MIDI in.",
        "music",
        direct=True,
    ),
    _choice(
        "follow_when",
        FOLLOW_WHEN,
        0,
        "When a chord or key of the band is heard: from the next bar, or now, with the notes of"
        " this bar that are still to come.",
        "music",
        direct=True,
    ),
    Param("octave", "octaves", -3, 3, 0, "Move the melody up or down.", "music", True, cc=17),
    Param(
        "pitch_low",
        "MIDI note",
        21,
        108,
        36,
        "Notes below are folded up by octaves.",
        "music",
        True,
    ),
    Param(
        "pitch_high",
        "MIDI note",
        21,
        108,
        96,
        "Notes above are folded down by octaves.",
        "music",
        True,
    ),
    Param(
        "density_min",
        "notes/bar",
        0,
        16,
        0,
        "A sparser bar has its longest notes struck again.",
        "music",
        True,
    ),
    Param(
        "density_max",
        "notes/bar",
        0,
        16,
        16,
        "A busier bar loses its metrically weakest notes; 0 is silence.",
        "music",
        True,
        cc=18,
    ),
    Param("velocity", "", 1, 127, 92, "How hard notes are struck.", "music", True, cc=7),
    Param("accent", "", 0, 1, 0.4, "How much strong beats stand out.", "music"),
    Param(
        "gate", "", 0.1, 1, 0.95, "Part of its written length that a note sounds.", "music", cc=19
    ),
    Param(
        "window", "bars", 0.25, 8, 2, "How much of the past each bar looks at.", "latent", cc=102
    ),
    Param(
        "half_life",
        "bars",
        0,
        16,
        0.5,
        "How slowly the music follows the picture: bars until half of a change is heard.",
        "latent",
        cc=103,
    ),
    Param(
        "variation",
        "",
        0,
        2,
        1,
        "How much of the encoder's own spread is played: 0 the mean, 1 as trained.",
        "latent",
        cc=104,
    ),
    Param(
        "drift",
        "bars",
        0.5,
        64,
        8,
        "How slowly the variation wanders: bars until it has forgotten itself.",
        "latent",
        cc=105,
    ),
    Param(
        "radius",
        "",
        0.25,
        2,
        1,
        "Scale of the latent: below 1 calmer and plainer, above 1 stranger.",
        "latent",
        cc=106,
    ),
    *(
        Param(
            f"steer_{i}",
            "std",
            -3,
            3,
            0,
            f"Push the latent along its principal direction {i + 1}.",
            "steer",
        )
        for i in range(DIRECTIONS)
    ),
    Param(
        "light",
        "",
        -2,
        2,
        0,
        "Add what the music makes of light, or take it away.",
        "attribute",
        cc=109,
    ),
    Param("colour", "", -2, 2, 0, "Add what it makes of strong colours.", "attribute", cc=110),
    Param("warmth", "", -2, 2, 0, "Add what it makes of red against blue.", "attribute", cc=111),
    Param("contrast", "", -2, 2, 0, "Add what it makes of light beside dark.", "attribute", cc=112),
    Param("detail", "", -2, 2, 0, "Add what it makes of fine structure.", "attribute", cc=113),
    Param(
        "label",
        "",
        1,
        LABELS,
        1,
        "Which of the checkpoint's labels label_amount adds; livesyn attributes names them.",
        "attribute",
        True,
    ),
    Param(
        "label_amount",
        "",
        -2,
        2,
        0,
        "Add what the music makes of that label's pictures.",
        "attribute",
    ),
    _choice(
        "recall_on",
        QUANTA,
        QUANTA.index("bar"),
        "When a scene begins that is recalled: now, or on the next beat, bar or fourth bar.",
        "scene",
        direct=True,
    ),
    Param(
        "scene_fade",
        "bars",
        0,
        64,
        1,
        "How long the crossfade to a scene takes that does not say so itself.",
        "scene",
        direct=True,
    ),
    _choice(
        "morph_to",
        SCENES,
        0,
        "The scene whose latent morph leads to; an empty one changes nothing.",
        "scene",
    ),
    Param(
        "morph",
        "",
        0,
        1,
        0,
        "How far the latent is from the live picture to that of the scene: 0 live, 1 the scene.",
        "scene",
        cc=108,
    ),
    *(
        Param(f"{name}_sensitivity", "x", 0, 8, 1, f"Weight of {what}: 0 leaves it out.", "sound")
        for name, (_, what) in LEVELS.items()
    ),
    *(
        Param(
            f"{name}_release",
            "s",
            0.02,
            4,
            release_s,
            f"Release of {what}: seconds until a third is left.",
            "sound",
        )
        for name, (release_s, what) in LEVELS.items()
    ),
    _choice(
        "period",
        ("heard", *PERIODS),
        0,
        "The period that is painted: the one that is heard, or always this one.",
        "painting",
    ),
    Param(
        "glide",
        "s",
        0,
        30,
        1.5,
        "How slowly the painting follows the period of the music: seconds until half of a change is"
        " seen.",
        "painting",
    ),
    Param("kick", "", 0, 4, 1, "How far what is heard pushes the painting about.", "painting"),
    _choice(
        "onset_low_to",
        ATTACK_TARGETS,
        2,
        "What attacks below 200 Hz (kicks) move in the painting.",
        "painting",
    ),
    _choice(
        "onset_mid_to",
        ATTACK_TARGETS,
        3,
        "What attacks from 200 to 2000 Hz (snares) move in the painting.",
        "painting",
    ),
    _choice(
        "onset_high_to",
        ATTACK_TARGETS,
        4,
        "What attacks above 2000 Hz (hats) move in the painting.",
        "painting",
    ),
    Param(
        "wander",
        "x",
        0,
        8,
        1,
        "How fast the painting changes by itself while there is sound.",
        "painting",
    ),
    Param(
        "spread",
        "",
        0,
        2,
        1,
        "How far paintings stray from the average one of their period.",
        "painting",
    ),
    Param(
        "style",
        "",
        0,
        1,
        0,
        "Show the camera in the manner of the music's period: 0 shows the painting instead, 1 the"
        " camera wholly restyled.",
        "painting",
    ),
    Param(
        "flash_limit",
        "",
        0,
        1,
        1,
        "Hold back more than three flashes a second, which can bring on seizures.",
        "painting",
        True,
        ("off", "on"),
        direct=True,
    ),
    Param(
        "blackout",
        "",
        0,
        1,
        0,
        "All pictures go black.",
        "painting",
        True,
        ("off", "on"),
        direct=True,
    ),
    Param(
        "visual_speed",
        "x",
        0,
        4,
        1,
        "Speed of the built-in visuals and of the images' crossfade.",
        "picture",
        cc=107,
    ),
    Param(
        "freeze",
        "",
        0,
        1,
        0,
        "Hold what is seen: the music stays where it is, and the painting as it is.",
        "picture",
        True,
        ("off", "on"),
        direct=True,
    ),
    _choice(
        "mute",
        ("off", "on"),
        0,
        "No notes: those that sound are ended, the clock and the beat go on.",
        "music",
        direct=True,
    ),
    _choice(
        "hold",
        ("off", "on"),
        0,
        "The bar that plays repeats, until hold is off again.",
        "music",
        direct=True,
    ),
)
BY_NAME: Mapping[str, Param] = {p.name: p for p in TABLE}
BY_ADDRESS: Mapping[str, Param] = {p.address: p for p in TABLE}


def defaults() -> dict[str, float]:
    """Name -> default of every row."""
    return {p.name: float(p.default) for p in TABLE}


def row(name: str) -> Param:
    """The row called `name`; ConfigError names the nearest one."""
    if name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, 1)
        raise ConfigError(
            f"there is no parameter {name!r}"
            + (f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(BY_NAME)}")
        )
    return BY_NAME[name]


def parse_key(text: str) -> dict[str, float]:
    """Key and scale of a text like "A minor", "Eb", "F# dorian" or "off"."""
    if text.strip().lower() == "off":
        return {"scale": 0.0}
    root, _, scale = text.strip().partition(" ")
    root, scale = root[:1].upper() + root[1:].lower(), scale.strip().lower() or "major"
    root = {
        "Db": "C#",
        "D#": "Eb",
        "Gb": "F#",
        "G#": "Ab",
        "A#": "Bb",
        "Cb": "B",
        "B#": "C",
        "E#": "F",
        "Fb": "E",
    }.get(root, root)
    if root not in KEYS or scale not in SCALES[1:]:
        near = difflib.get_close_matches(scale, SCALES[1:], 1)
        meant = f"; did you mean {near[0]!r}" if near and root in KEYS else ""
        raise ConfigError(
            f"the key is {text!r}{meant}; say a root ({', '.join(KEYS)}) and a scale"
            f' ({listed(SCALES[1:])}), like "A minor", or "off"'
        )
    return {"key": float(KEYS.index(root)), "scale": float(SCALES.index(scale))}
