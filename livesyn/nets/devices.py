"""The devices of this machine that nets can run on."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

from livesyn.base.errors import ConfigError, DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def usable_devices() -> list[str]:
    """The devices of this machine that nets can play on, the fastest first. torch is asked, and
    imported for it, only where there may be another one than the processor.
    """
    if not _may_have_gpu():
        return ["cpu"]
    import torch

    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return [name for name, is_there in there.items() if is_there]


def _may_have_gpu() -> bool:
    """Whether this machine has the driver of a GPU that torch knows."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if os.path.exists("/dev/kfd"):  # AMD's
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return False
    return True


def pick_device(name: str) -> str:
    """The device that `name` (auto, cpu, cuda, mps) means here.

    Raises DeviceError when this machine does not have it, ConfigError when there is no such word.
    """
    if name not in DEVICES:
        raise ConfigError(f"the device is {name!r}; it is one of: {', '.join(DEVICES)}")
    usable = usable_devices()
    if name == "auto":
        return usable[0]
    if name not in usable:
        raise DeviceError(
            f"this machine has no {name} that torch can use; it has: {', '.join(usable)}; or say"
            " auto"
        )
    return name
