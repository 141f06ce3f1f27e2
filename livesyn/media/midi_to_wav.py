"""Rendering MIDI files to sound, by FluidSynth where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from livesyn.base.errors import DeviceError

SOUND_FONT_FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
    "~/.local/share/soundfonts",
    "~/Library/Audio/Sounds/Banks",
    "C:/soundfonts",
)
RENDER_LIMIT_S = 600


def renderer(say: Callable[[str], None]) -> Callable[[Path], Path] | None:
    """What makes a .wav of a .mid; None, and said, where nothing here can."""
    program, font = shutil.which("fluidsynth"), find_sound_font()
    if program is None or font is None:
        say(
            f"no .wav: {'FluidSynth' if program is None else 'a SoundFont (.sf2)'} is not"
            " installed; the .mid files are complete"
        )
        return None

    def render(path: Path) -> Path:
        target, part = path.with_suffix(".wav"), path.with_name(f".{path.stem}.part.wav")
        try:
            done = subprocess.run(
                [
                    program,
                    "-ni",
                    "-q",
                    "-r",
                    "44100",
                    "-F",
                    str(part),
                    "-T",
                    "wav",
                    str(font),
                    str(path),
                ],
                capture_output=True,
                text=True,
                timeout=RENDER_LIMIT_S,
                check=False,
            )
            if done.returncode or not part.is_file():
                raise DeviceError(
                    f"FluidSynth could not play {path.name}"
                    f" ({(done.stderr.strip().splitlines() or ['it did not say why'])[-1]});"
                    " --no-wav leaves it out"
                )
            part.replace(target)
        except subprocess.TimeoutExpired:
            raise DeviceError(
                f"FluidSynth did not finish {path.name} within {RENDER_LIMIT_S} s; --no-wav leaves"
                " it out"
            ) from None
        finally:
            part.unlink(missing_ok=True)
        return target

    return render


def find_sound_font() -> Path | None:
    """A SoundFont in one of the usual places, a General MIDI one first; None without any."""
    fonts = [
        path
        for folder in map(os.path.expanduser, SOUND_FONT_FOLDERS)  # ~ stays where there is no home
        for path in sorted(Path(folder).glob("*"))
        if path.suffix.lower() in (".sf2", ".sf3")
    ]
    return min(fonts, key=lambda path: "gm" not in path.stem.lower(), default=None)
