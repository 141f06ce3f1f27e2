"""What to type where a Python package is missing, or damaged."""

from __future__ import annotations

import shlex
import subprocess
import sys

# Packages whose name on an index is not the name of what is imported.
PACKAGES = {
    "cv2": "opencv-python-headless",
    "jack": "JACK-Client",
    "PIL": "pillow",
    "pygame": "pygame" if sys.version_info < (3, 14) else "pygame-ce",
    "pythonosc": "python-osc",
    "rtmidi": "python-rtmidi",
    "sklearn": "scikit-learn",
}


def install(module: str) -> str:
    """The command that installs the package of `module`, again if it is there."""
    words = [sys.executable, "-m", "pip", "install"]
    words += ["--force-reinstall", PACKAGES.get(module, module)]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
