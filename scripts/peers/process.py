"""A worker seen from the bench: started, told to do a round, ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

READY_S, ROUND_S, LEAVE_S = 120.0, 120.0, 5.0


class WorkerError(Exception):
    """A worker that cannot start or go on; its text is the sentence of the row."""


class Worker:
    """A process that does one round for each line of stdin (`peers.serve`). `about` is what it said
    when it was ready. Raises WorkerError.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
    ) -> None:
        # Left open: the process writes to it for as long as it lives.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                text=True,
                encoding="utf-8",
                env={**os.environ, "ORT_DISABLE_TELEMETRY": "1", **environment},
                cwd=folder,
            )
        except OSError as error:
            self._complaints.close()
            raise WorkerError(f"{command[0]} cannot be started ({error.strerror})") from None
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.about: dict[str, Any] = self._answer(READY_S)["ready"]
        except WorkerError:
            self.close()
            raise

    def round(self) -> dict[str, Any]:
        """Do one. Raises WorkerError."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("round\n")
            self._process.stdin.flush()
        except OSError:
            raise WorkerError(self._last_words()) from None
        return self._answer(ROUND_S)

    def close(self) -> None:
        """End it, kindly first."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(LEAVE_S)
        self._process.stdout.close()
        self._complaints.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError):  # closed
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put("")

    def _answer(self, patience_s: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=patience_s)
        except queue.Empty:
            self._process.kill()
            raise WorkerError(f"gave no answer within {patience_s:.0f} s") from None
        if not line:
            raise WorkerError(self._last_words())
        try:
            answer = json.loads(line)
        except ValueError:
            raise WorkerError(f"answered {line.strip()[:80]!r}, which is not JSON") from None
        if "failed" in answer:
            raise WorkerError(answer["failed"])
        return dict(answer)

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVE_S)
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        ended = f"its process ended with exit code {self._process.poll()}"
        return f"{ended}: {said[-1][:200]}" if said else ended
