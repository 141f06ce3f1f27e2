"""How full the machine is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from livesyn.base.scheduling import cores

PRESSURE = Path("/proc/pressure/cpu")  # Linux from 4.20
FULL_PERCENT = 40.0  # of the last ten seconds in which something waited for a core
FULL_LOAD = 1.5  # programs that want to run, a core


def machine_full() -> str:
    """Why the machine is too full for a show, in words; "" while it is not, or cannot be known."""
    try:
        found = re.search(r"some avg10=([0-9.]+)", PRESSURE.read_text())
    except OSError:
        found = None
    if found is not None:
        share = float(found[1])
        if share < FULL_PERCENT:
            return ""
        return f"the machine is full: in {share:.0f} % of the last ten seconds a program waited"
    try:
        load = os.getloadavg()[0] / cores()
    except (AttributeError, OSError):  # Windows
        return ""
    if load < FULL_LOAD:
        return ""
    return f"the machine is full: {load:.1f} programs want to run on each of its cores"
