"""What every training script shares: a resumable state, a progress bar, curves as a picture.

A run lives in `runs/<name>/`: `state.safetensors` (weights and optimiser), `state.json`
(step, settings, curves) and `curves.png`. All randomness is drawn from (seed, step), so a
resumed run goes on as if it had never stopped. Under `torchrun` the processes share each batch,
draw from (seed, step, rank), and the first of them keeps the run (see `team`).
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from dataclasses import asdict, field, fields
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from livesyn.base.clock import Clock, SystemClock
from livesyn.base.errors import CheckpointError, ConfigError, DataError
from livesyn.base.text_file import read_json
from livesyn.nets.checkpoint import read_tensors, write_json
from livesyn.train.data_parallel import join
from livesyn.train.progress import progress_bar
from livesyn.train.stop_request import StopRequest


def setting(default: Any, about: str, least: float = 0) -> Any:
    """A field of a script's Settings, with the words that its command-line flag shows, and where it
    is a number the least it may be.
    """
    return field(default=default, metadata={"about": about, "least": least})


def check(settings: Any) -> None:
    """Raise ConfigError for the first number of a script's Settings that is below its least, or
    none at all.
    """
    for f in fields(settings):
        value = getattr(settings, f.name)
        if isinstance(value, int | float) and not f.metadata["least"] <= value < math.inf:
            raise ConfigError(
                f"--{f.name.replace('_', '-')} is {value:g}; it must be {f.metadata['least']:g} or"
                " more" + (", and finite" if value == math.inf else "")
            )


class Run:
    """One training run: `for step in run.steps(): ...; run.log(step, loss=...)`. `settings` is a
    script's Settings, or a dict.

    A run that was begun with other settings is refused (ConfigError); one begun before a setting
    existed had its default.
    """

    def __init__(
        self,
        folder: Path,
        net: nn.Module,
        optimiser: torch.optim.Optimizer,
        settings: Any,
        save_every_s: float = 120,
        clock: Clock | None = None,
    ) -> None:
        self.folder, self.net, self.optimiser = folder, net, optimiser
        self.settings: dict[str, Any]
        self._defaults: dict[str, Any]
        self.settings, self._defaults = (
            (settings, {})
            if isinstance(settings, dict)
            else (asdict(settings), {f.name: f.default for f in fields(settings)})
        )
        self.device = next(net.parameters()).device
        self.team = join(self.device.type)
        self.curves: dict[str, list[list[float]]] = {}
        self.step = 0
        self.trained_s = 0.0
        self.best = float("inf")
        self.stale = 0
        self._best: dict[str, torch.Tensor] = {}
        self._broken = False  # its weights are not worth keeping
        self._save_every_s, self._clock = save_every_s, clock or SystemClock()
        if (folder / "state.json").is_file():
            self._resume()
        self.team.level(net)

    def _resume(self) -> None:
        anew = "begin anew under another --run name"
        try:
            state = read_json(self.folder / "state.json")
            tensors = read_tensors(self.folder / "state.safetensors")
        except (CheckpointError, DataError) as error:
            raise ConfigError(f"the run cannot go on ({error}); {anew}") from None
        if not isinstance(state, dict) or not {"settings", "step", "curves"} <= set(state):
            raise ConfigError(f"{self.folder / 'state.json'} holds no state of a run; {anew}")
        then = self._defaults | state["settings"]  # a setting that there was not then is as it was
        changed = {
            k: (then.get(k), x)
            for k, x in self.settings.items()
            if k not in ("steps", "minutes") and then.get(k) != x
        }
        if changed:
            what = ", ".join(f"{k} was {a!r} and is {b!r}" for k, (a, b) in changed.items())
            raise ConfigError(
                f"{self.folder} holds a run of other settings ({what}); give the same ones to"
                " resume, or another --run name"
            )
        try:
            self.net.load_state_dict({k[4:]: t for k, t in tensors.items() if k.startswith("net.")})
        except RuntimeError as error:
            raise ConfigError(
                f"{self.folder} holds a run of other nets, begun by another version of livesyn;"
                " begin anew under another --run name"
            ) from error
        optimiser = self.optimiser.state_dict()
        optimiser["state"] = {}
        for key, tensor in tensors.items():
            if key.startswith("opt."):
                _, index, name = key.split(".", 2)
                optimiser["state"].setdefault(int(index), {})[name] = tensor
        self.optimiser.load_state_dict(optimiser)
        self.step, self.curves, self.trained_s = state["step"], state["curves"], state["trained_s"]
        self._best = {k[5:]: t for k, t in tensors.items() if k.startswith("best.")}
        self.best, self.stale = (state["best"], state["stale"]) if self._best else (float("inf"), 0)

    def save(self) -> None:
        """Write the state, whole or not at all."""
        if not self.team.leads or self._broken:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            f"net.{k}": t.detach().cpu().contiguous().clone()
            for k, t in self.net.state_dict().items()
        }
        for index, slots in self.optimiser.state_dict()["state"].items():
            tensors |= {
                f"opt.{index}.{name}": torch.as_tensor(t).detach().cpu().contiguous().clone()
                for name, t in slots.items()
            }
        tensors |= {f"best.{k}": t for k, t in self._best.items()}
        part = self.folder / "state.part"
        save_file(tensors, str(part))
        part.replace(self.folder / "state.safetensors")
        write_json(
            self.folder / "state.json",
            {
                "step": self.step,
                "trained_s": self.trained_s,
                "settings": self.settings,
                "curves": self.curves,
                **({"best": self.best, "stale": self.stale} if self._best else {}),
            },
        )

    def steps(
        self, total: int, minutes: float | None = None, label: str = "training"
    ) -> Iterator[int]:
        """The steps still to do, up to `total` or until `minutes` of training have passed in
        all; saves after a run's first (a folder that cannot be written is found then), on the way
        and, whatever happens, at the end."""
        with progress_bar(label, total, self.step, self.team.leads) as move_on:
            last_s = self._clock.now_s()
            saved_s = last_s if self.step else -math.inf
            lock = self._lock()
            asked = StopRequest()
            try:
                while self.step < total and (minutes is None or self.trained_s < 60 * minutes):
                    # whatever was measured in between; also of frozen LSTMs, for cuDNN keeps what
                    # the way back needs only then
                    self.net.train()
                    yield self.step
                    self.step += 1
                    now_s = self._clock.now_s()
                    self.trained_s, stop = self.team.agree(
                        self.trained_s + now_s - last_s, asked.to_stop
                    )
                    last_s = now_s
                    if stop:
                        raise KeyboardInterrupt
                    if now_s - saved_s > self._save_every_s:
                        self.save()
                        saved_s = now_s
                    move_on(
                        self.step,
                        "  ".join(f"{k} {x[-1][1]:.3f}" for k, x in self.curves.items()),
                    )
            finally:
                self.save()
                asked.no_more()
                lock.close()

    def descend(self, loss: torch.Tensor, most: float | None = None) -> None:
        """One step down `loss`, the whole team's gradients averaged and together not longer than
        `most`.
        """
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        learning = [p for group in self.optimiser.param_groups for p in group["params"]]
        self.team.average(learning)
        if most is not None:
            torch.nn.utils.clip_grad_norm_(learning, most)
        self.optimiser.step()

    def random(self, step: int) -> np.random.Generator:
        """What this process draws its share of step `step` from."""
        return np.random.default_rng(self.team.seeds(self.settings.get("seed", 0), step))

    def noise(self, step: int) -> torch.Generator:
        """The same for torch."""
        return generator(self.settings.get("seed", 0), step * self.team.size + self.team.rank)

    def judge(self, loss: float) -> None:
        """Keep the weights if `loss`, on the validation split, is the least so far; else count in
        `stale`.
        """
        (loss,) = self.team.agree(loss)
        if loss < self.best:
            self.best, self.stale = loss, 0
            self._best = {
                k: t.detach().cpu().clone().contiguous() for k, t in self.net.state_dict().items()
            }
        else:
            self.stale += 1

    def restore_best(self) -> None:
        """Take the weights that `judge` kept, if any: early stopping."""
        if self._best:
            self.net.load_state_dict(self._best)

    def _lock(self) -> IO[str]:
        """Keep other processes out of the folder until what is returned is closed.

        Raises ConfigError when one is in it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("a")
        if not self.team.leads:
            return lock
        # Windows has no flock; two runs there are on their own
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                raise ConfigError(
                    f"{self.folder} is being trained by another process; wait for it, or give"
                    " another --run name"
                ) from None
        return lock

    def log(self, **figures: float) -> None:
        """Add points to the curves, at this step.

        Raises ConfigError where a loss is no number any more; the state that was saved last is
        kept.
        """
        for name, value in figures.items():
            if name.startswith(("train/", "loss/")) and not math.isfinite(value):
                self._broken = True
                raise ConfigError(
                    f"{name} is {value} at step {self.step + 1}: the training has come apart; try a"
                    " lower --rate, from a new --run"
                )
            self.curves.setdefault(name, []).append([self.step, round(float(value), 5)])

    def progress(self, total: int, minutes: float | None) -> float:
        """How much of the run is done, 0 to 1: for schedules that must end with it."""
        return max(self.step / total, 0.0 if minutes is None else self.trained_s / (60 * minutes))

    def plot(self, path: Path) -> None:
        """Draw the curves, one panel a figure; the part of the name after "/" shares a panel.
        Nothing where there are none.
        """
        if not self.curves or not self.team.leads:
            return
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt
        from PIL import Image

        panels: dict[str, list[str]] = {}
        for name in self.curves:
            panels.setdefault(name.split("/")[-1], []).append(name)
        figure, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels), 3), squeeze=False)
        for axis, (panel, names) in zip(axes[0], panels.items(), strict=True):
            for name in names:
                axis.plot(
                    *zip(*self.curves[name], strict=True),
                    label=name.split("/")[0] if "/" in name else None,
                    lw=1.2,
                )
            axis.set_title(panel, fontsize=10)
            axis.set_xlabel("step", fontsize=8)
            axis.grid(alpha=0.25)
            if any("/" in n for n in names):
                axis.legend(fontsize=7)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.tight_layout()
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=110)
        plt.close(figure)
        # lines need few colours, and clones carry every curve
        Image.open(drawn).convert("RGB").quantize(64).save(path, "PNG", optimize=True)


def generator(seed: int, step: int) -> torch.Generator:
    """The source of all randomness of one step."""
    return torch.Generator().manual_seed((seed * 1_000_003 + step) % 2**63)
