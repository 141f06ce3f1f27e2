"""OpenCV, imported when it is needed, without its log and with one thread."""

from __future__ import annotations

import os
from types import ModuleType


def opencv() -> ModuleType:
    """The cv2 module.

    Its pool of threads would take the cores from inference, its log the terminal from the user.
    """
    # s; a camera that went silent is let go, not waited for
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    # else Media Foundation takes ten seconds to open
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    if cv2.getNumThreads() != 1:
        cv2.setNumThreads(1)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
