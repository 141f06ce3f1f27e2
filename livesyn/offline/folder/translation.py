"""A folder of pictures as music: read in some threads, composed in others many at a time, rendered
to sound by other processes, recorded and added to the page batch by batch.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from livesyn.base.errors import DataError, DeviceError, LivesynError
from livesyn.base.types import Note
from livesyn.engine.chains.see_to_hear.async_model import AsyncModel
from livesyn.engine.chains.see_to_hear.chain import ComposedBar, SeeToHear
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.music import midi_file
from livesyn.offline.bars import bars_of_picture, notes_of
from livesyn.offline.batched import ROWS, Batched
from livesyn.offline.folder import pictures
from livesyn.offline.folder.gallery import Gallery
from livesyn.offline.folder.labels import Label, label_of, labels_in
from livesyn.offline.folder.record import Record
from livesyn.sources.images import picture_files
from livesyn.transport.timeline import BEATS_PER_BAR

AT_ONCE = min(4, os.cpu_count() or 1)  # threads that read, that compose, and synthesisers
BATCHES_AHEAD = 2  # read before they are composed
Say = Callable[[str], None]
Render = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Work:
    """A picture to be translated, and the name of all that is written for it."""

    path: Path
    name: str
    size_bytes: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Read:
    """A picture that has been read: what the nets see, and the size in which it is shown."""

    work: Work
    pixels: np.ndarray
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Composed:
    """A picture whose .mid is written; `wav` ends with its .wav where one is wanted."""

    read: Read
    notes: list[Note]
    wav: Future[Path] | None


@dataclass
class Outcome:
    """What came of it: files written now, pictures done now and before, sentences of what
    failed.
    """

    written: list[Path] = field(default_factory=list)
    done: int = 0
    before: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FolderTranslation:
    """One run over the folder `source`, written into `out`. `render` makes a .wav of a .mid, or is
    None; `advance` is called for each picture that is over, `say` with what failed.
    """

    source: Path
    out: Path
    model: Model
    seed: int
    bars: int
    values: Mapping[str, float]
    render: Render | None
    say: Say
    advance: Callable[[], None]

    def run(self, works: list[Work], record: Record) -> Outcome:
        """Translate what is not done. Stopped by Ctrl-C it keeps what is finished.

        Raises DeviceError when the folder `out` cannot be written.
        """
        outcome = Outcome()
        gallery = Gallery(self.out)
        labels = self._labels(works)
        try:
            gallery.prepare()
            gallery.remember()
            done = {work.name for work in works if self._is_done(work, record, gallery)}
            record.done = {name: known for name, known in record.done.items() if name in done}
            gallery.pictures = {
                name: known for name, known in gallery.pictures.items() if name in done
            }
            todo = [work for work in works if work.name not in done]
            outcome.before = len(done)
            for _ in done:
                self.advance()
            if record.path.exists():  # what will be overwritten is no longer done
                self._hang(gallery, record, labels)
            with ExitStack() as stack:
                self._translate(
                    todo,
                    stack,
                    gallery,
                    record,
                    outcome,
                    lambda: self._hang(gallery, record, labels),
                )
        except OSError as error:
            raise DeviceError(
                f"cannot write into {self.out}: {error.strerror or error}; free some room there or"
                " give another folder with -o"
            ) from None
        return outcome

    def _translate(
        self,
        todo: list[Work],
        stack: ExitStack,
        gallery: Gallery,
        record: Record,
        outcome: Outcome,
        hang: Callable[[], None],
    ) -> None:
        reading, composing, rendering = (
            _pool(stack, name) for name in ("read", "compose", "render")
        )
        flight: deque[Future[list[Composed]]] = deque()

        def settle(waiting: bool) -> None:
            for composed in flight[0].result():
                if waiting or composed.wav is None or _is_made(composed.wav):
                    self._keep(composed, gallery, record, outcome)
            flight.popleft()
            hang()

        try:
            for batch in self._batches(todo, reading, gallery, outcome):
                flight.append(composing.submit(self._compose, batch, rendering, outcome))
                while len(flight) > AT_ONCE:
                    settle(waiting=True)
            while flight:
                settle(waiting=True)
        except KeyboardInterrupt:
            while flight:  # the batch in work is waited for in any case, so it is kept
                if flight[0].cancel():
                    flight.popleft()
                else:
                    settle(waiting=False)
            raise

    def _batches(
        self, todo: list[Work], reading: ThreadPoolExecutor, gallery: Gallery, outcome: Outcome
    ) -> Iterator[list[Read]]:
        """The pictures in order, so many as are composed at once; what cannot be read is left
        out.
        """
        ahead: deque[Future[Read]] = deque()
        batch: list[Read] = []
        works = iter(todo)
        while True:
            while len(ahead) < BATCHES_AHEAD * ROWS and (work := next(works, None)) is not None:
                ahead.append(reading.submit(self._read, work, gallery))
            if not ahead:
                break
            try:
                batch.append(ahead.popleft().result())
            except DataError as error:
                self._fail(str(error), outcome)
            if len(batch) == ROWS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _read(self, work: Work, gallery: Gallery) -> Read:
        pixels, size = pictures.seen_and_shown(
            work.path, self.model.image_size, gallery.shown(work.name), gallery.thumb(work.name)
        )
        return Read(work, pixels, size)

    def _compose(
        self, batch: list[Read], rendering: ThreadPoolExecutor, outcome: Outcome
    ) -> list[Composed]:
        """The music of a batch as .mid files. In a thread of its own."""
        composed = []
        for read, music in zip(
            batch, asyncio.run(self._hear([read.pixels for read in batch])), strict=True
        ):
            if isinstance(music, LivesynError):
                self._fail(f"{read.work.path.name!r} gives no music ({music})", outcome)
                continue
            notes, path = notes_of(music, self.values["swing"]), self.out / f"{read.work.name}.mid"
            midi_file.save(
                midi_file.midi_file(
                    midi_file.by_part(notes), self.values["tempo"], self.bars * float(BEATS_PER_BAR)
                ),
                path,
            )
            composed.append(
                Composed(
                    read,
                    notes,
                    None if self.render is None else rendering.submit(self.render, path),
                )
            )
        return composed

    async def _hear(self, seen: list[np.ndarray]) -> list[list[ComposedBar] | LivesynError]:
        nets = AsyncModel(self.model, Batched())
        chains = (
            bars_of_picture(
                SeeToHear(nets, self.model.space, self.seed, voices=self.model.voices),
                pixels,
                self.bars,
                self.values,
            )
            for pixels in seen
        )
        heard = await asyncio.gather(*chains, return_exceptions=True)
        for music in heard:
            if isinstance(music, BaseException) and not isinstance(music, LivesynError):
                raise music
        return heard  # type: ignore[return-value]

    def _keep(self, composed: Composed, gallery: Gallery, record: Record, outcome: Outcome) -> None:
        """A picture is finished: add it to the page, and record it unless its sound failed."""
        work, notes = composed.read.work, composed.notes
        try:
            wav = None if composed.wav is None else composed.wav.result()
        except DeviceError as error:
            gallery.hang(work.name, composed.read.size, notes, wav=False)
            self._fail(str(error), outcome)
            return
        gallery.hang(work.name, composed.read.size, notes, wav is not None or self._has_wav(work))
        record.done[work.name] = (work.path.name, work.size_bytes, work.changed_ns)
        outcome.written += [self.out / f"{work.name}.mid", *([wav] if wav else [])]
        outcome.done += 1
        self.advance()

    def _fail(self, sentence: str, outcome: Outcome) -> None:
        outcome.failed.append(sentence)
        self.say(sentence)
        self.advance()

    def _is_done(self, work: Work, record: Record, gallery: Gallery) -> bool:
        known = record.done.get(work.name) == (work.path.name, work.size_bytes, work.changed_ns)
        there = (self.out / f"{work.name}.mid").is_file() and (
            self.render is None or self._has_wav(work)
        )
        return known and there and gallery.holds(work.name)

    def _has_wav(self, work: Work) -> bool:
        return (self.out / f"{work.name}.wav").is_file()

    def _hang(self, gallery: Gallery, record: Record, labels: list[tuple[str, Label]]) -> None:
        """Write what is done for the page and for the next run: the page first, so that everything
        recorded is on it.
        """
        gallery.write(
            self.source.resolve().name,
            self.values["tempo"],
            self.bars * float(BEATS_PER_BAR),
            labels,
        )
        record.save()

    def _labels(self, works: list[Work]) -> list[tuple[str, Label]]:
        try:
            labels = labels_in(self.source)
        except DataError as error:
            self.say(f"{error}; the pictures are called by their files' names")
            labels = {}
        return [(work.name, label_of(work.path.name, labels)) for work in works]


def works_in(source: Path, say: Say = lambda sentence: None) -> list[Work]:
    """The pictures of a folder in the order of their names. Of a.jpg and a.png, which would
    both be `a`, the later keeps its suffix. `say` is told what is passed over. Raises DataError.
    """
    works: list[Work] = []
    taken: set[str] = set()
    for path in picture_files(source, say):
        name = next(
            n
            for n in (path.stem, path.name, *(f"{path.name}-{i}" for i in range(2, 1000)))
            if n.casefold() not in taken
        )
        taken.add(name.casefold())
        try:
            state = path.stat()
        except OSError:
            continue  # taken away since the folder was read
        works.append(Work(path, name, state.st_size, state.st_mtime_ns))
    return works


def _is_made(wav: Future[Path]) -> bool:
    return wav.done() and not wav.cancelled() and wav.exception() is None


def _pool(stack: ExitStack, name: str) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(AT_ONCE, f"museum-{name}")
    stack.callback(pool.shutdown, wait=True, cancel_futures=True)
    return pool
