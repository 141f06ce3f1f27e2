"""What lamps show at a moment, from the colours of the picture, the levels of the sound and the
beat. Pure: time is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from livesyn.control.fixtures import BAR, BEAT, BLACK, WHITE, Colour, Fixture, grey_of
from livesyn.control.lamp_flashes import LampLimiter
from livesyn.transport.timeline import BEATS_PER_BAR

SMOOTH_S = 0.12  # colours come thirty times a second, and lamps are told more often
BLACKOUT_S = 0.1  # from full to nothing
BACK_S = 0.5  # and from nothing to full
FALL_S = {BEAT: 0.25, BAR: 0.7}  # until a third of the stroke is left
STALE_S, SINK_S = 0.3, 0.3  # levels so old are no longer known: they sink
KEPT_PARAMS = ("blackout", "freeze", "flash_limit")


class LightShow:
    """The colours of `fixtures`, as they change. What is told may be told by any thread; `colours`
    belongs to one.

    Blackout dims at once, over whatever else holds; freeze holds; a transport that is stopped fades
    within `fade_s`; panic is about notes and changes nothing. Before the first picture all is dark,
    but for what is white.
    """

    def __init__(
        self,
        fixtures: Sequence[Fixture],
        fade_s: float,
        gain: float,
        params: Mapping[str, float],
    ) -> None:
        self._fixtures, self._fade_s, self._gain = tuple(fixtures), fade_s, gain
        self._params = {name: params[name] for name in KEPT_PARAMS}
        self._picture: Mapping[str, Colour] = {}
        self._levels: tuple[float, Mapping[str, float]] = (-math.inf, {})
        self._struck_s = {BEAT: -math.inf, BAR: -math.inf}
        self._stopped = False
        # of one thread
        self._smooth: dict[str, Colour] = {}
        self._wanted = [BLACK] * len(self._fixtures)
        self._open = 0.0 if params["blackout"] else 1.0
        self._running = 1.0
        self._limiter = LampLimiter(len(self._fixtures))
        self._time_s = -math.inf

    @property
    def held(self) -> int:
        """Colours that the flash limit did not show as they came."""
        return self._limiter.held

    def picture(self, colours: Mapping[str, Colour]) -> None:
        """The colours of the newest picture, by the names in `fixtures.COLOURS`."""
        self._picture = dict(colours)

    def levels(self, values: Mapping[str, float], now_s: float) -> None:
        """How loud it is, 0 to 1."""
        self._levels = now_s, dict(values)

    def beat(self, beat: int, time_s: float) -> None:
        """A whole beat falls."""
        self._struck_s[BEAT] = time_s
        if beat % BEATS_PER_BAR == 0:
            self._struck_s[BAR] = time_s

    def transport(self, event: str) -> None:
        """The show starts, continues or stops."""
        self._stopped = event == "stop"

    def param(self, name: str, value: float) -> None:
        """A parameter is set."""
        if name in self._params:
            self._params[name] = value

    def colours(self, now_s: float, dimmed: float = 1.0) -> list[Colour]:
        """What each lamp shows at `now_s`, linear, 0 to 1; all of them `dimmed` by that factor."""
        passed_s = min(1.0, max(0.0, now_s - self._time_s))
        self._time_s = now_s
        self._smoothen(passed_s)
        if not self._params["freeze"]:
            self._wanted = [self._of(fixture, now_s) for fixture in self._fixtures]
        dark = bool(self._params["blackout"])
        self._open = _towards(0.0 if dark else 1.0, self._open, passed_s, BLACKOUT_S, BACK_S)
        ends = 0.0 if self._stopped else 1.0
        self._running = _towards(ends, self._running, passed_s, self._fade_s, BACK_S)
        master = self._open * self._running * dimmed
        asked = [_scaled(colour, master) for colour in self._wanted]
        return self._limiter.limit(asked, now_s) if self._params["flash_limit"] else asked

    def _smoothen(self, passed_s: float) -> None:
        share = 1 - math.exp(-passed_s / SMOOTH_S)
        for name, (red, green, blue) in self._picture.items():
            r, g, b = self._smooth.get(name, (red, green, blue))
            self._smooth[name] = (
                r + share * (red - r),
                g + share * (green - g),
                b + share * (blue - b),
            )

    def _of(self, fixture: Fixture, now_s: float) -> Colour:
        white = fixture.colour == "white"
        colour = WHITE if white else self._smooth.get(fixture.colour, BLACK)
        if not fixture.is_coloured:
            colour = grey_of(colour)
        follow = self._followed(fixture.follows, now_s) if fixture.follows else 1.0
        light = fixture.level * (1 - fixture.depth * (1 - follow))
        return _scaled(colour, light * (1.0 if white else self._gain))

    def _followed(self, name: str, now_s: float) -> float:
        if name in FALL_S:
            return math.exp(-max(0.0, now_s - self._struck_s[name]) / FALL_S[name])
        told_s, values = self._levels
        sunk = math.exp(-max(0.0, now_s - told_s - STALE_S) / SINK_S)
        return min(1.0, max(0.0, values.get(name, 0.0))) * sunk


def _towards(goal: float, at: float, passed_s: float, down_s: float, up_s: float) -> float:
    """From `at` straight to `goal`, as far as one comes in `passed_s`."""
    if goal < at:
        return max(goal, at - passed_s / max(down_s, 1e-6))
    return min(goal, at + passed_s / max(up_s, 1e-6))


def _scaled(colour: Colour, by: float) -> Colour:
    """So much lighter, but no lighter than a lamp can be: its hue stays."""
    by = min(by, 1 / max(*colour, 1e-6))
    red, green, blue = colour
    return red * by, green * by, blue * by
