"""What the web page may ask of the engine, and nothing more."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from livesyn.control.mapping import MapRow


class View(Protocol):
    """The show as the page sees it. Every method is called in the engine's asyncio loop and
    must return at once.

    `snapshot` is a fresh dict each time; nobody changes it afterwards. Its keys:

    - `now_s`: the monotonic time it was made at
    - `timeline`: `beat` falls on `time_s` at `bpm`; `playing`
    - `bar`: the bar that sounds now; bar n is beats [4n, 4n+4)
    - `phrase`: `bar`, `notes` [[start_beats, duration_beats, pitch, velocity, channel], ...] from
      the bar line, `played` (`new`, `repeat`, `stored` or `silent`); `next`: the same for the bar
      after it, or None while it is not committed; `coming`: the same for the bar after the one
      made last, as it would be now (a sketch: shown, never played), or None
    - `latent`: (D,) floats; `directions`: 12 floats, in standard deviations; `radius`: |z|/sqrt(D)
    - `params`: name -> own value, every row of the table; `moved`: name -> value now of those that
      modulation moves; `waiting`: `name`, `value` and `beat` of each change that waits for its
      line; `modulation`: the matrix, a dictionary of its fields for each row
    - `chord`: what is followed of the band: a chord ("Am7"), a key, or why not; "" where none is
    - `source`, `sound`, `midi`, `lamps`, `sync`: `name`, `state` (`opening`, `running`, `lost` or
      `off`), `reason` (a sentence or ""); `sync`, who leads the beat, is off while the show itself
      does; `sound` also, while it is painted, `levels` (those of `params.LEVELS`, 0 to 1) and
      `period`, what it sounds like ("" where that is not known)
    - `scenes`: of each scene `name`, `full`: whether anything is stored there, whether it is the
      `current` one (recalled last) and whether the `next` (which waits for its line), `chosen`:
      whether the crossfader of `morph` leads there, `about`, a sentence or "", and `wrong`, why its
      file was not read, or ""
    - `scene_set`: the names `current` ("live", or "") and `next` ("": none), which begins on `beat`
      and is there `beats` later; `cue`, the place in the set list from 1, or 0; `cues`, its names
    - `mapping`: of controls: `version`, which counts changes of the map, `target` (what waits for
      its control, or ""), `learnt` (the row learnt last, or None), `heard` (what moved last),
      `knobs` (parameter -> [value where its control stands, whether it has taken over]), `ports`
      (of controls, like `midi`)
    - `numbers`: `fps`, `latency_ms`, `ready_margin_ms`, `late_ms_p99`, `late`, `dropped`,
      `repeats`,
      `realtime`, and where pictures are made `pictures_fps`, `sound_to_picture_ms`, `flashes_held`;
      None where it is not known
    - `engine`: `model`, `device`, `state` (`running` or `slow`), `reason`
    - `standby`: `leads`, whether this show is heard or muted while another leads; `words`, how it
      stands with the other, "" where there is none
    - `models`: `used` (kind -> name), `loading` (the name of one that is to be played next, or ""),
      `choices` (`name` and `kind` of each that can be)
    - `lights`: `kind` (source, model, output or client), `name`, `state` and `reason` of each
    - `events`: the last few lines of text, oldest first
    """

    def snapshot(self) -> dict[str, Any]:
        """The show now. Called about ten times a second while a page is open."""

    def frame(self) -> np.ndarray | None:
        """The newest source picture, (H, W, 3) uint8 RGB, a new array for each picture."""

    def memory(self) -> np.ndarray | None:
        """The picture the music remembers, (64, 64, 3) uint8 RGB, a new array for each picture."""

    def painting(self) -> np.ndarray | None:
        """The newest painting, (H, W, 3) uint8 RGB, a new array for each; None while the sound
        paints nothing.
        """

    def set_param(self, name: str, value: float) -> None:
        """Set a parameter; `name` is in the table and `value` in its range."""

    def set_modulation(self, row: int, field: str, value: float | str) -> None:
        """Set a field, which is legal, of a row (from 1) of the modulation matrix."""

    def transport(self, do: str, value: float | None) -> None:
        """`play`, `stop`, `tap`, or with a value `tempo` (bpm) and `nudge` (ms later)."""

    def order_scene(self, do: str, name: str, bars: float | None) -> None:
        """`recall` or `store` the scene `name`, or go to the `next` or `previous` one of the set
        list; `bars` is the crossfade's length, None as the scene says.
        """

    def learn(self, to: str) -> None:
        """Have the next control that moves be that of `to`, a parameter or an action; "" ends
        it.
        """

    def put_row(self, row: MapRow | None, instead: MapRow | None) -> None:
        """Put a row of the map of controls in another's place; None adds, or takes away."""

    def replace_map(self, rows: tuple[MapRow, ...] | None) -> None:
        """Have another map of controls; None is the default one."""

    def press(self, key: str, down: bool) -> None:
        """A key that may be mapped went down or up."""

    def rows(self) -> tuple[MapRow, ...]:
        """The map of controls."""

    def use_model(self, name: str) -> None:
        """Play by another checkpoint, in place of the one of its kind."""

    def panic(self) -> None:
        """End every note."""
