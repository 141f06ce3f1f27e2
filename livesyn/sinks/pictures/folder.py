"""Pictures to numbered files."""

from __future__ import annotations

import os
from pathlib import Path

from livesyn.base.errors import ConfigError, DeviceError
from livesyn.base.types import Frame
from livesyn.sinks.pictures.base import check_picture

FORMATS = ("png", "jpg")
DIGITS = 6


class FolderSink:
    """Writes 000000.png, 000001.png, … into `folder`, made if need be; goes on after the last that
    is there.

    A picture has its name only once it is whole. Raises ConfigError for a format there is not.
    """

    def __init__(self, folder: Path | str, format: str = "png") -> None:
        if format not in FORMATS:
            raise ConfigError(
                f"pictures are written as {format!r}; it is one of: {', '.join(FORMATS)}"
            )
        self.name = f"folder {Path(folder).name}"
        self._folder, self._format = Path(folder), format
        self._number: int | None = None

    def open(self) -> None:
        """Raises DeviceError when the folder cannot be made or written in."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            trial = self._folder / ".trial"
            trial.touch()
            trial.unlink()
            numbers = [
                int(path.stem)
                for path in self._folder.glob(f"*.{self._format}")
                if path.stem.isdigit()
            ]
        except OSError as error:
            raise DeviceError(
                f"pictures cannot be written into {self._folder} ({error.strerror or error}); name"
                " a folder of your own"
            ) from error
        self._number = max(numbers, default=-1) + 1

    def show(self, frame: Frame) -> None:
        import cv2

        pixels = check_picture(frame.pixels)
        if self._number is None:
            raise DeviceError(f"the folder {self._folder} is not open")
        settings = (
            [cv2.IMWRITE_JPEG_QUALITY, 95]
            if self._format == "jpg"
            else [cv2.IMWRITE_PNG_COMPRESSION, 3]
        )
        data = bytes(cv2.imencode(f".{self._format}", pixels[:, :, ::-1], settings)[1])
        path = self._folder / f"{self._number:0{DIGITS}d}.{self._format}"
        draft = path.with_suffix(".part")
        try:
            draft.write_bytes(data)
            os.replace(draft, path)
        except OSError as error:
            raise DeviceError(f"{path} cannot be written ({error.strerror or error})") from error
        self._number += 1

    def close(self) -> None:
        self._number = None
