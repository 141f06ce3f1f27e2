"""What is refused before anything is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from livesyn.base.errors import DataError
from livesyn.config.sections import Sound, Source
from livesyn.show import preflight

MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(4000)  # film or sound
LOOK = """
import sys
from livesyn.config.sections import Sound, Source
from livesyn.show import preflight
preflight.check_source(Source("video", sys.argv[1]))
preflight.check_sound(Sound("file", sys.argv[1]))
print(*sorted({"av", "PIL", "numpy"} & set(sys.modules)))
"""


def test_files_are_looked_at_without_a_library(tmp_path: Path) -> None:
    """It would stay in the supervisor's memory for the whole show."""
    path = tmp_path / "a.mp4"
    path.write_bytes(MP4)
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("content", "name", "video", "sound"),
    [
        (b"fLaC" + bytes(99), "a.mp4", "holds sound but has no pictures", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.wav", "", "has pictures but no sound"),
        (b"MThd" + bytes(99), "a.mp4", "is no video", "is no sound"),
        (b"%PDF-1.7", "a.mp4", "a PDF document", "a PDF document"),
        (bytes(99), "a.mid", "is no video", "is no sound"),
        (bytes(99), "a.wav", "", ""),
        (b"DKIF" + bytes(99), "a.wav", "", ""),
        (MP4, "a.wav", "", ""),
    ],
)
def test_the_first_bytes_tell_what_is_refused(
    tmp_path: Path, content: bytes, name: str, video: str, sound: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for expected, check in (
        (video, lambda: preflight.check_source(Source("video", str(path)))),
        (sound, lambda: preflight.check_sound(Sound("file", str(path)))),
    ):
        if expected:
            with pytest.raises(DataError, match=expected):
                check()
        else:
            check()
