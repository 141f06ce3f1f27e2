"""Checkpoints: a folder with weights.safetensors, config.json, metrics.json and MODEL_CARD.md.

Nothing is unpickled; weights load strictly; half-precision weights are widened on load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from livesyn.base.errors import CheckpointError
from livesyn.base.places import in_utf8
from livesyn.nets import checkpoint_files as files
from livesyn.nets.audio_encoder import AudioEncoder
from livesyn.nets.checkpoint_files import FORMAT as FORMAT
from livesyn.nets.checkpoint_files import find as find
from livesyn.nets.checkpoint_files import fingerprint as fingerprint
from livesyn.nets.checkpoint_files import kind_of as kind_of
from livesyn.nets.checkpoint_files import training_of as training_of
from livesyn.nets.checkpoint_files import write_json as write_json
from livesyn.nets.classifier import Classifier
from livesyn.nets.conducted_vae import ConductedConfig, ConductedVAE
from livesyn.nets.hierarchical_vae import HierarchicalConfig, HierarchicalVAE
from livesyn.nets.music_net import MusicNet
from livesyn.nets.music_syn_vae import MusicSynVAE
from livesyn.nets.music_vae import MusicVAE, MusicVAEConfig
from livesyn.nets.mvnet import MVNet
from livesyn.nets.style import StyleNet
from livesyn.nets.syn_vae import SynVAE
from livesyn.nets.vis_vae import VisVAE, VisVAEConfig


def _music(net: Mapping) -> MusicNet:
    if "generator" in net:
        config = ConductedConfig(**net)
        with torch.device("cpu"):  # its weights are its own checkpoint's
            generator = load(config.generator, "music-vae")
        files.check_generator(config.generator, config.weights)
        return ConductedVAE(config, generator)
    return (
        HierarchicalVAE(HierarchicalConfig(**net))
        if "conductor" in net
        else MusicVAE(MusicVAEConfig(**net))
    )


def _visual(net: Mapping) -> VisVAE:
    sizes: dict[str, Any] = {k: tuple(x) if isinstance(x, list) else x for k, x in net.items()}
    return VisVAE(VisVAEConfig(**sizes))


def _syn(net: Mapping) -> SynVAE:
    return SynVAE(_visual(net["visual"]), _music(net["music"]))


def _music_syn(net: Mapping) -> MusicSynVAE:
    return MusicSynVAE(_music(net["music"]), _visual(net["visual"]))


def _classifier(net: Mapping) -> Classifier:
    return Classifier(_visual(net["visual"]).config, net["labels"], net["several"])


BUILDERS = {
    "audio-encoder": AudioEncoder.of,
    "classifier": _classifier,
    "music-syn-vae": _music_syn,
    "music-vae": _music,
    "mvnet": MVNet.of,
    "style": StyleNet.of,
    "syn-vae": _syn,
    "vis-vae": _visual,
}


def config_of(net: nn.Module) -> tuple[str, dict]:
    """The kind of a net and the sizes to build it again."""
    if isinstance(net, (SynVAE, MusicSynVAE)):
        return ("syn-vae" if isinstance(net, SynVAE) else "music-syn-vae"), {
            "visual": net.visual.config_dict(),
            "music": net.music.config_dict(),
        }
    if isinstance(net, Classifier):
        return "classifier", {
            "visual": asdict(net.config),
            "labels": list(net.labels),
            "several": net.several,
        }
    if isinstance(net, StyleNet):
        return "style", net.config_dict()
    if isinstance(net, (AudioEncoder, MVNet)):
        return ("audio-encoder" if isinstance(net, AudioEncoder) else "mvnet"), net.config_dict()
    if isinstance(net, (MusicNet, VisVAE)):
        return ("music-vae" if isinstance(net, MusicNet) else "vis-vae"), net.config_dict()
    raise CheckpointError(
        f"{type(net).__name__} is no net of livesyn; it can hold: {', '.join(BUILDERS)}"
    )


def save(folder: Path, net: nn.Module, training: dict, half: bool = True) -> None:
    """Write weights and config into `folder`, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    kind, sizes = config_of(net)
    dtype = torch.float16 if half else torch.float32
    tensors = {
        k: t.detach().to("cpu", dtype if t.is_floating_point() else t.dtype).contiguous()
        for k, t in net.state_dict().items()
    }
    if any(not torch.isfinite(t).all() for t in tensors.values()):
        raise CheckpointError(
            f"the weights of {folder.name} are not all finite numbers; nothing was written"
        )
    part = folder / "weights.safetensors.part"
    save_file(tensors, str(part), {"format": "pt", "livesyn": str(FORMAT)})
    part.chmod(0o644)  # safetensors writes for the owner alone; a checkpoint is to be shared
    part.replace(folder / "weights.safetensors")
    write_json(
        folder / "config.json", {"format": FORMAT, "kind": kind, "net": sizes, "training": training}
    )


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of the safetensors file at `path`. Raises CheckpointError."""
    try:
        with in_utf8(path) as name:
            return load_file(name)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise files.damaged(path, error) from None


def _misfit(name: str, own: Mapping[str, torch.Tensor], tensors: Mapping[str, torch.Tensor]) -> str:
    if name not in tensors:
        return f"{name} is missing"
    if name not in own:
        return f"{name} is not the net's"
    return f"{name} is {tuple(tensors[name].shape)} for {tuple(own[name].shape)}"


def _numbers(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def load(name: str, kind: str, device: torch.device | str = "cpu") -> Any:
    """The net in checkpoint `name`, ready to play (eval mode, float32).

    Raises CheckpointError when it is missing, damaged, of another kind, format or size.
    """
    folder, sizes = files.sizes_of(name, kind)
    tensors = read_tensors(folder / "weights.safetensors")
    net = _build(folder, kind, sizes, len(tensors))
    net.load_state_dict(_fitted(folder, net.state_dict(), tensors), strict=True, assign=True)
    return net.eval().requires_grad_(False).to(device)


def _build(folder: Path, kind: str, sizes: Any, tensors: int) -> nn.Module:
    """The net of these sizes on torch's meta device: shapes, and no memory for weights.

    Raises CheckpointError.
    """
    try:
        files.check_sizes(sizes, tensors)
        with torch.device("meta"):
            return BUILDERS[kind](sizes)
    except CheckpointError:
        raise
    except Exception as error:  # whatever torch makes of sizes that are none
        raise files.no_net(folder, kind, error) from None


def _fitted(
    folder: Path, own: Mapping[str, torch.Tensor], tensors: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Copies of `tensors` in the number types of `own`, the net's. Raises CheckpointError for
    names, shapes and numbers that are not the net's.
    """
    wrong = [k for k in own if k not in tensors or tensors[k].shape != own[k].shape] + [
        k for k in tensors if k not in own
    ]
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise files.misfit(folder, f"{_misfit(wrong[0], own, tensors)}{more}")
    if foreign := [k for k in own if own[k].is_floating_point() != tensors[k].is_floating_point()]:
        kind = "floating-point" if own[foreign[0]].is_floating_point() else "whole"
        raise files.wrong_numbers(folder, foreign[0], _numbers(tensors[foreign[0]]), kind)
    # copies: `tensors` may be the file itself, mapped, which may change while the net plays
    fitted = {k: t.to(own[k].dtype, copy=True) for k, t in tensors.items()}
    if sick := [
        k for k, t in fitted.items() if t.is_floating_point() and not torch.isfinite(t).all()
    ]:
        raise files.not_finite(folder, sick[0])
    return fitted
