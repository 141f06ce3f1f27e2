#!/usr/bin/env python3
"""How long the nets take to play, and how near that is to what the machine can do. The last line is
one JSON object.

Measured are a 720p picture to its latent, one at a time, and the same of a picture that has the
net's size already (what the nets take of it: the rest is a processor making the picture small), z
to two bars, one bar after another, two bars to a picture, and the large decoder of 3×2048 units as
it is played here (bytes on a processor, bfloat16 on a GPU) beside float32. The floor of a decoder
is the time in which its weights come from memory 32 times, at the speed that was measured for plain
reading; the ratio is against it. Without --model the shipped nets' sizes with random weights are
measured (time does not depend on what was learnt); how far the packed decoder agrees with float32
does, so it is also asked of --trained.

On a processor `libraries` are the shipped nets by ONNX Runtime, as a show has them there, and by
torch, in turns in one process: medians, and the ratio of torch's to ONNX Runtime's.

What waits for a GPU on a frame's way to its latent is counted in a trace (`waits_a_frame`: on a GPU
one event, for the latent itself). `--training` measures instead what a training step takes as it is
written, and compiled with its kernels captured.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from livesyn.base.errors import LivesynError
from livesyn.config.sections import DEFAULT_MODEL, DEFAULT_PAINTER, DEFAULT_STYLE
from livesyn.engine.chains.see_to_hear.nets import Model
from livesyn.nets import checkpoint, music_vae, vis_vae
from livesyn.nets.cuda_graphs import CapturedGraph, CudaGraphDevice
from livesyn.nets.devices import DEVICES, pick_device
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.packed import agreement, packed
from livesyn.nets.precision import autocast
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.torch_playing import TorchMVNet, TorchStyle, TorchSynVAE

STEPS = 32
WARM = 2  # rounds that are not counted
SYN_VAE, PAINTER, STYLE = DEFAULT_MODEL, DEFAULT_PAINTER, DEFAULT_STYLE


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", help="a SynVAE checkpoint; without it random weights of the shipped sizes"
    )
    parser.add_argument(
        "--trained",
        default="melody-small",
        help="a MusicVAE checkpoint whose packed decoder is compared (melody-small)",
    )
    parser.add_argument(
        "--large",
        default="paper",
        help="preset of the large decoder (paper; toy, to try the script)",
    )
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="cores (all)")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--trace", type=Path, help="keep the trace of five frames here (.json.gz)")
    parser.add_argument(
        "--training",
        choices=("paper", "toy"),
        help="measure training steps, of nets of this size, instead",
    )
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    try:
        device = pick_device(args.device)
        if args.training:
            print(json.dumps(training(args.training, device, args.rounds)))
            return 0
        trained = checkpoint.load(args.trained, "music-vae", device)
        figures = measured(args, device, trained)
    except LivesynError as error:
        print(f"bench_model: {error}", file=sys.stderr)
        return 2
    print(json.dumps(figures))
    return 0


def measured(args: argparse.Namespace, device: str, trained: MusicVAE) -> dict:
    """All figures."""
    figures = {
        "device": torch.cuda.get_device_name() if device == "cuda" else device,
        "threads": args.threads,
        "torch": torch.__version__,
        "read_gb_s": round(bandwidth(device) / 1e9, 1),
        "gflops": round(flops(device) / 1e9),
    }
    print(
        f"{figures['device']}, {args.threads} threads: {figures['read_gb_s']} GB/s read,"
        f" {figures['gflops']} GFLOPS (float32 matrix product)"
    )
    decoder = large(args, device, figures["read_gb_s"] * 1e9, trained)
    if device == "cpu":
        figures["libraries"] = libraries(args)
    figures |= live(args, device)  # its trace comes last: a profiler slows what follows it
    return figures | {"large": decoder}


def libraries(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Milliseconds of each work of the shipped nets by either library, and their ratio."""
    threads, random = args.threads, np.random.default_rng(0)
    torch.set_num_threads(threads)
    from livesyn.nets.onnx import played  # not everywhere where torch is

    syn = (played.SynVAE.load(SYN_VAE, threads), TorchSynVAE.load(SYN_VAE, "cpu"))
    painters = (played.MVNet.load(PAINTER, threads), TorchMVNet.load(PAINTER, "cpu"))
    styles = (played.Style.load(STYLE, threads), TorchStyle.load(STYLE, "cpu"))
    side, latent = syn[0].image_size, len(syn[0].centre)
    pictures = random.integers(0, 256, (1, side, side, 3), np.uint8)
    z = random.standard_normal((64, latent)).astype(np.float32)
    windows = random.standard_normal((1, 3, 128, 256)).astype(np.float32)
    heard, noise = painters[0].centres[:1], z[:1, : painters[0].noise_size]
    frame, even = random.random((144, 256, 3), np.float32), np.full(5, 0.2, np.float32)
    tokens = syn[0].music.decode(z[:1], 0.5, [0], None, STEPS)
    works: dict[str, tuple[Any, Any]] = {
        "picture to latent": tuple(lambda n=n: n.encode(pictures) for n in syn),
        "two bars": tuple(lambda n=n: n.music.decode(z[:1], 0.5, [0], None, STEPS) for n in syn),
        "two bars, 64 at once": tuple(
            lambda n=n: n.music.decode(z, 0.5, range(64), None, STEPS) for n in syn
        ),
        "latent to picture": tuple(lambda n=n: n.paint(z[:1]) for n in syn),
        "two bars to latent": tuple(lambda n=n: n.music.encode(tokens) for n in syn),
        "two bars to picture": tuple(lambda n=n: n.remember(tokens) for n in syn),
        "mel window to embedding": tuple(lambda n=n: n.embed(windows) for n in painters),
        "painting": tuple(lambda n=n: n.paint(heard, noise) for n in painters),
        "a frame in a manner": tuple(lambda n=n: n.restyle(frame, even) for n in styles),
    }
    figures = {}
    for what, both in works.items():
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(args.rounds // 2 + WARM):
            for work, list_of in zip(both, taken, strict=True):
                start_s = time.perf_counter()
                work()
                list_of.append(1000 * (time.perf_counter() - start_s))
        onnx_ms, torch_ms = (float(np.median(found[WARM:])) for found in taken)
        least = [min(found[WARM:]) for found in taken]
        figures[what] = {
            "onnx_ms": round(onnx_ms, 3),
            "torch_ms": round(torch_ms, 3),
            "ratio": round(torch_ms / onnx_ms, 2),
        }
        print(
            f"{what:24} ONNX Runtime {onnx_ms:6.2f} ms (least {least[0]:.2f}), torch"
            f" {torch_ms:6.2f} ({least[1]:.2f})"
        )
    return figures


def live(args: argparse.Namespace, device: str) -> dict:
    """The whole model as `livesyn run` loads it."""
    with tempfile.TemporaryDirectory() as folder:
        if args.model is None:
            decoder = MusicVAE(music_vae.preset("small"))
            sizes = vis_vae.preset("art")
            checkpoint.save(
                Path(folder),
                SynVAE(
                    vis_vae.VisVAE(type(sizes)(**{**vars(sizes), "latent": decoder.config.latent})),
                    decoder,
                ),
                {},
            )
        start_s = time.monotonic()
        model = Model.load(args.model or folder, device, args.threads)
        model.warm_up()
        loaded_s = time.monotonic() - start_s
    for complaint in model.complaints:
        print(complaint)
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    small = random.integers(0, 256, (model.image_size, model.image_size, 3), dtype=np.uint8)
    z = random.standard_normal(model.space.dimensions).astype(np.float32)
    tokens = model.decode(z, None, 0.5, 0)
    found = {"model": args.model or "random weights", "load_s": round(loaded_s, 2)} | {
        "encode_ms": times(lambda: model.encode(picture), args.rounds),
        "latent_ms": times(lambda: model.encode(small), args.rounds),
        "decode_ms": times(lambda: model.decode(z, None, 0.5, 0), args.rounds),
        "answer_ms": times(lambda: model.decode(z, tokens[:16], 0.5, 0), args.rounds),
        "remember_ms": times(lambda: model.remember(tokens), max(1, args.rounds // 4)),
    }
    found["frames_a_second"] = round(1000 / found["latent_ms"]["p50"])
    found["waits_a_frame"] = waits(lambda: model.encode(small), device, args.trace)
    print(f"waits a frame    {found['waits_a_frame']}")
    for what in ("encode_ms", "latent_ms", "decode_ms", "answer_ms", "remember_ms"):
        print(f"{what:16} {said(found[what])}")
    return found


def waits(work, device: str, trace: Path | None, frames: int = 5) -> dict[str, float]:
    """How often a frame waits for the GPU, and starts a graph on it, by the names of CUDA's calls;
    nothing on a processor.
    """
    from torch.profiler import ProfilerActivity, profile

    kinds = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if device == "cuda" else [])]
    work()
    with profile(activities=kinds) as seen:
        for _ in range(frames):
            work()
    if trace is not None:
        trace.parent.mkdir(parents=True, exist_ok=True)
        seen.export_chrome_trace(str(trace))
    counts = {event.key: event.count / frames for event in seen.key_averages()}
    return {
        name: count
        for name, count in counts.items()
        if "Synchronize" in name or name in ("cudaMemcpy", "cudaGraphLaunch", "aten::item")
    }


def training(size: str, device: str, rounds: int) -> dict:
    """Milliseconds of training steps: as they are written, and compiled."""
    figures: dict = {
        "device": torch.cuda.get_device_name() if device == "cuda" else device,
        "torch": torch.__version__,
    }
    for name, (net, examples, loss_of) in learners(size, device).items():
        found: dict = {}
        for kind in ("eager", "compiled"):
            torch.manual_seed(0)
            optimiser = torch.optim.Adam(net.parameters(), 1e-5)
            work = loss_of if kind == "eager" else torch.compile(loss_of, mode="reduce-overhead")

            def step(work=work, optimiser=optimiser, examples=examples) -> None:
                optimiser.zero_grad(set_to_none=True)
                with autocast(device):
                    loss = work(*examples)
                loss.backward()
                optimiser.step()
                settle(device)

            start_s = time.monotonic()
            try:
                step()
            except Exception as error:  # compilers refuse in many words
                found[f"{kind}_refused"] = (str(error) or type(error).__name__).splitlines()[0]
                continue
            found[f"{kind}_first_s"] = round(time.monotonic() - start_s, 1)
            found[f"{kind}_ms"] = times(step, rounds)
        if "compiled_ms" in found:
            found["ratio"] = round(found["compiled_ms"]["p50"] / found["eager_ms"]["p50"], 2)
        figures[name] = found
        print(f"{name}: {found}", flush=True)
    return figures


def learners(size: str, device: str) -> dict:
    """Name to a net, a batch, and the loss of a batch: a VisVAE, and MVNet's published pair."""
    from torch.nn import functional as F

    from livesyn.nets.cdcgan import Discriminator, DiscriminatorConfig, Generator, GeneratorConfig

    torch.manual_seed(0)
    toy = size == "toy"
    eye = vis_vae.VisVAE(vis_vae.preset("toy" if toy else "art")).to(device).train()
    side = eye.config.size
    pictures = torch.rand(4 if toy else 256, eye.config.channels, side, side, device=device)

    def eye_loss(x: torch.Tensor) -> torch.Tensor:
        mean, std = eye.encode(x)
        return F.mse_loss(eye.decode(mean + std * 0.5), x) + mean.square().mean() + std.mean()

    channels = (16, 8, 8, 8, 8) if toy else GeneratorConfig.channels
    paints = Generator(GeneratorConfig(channels=channels)).to(device).train()
    judged = (8, 8, 8, 8) if toy else DiscriminatorConfig.channels
    judges = Discriminator(DiscriminatorConfig(channels=judged)).to(device).train()
    both = torch.nn.ModuleList([paints, judges]).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    batch = 2 if toy else 15
    heard, noise = torch.randn(batch, 10, device=device), torch.randn(batch, 100, device=device)

    def paint_loss(heard: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        said = judges(paints(heard, noise)).float()
        return F.binary_cross_entropy_with_logits(said, torch.ones_like(said))

    return {
        "vis-vae": (eye, (pictures,), eye_loss),
        "mvnet": (both, (heard, noise), paint_loss),
    }


def large(args: argparse.Namespace, device: str, speed: float, trained: MusicVAE) -> dict:
    """The large decoder, as it is played and in float32."""
    torch.manual_seed(0)
    net = MusicVAE(music_vae.preset(args.large)).eval().to(device)
    dtype = torch.int8 if device == "cpu" else torch.bfloat16
    light, plain = packed(net, dtype), packed(net, torch.float32)
    z = torch.randn(1, net.config.latent, generator=torch.Generator().manual_seed(1)).to(device)
    decoder = sum(p.numel() for p in net.decoder.parameters())
    floor = STEPS * decoder * torch.empty(0, dtype=dtype).element_size() / speed
    if device == "cuda":
        light.writer = CapturedGraph(light.write, CudaGraphDevice())
    rounds = max(3, args.rounds // 5)

    def play(one: MusicVAE) -> np.ndarray:
        with torch.inference_mode():
            return one.decode(z, 0.5, torch.Generator().manual_seed(2)).cpu().numpy()

    found = {
        "preset": args.large,
        "decoder_weights": decoder,
        "weights": str(dtype).removeprefix("torch."),
        "floor_ms": round(1000 * floor, 4),
        "decode_ms": times(lambda: play(light), rounds),
        "float32_ms": times(lambda: play(plain), max(3, rounds // 4)),
    }
    found["ratio_to_floor"] = round(found["decode_ms"]["p50"] / max(found["floor_ms"], 1e-4), 2)
    found["ratio_to_float32"] = round(found["decode_ms"]["p50"] / found["float32_ms"]["p50"], 2)
    many = torch.randn(16, net.config.latent, generator=torch.Generator().manual_seed(3)).to(device)
    found["agrees_untrained"] = round(agreement(plain, packed(net, dtype), many), 4)
    zs = torch.randn(256, trained.config.latent, generator=torch.Generator().manual_seed(4)).to(
        device
    )
    found["trained"], found["agrees_trained"] = (
        args.trained,
        round(agreement(trained, packed(trained, dtype), zs), 4),
    )
    if device == "cpu":
        found["in_turns"] = large_in_turns(args, net, light, rounds)
    print(
        f"two bars of {args.large}, {decoder / 1e6:.0f} million weights in {found['weights']}:"
        f" {said(found['decode_ms'])}; floor {found['floor_ms']} ms, ratio"
        f" {found['ratio_to_floor']}; float32 {said(found['float32_ms'])}"
    )
    print(
        f"teacher-forced, the likeliest event is float32's at {found['agrees_untrained']:.2%} of"
        f" steps untrained, {found['agrees_trained']:.2%} of {args.trained}'s"
    )
    return found


def large_in_turns(
    args: argparse.Namespace, net: MusicVAE, light: MusicVAE, rounds: int
) -> dict[str, dict[str, float]]:
    """The decoder in bytes by ONNX Runtime, which plays it, and by torch, and one reading of as
    many bytes as its steps multiply by, in turns.
    """
    from livesyn.nets.onnx.music import FlatMusic  # not everywhere where torch is
    from livesyn.nets.onnx.weights import read

    with tempfile.TemporaryDirectory() as folder:
        checkpoint.save(Path(folder), net, {})
        ours: FlatMusic = read(
            folder, "music-vae", lambda part, sizes: FlatMusic(part, sizes, args.threads, True)
        )
    z = np.random.default_rng(1).standard_normal((1, net.config.latent)).astype(np.float32)
    given, units = torch.from_numpy(z), net.config.decoder
    # what an event and the plan say is no product of a step
    weights = STEPS * 4 * units * units * (2 * net.config.layers - 1)
    numbers = torch.ones(min(weights // 4, 1 << 26))

    def by_torch() -> None:
        with torch.inference_mode():
            light.decode(given, 0.5, torch.Generator().manual_seed(2))

    works = {
        "onnx_ms": lambda: ours.decode(z, 0.5, [2], None, STEPS),
        "torch_ms": by_torch,
        "floor_ms": lambda: numbers.sum(),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + WARM):
        for name, work in works.items():
            start_s = time.perf_counter()
            work()
            taken[name].append(1000 * (time.perf_counter() - start_s))
    part = weights / (4 * numbers.numel())
    taken["floor_ms"] = [ms * part for ms in taken["floor_ms"]]
    found = {
        name: {"p50": round(float(np.median(ms[WARM:])), 2), "least": round(min(ms[WARM:]), 2)}
        for name, ms in taken.items()
    }
    found["ratio_to_floor"] = {
        kind: round(found["onnx_ms"][kind] / max(found["floor_ms"][kind], 1e-4), 2)
        for kind in ("p50", "least")
    }
    print(f"the same in turns: {found}")
    return found


def times(work, rounds: int) -> dict[str, float]:
    """Percentiles in milliseconds, after two rounds that are not counted."""
    taken = []
    for _ in range(rounds + 2):
        start_s = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start_s))
    return {f"p{p}": round(float(np.percentile(taken[2:], p)), 3) for p in (50, 95, 99)}


def said(percentiles: dict[str, float]) -> str:
    return "   ".join(f"{name} {value:.2f}" for name, value in percentiles.items()) + " ms"


def settle(device: str) -> None:
    if device != "cpu":
        getattr(torch, device).synchronize()


def best_s(work, device: str, rounds: int = 7) -> float:
    """The shortest of some rounds."""
    taken = []
    for _ in range(rounds):
        settle(device)
        start_s = time.perf_counter()
        work()
        settle(device)
        taken.append(time.perf_counter() - start_s)
    return min(taken)


def bandwidth(device: str) -> float:
    """Bytes a second that a plain sum over 256 MB (on a GPU 4 GB) reads."""
    numbers = torch.ones((1 << 26) if device == "cpu" else (1 << 30), device=device)
    return numbers.numel() * 4 / best_s(lambda: numbers.sum(), device)


def flops(device: str) -> float:
    side = 1024 if device == "cpu" else 8192
    a = torch.randn(side, side, device=device)
    return 2 * side**3 / best_s(lambda: a @ a, device)


if __name__ == "__main__":
    sys.exit(main())
