#!/usr/bin/env python3
"""Does smoothing leave the music's note-attack histogram where it was? (SynVAE thesis, section 6.5)

Counts the notes struck in two-bar windows decoded from latents of two kinds, the prior and,
with --video, a real video seen through the checkpoint's eyes; each kind unsmoothed, smoothed
as the show does it (sliding window on the sphere, then the follower), and plainly averaged.
Draws the histograms and prints the total variation distances to unsmoothed, beside the noise
floor (that of two unsmoothed sets of the same size). The last line is one JSON object.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.base.types import Latent
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.latent.drift import drift
from livesyn.latent.follower import Follower
from livesyn.latent.sphere import plain_average
from livesyn.latent.window import LatentWindow, hann
from livesyn.music import vocabulary as v
from livesyn.nets import checkpoint
from livesyn.nets.syn_vae import SynVAE
from livesyn.sources.video import Video

GOAL = 0.1
ROWS = ("unsmoothed", "smoothed", "averaged")


def attacks_of(net: SynVAE, z: np.ndarray, temperature: float, seed: int, batch: int) -> np.ndarray:
    """Notes struck in the two bars decoded from each z (N, D)."""
    noise = torch.Generator().manual_seed(seed)
    device = net.centre.device
    with torch.inference_mode():
        parts = [
            net.decode_music(torch.from_numpy(part).float().to(device), temperature, noise)
            .cpu()
            .numpy()
            for part in np.array_split(z, max(1, math.ceil(len(z) / batch)))
        ]
    return v.attacks(np.concatenate(parts))


def histogram(attacks: np.ndarray) -> np.ndarray:
    return np.bincount(attacks, minlength=v.STEPS + 1) / len(attacks)


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Total variation distance of two histograms: 0 the same, 1 nothing in common."""
    return float(np.abs(histogram(a) - histogram(b)).sum() / 2)


def smoothed(
    means: np.ndarray,
    stds: np.ndarray,
    times_s: np.ndarray,
    bars_s: np.ndarray,
    length_s: float,
    half_life: float,
) -> tuple[np.ndarray, np.ndarray]:
    """What each bar of a show plays, by the show's own window and follower: means and stds (bars,
    D).
    """
    window, follower, out, fed = LatentWindow(means.shape[1]), Follower(), [], 0
    for bar_s in bars_s:
        while fed < len(times_s) and times_s[fed] <= bar_s:
            window.add(Latent(means[fed], stds[fed], times_s[fed]))
            fed += 1
        out.append(follower.follow(*window.read(bar_s, length_s), half_life))
    return np.stack([mean for mean, _ in out]), np.stack([std for _, std in out])


def averaged(
    means: np.ndarray,
    stds: np.ndarray,
    times_s: np.ndarray,
    bars_s: np.ndarray,
    length_s: float,
    half_life: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The same with plain averages of vectors all the way: what is not done."""
    part, out = 1 - 0.5 ** (1 / half_life) if half_life else 1.0, []
    for bar_s in bars_s:
        weights = hann(bar_s - times_s, length_s)
        weights = (
            weights
            if weights.sum() > 1e-9
            else (times_s == times_s[times_s <= bar_s].max()).astype(float)
        )
        read = [plain_average(values, weights) for values in (means, stds)]
        out.append(
            read
            if not out
            else [before + part * (now - before) for before, now in zip(out[-1], read, strict=True)]
        )
    return np.stack([mean for mean, _ in out]), np.stack([std for _, std in out])


def prior_sets(
    d: int, count: int, frames_a_bar: int, values: dict[str, float], seed: int
) -> dict[str, np.ndarray]:
    """z (count, D) of each kind: frames are independent draws of the prior, several to a bar."""
    random = np.random.default_rng((seed, 1))
    bars = count + 8  # the first few have no full window
    frames = random.standard_normal((bars * frames_a_bar, d)).astype(np.float32)
    times, lines = np.arange(len(frames)) / frames_a_bar, np.arange(1, bars + 1).astype(float)
    sure = np.full_like(frames, 1e-6)
    sets = {
        "unsmoothed": random.standard_normal((count, d)),
        "again": random.standard_normal((count, d)),
    }
    chunk = 256  # bars of one show; averaging looks at all frames of its show
    parts: dict[str, list[np.ndarray]] = {"smoothed": [], "averaged": []}
    for first in range(0, bars, chunk):
        rows, shows = (
            slice(first * frames_a_bar, (first + chunk) * frames_a_bar),
            lines[first : first + chunk],
        )
        for name, smooth in (("smoothed", smoothed), ("averaged", averaged)):
            parts[name].append(
                smooth(
                    frames[rows],
                    sure[rows],
                    times[rows],
                    shows,
                    values["window"],
                    values["half_life"],
                )[0]
            )
    return sets | {name: np.concatenate(found)[-count:] for name, found in parts.items()}


def video_sets(
    model: Model, net: SynVAE, path: Path, count: int, values: dict[str, float], seed: int
) -> dict[str, np.ndarray]:
    """z (count, D) of each kind from a video's frames: μ + σ·ε, ε the show's own drift, by as
    many shows (each with a seed of its own) over the same video as it takes."""
    video = Video(path, ManualClock())
    means, stds, times = [], [], []
    for time_s, pixels in video.frames():
        mean, std = model.encode(pixels)
        means.append(mean)
        stds.append(std)
        times.append(time_s)
    mu, sigma, times_s = np.stack(means), np.stack(stds), np.array(times)
    bar_s = 240 / values["tempo"]
    lines = np.arange(min(bar_s, times_s[-1]), times_s[-1] + 1e-9, bar_s)
    d, shows = mu.shape[1], math.ceil(count / len(lines))
    kinds = {
        name: smooth(mu, sigma, times_s, lines, values["window"] * bar_s, values["half_life"])
        for name, smooth in (("smoothed", smoothed), ("averaged", averaged))
    }
    newest = np.searchsorted(times_s, lines, "right") - 1
    kinds["unsmoothed"] = kinds["again"] = mu[newest], sigma[newest]
    sets = {}
    for number, (name, (mean, std)) in enumerate(kinds.items()):
        noise = [
            np.stack(
                [
                    drift(seed + 1000 * number + show, bar, values["drift"], d)
                    for bar in range(len(lines))
                ]
            )
            for show in range(shows)
        ]
        sets[name] = np.concatenate([mean + std * epsilon for epsilon in noise])[:count]
    return sets


def draw(
    panels: dict[str, dict[str, np.ndarray]], distances: dict[str, dict[str, float]], out: Path
) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        1,
        len(panels),
        figsize=(6.4 * len(panels), 4),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    colours = {"unsmoothed": "#7a7f87", "smoothed": "#0a7d8c", "averaged": "#d1495b"}
    for axis, (panel, sets) in zip(axes[0], panels.items(), strict=True):
        for row in ROWS:
            away = "" if row == "unsmoothed" else f", {distances[panel][row]:.3f} away"
            axis.step(
                np.arange(v.STEPS + 1),
                histogram(sets[row]),
                where="mid",
                color=colours[row],
                linewidth=2,
                label=f"{row}{away}",
            )
        axis.set(
            title=f"latents of the {panel} (floor of the estimate {distances[panel]['floor']:.3f})",
            xlabel="notes struck in two bars",
            xlim=(-0.5, v.STEPS + 0.5),
        )
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False)
    axes[0][0].set_ylabel("share of windows")
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="synvae-art", help="checkpoint")
    parser.add_argument("--video", type=Path, help="a real video, for the second panel")
    parser.add_argument("--windows", type=int, default=5000, help="in each set")
    parser.add_argument("--frames", type=int, default=8, help="draws of the prior in a bar")
    parser.add_argument("--temperature", type=float, default=params.BY_NAME["temperature"].default)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/smoothing.png"))
    args = parser.parse_args()

    values = params.defaults()
    model = Model.load(args.model, args.device)
    net: SynVAE = checkpoint.load(args.model, "syn-vae", model.device)  # type: ignore[assignment]
    sources = {
        "prior": prior_sets(model.space.dimensions, args.windows, args.frames, values, args.seed)
    }
    if args.video:
        sources["video"] = video_sets(model, net, args.video, args.windows, values, args.seed)
    panels: dict[str, dict[str, np.ndarray]] = {}
    distances: dict[str, dict[str, float]] = {}
    radii: dict[str, dict[str, float]] = {}
    for panel, sets in sources.items():
        panels[panel] = counts = {
            name: attacks_of(net, z, args.temperature, args.seed + 7 * i, args.batch)
            for i, (name, z) in enumerate(sets.items())
        }
        distances[panel] = {
            row: round(distance(counts["unsmoothed"], counts[row]), 4) for row in ROWS[1:]
        } | {"floor": round(distance(counts["unsmoothed"], counts["again"]), 4)}
        radii[panel] = {
            name: round(float(np.linalg.norm(z, axis=1).mean() / math.sqrt(z.shape[1])), 4)
            for name, z in sets.items()
        }
        for row in ROWS:
            away = (
                ""
                if row == "unsmoothed"
                else (
                    f"   {distances[panel][row]:.3f} away (goal {GOAL}, floor"
                    f" {distances[panel]['floor']:.3f})"
                )
            )
            print(
                f"{panel:6} {row:11} radius/sqrt(D) {radii[panel][row]:.3f}   mean notes"
                f" {counts[row].mean():5.2f}{away}"
            )
    draw(panels, distances, args.out)
    print(f"drawn in {args.out}")
    fine = all(found["smoothed"] <= GOAL for found in distances.values())
    print(
        json.dumps(
            {
                "model": args.model,
                "windows": args.windows,
                "temperature": args.temperature,
                "distance": distances,
                "radius": radii,
                "goal": GOAL,
                "reached": fine,
            }
        )
    )


if __name__ == "__main__":
    main()
