"""The NDI output through NDI's own library, with a receiver that finds it by name.

Skipped without cyndilib, or where nothing is found (on Linux `avahi-daemon` tells).
"""

import os
import time

import numpy as np
import pytest

from livesyn.base.types import Frame
from livesyn.sinks.pictures.extras import LINES, NdiSink
from tests.sinks.pictures.contract import check_picture_sink

PATIENCE_S = 5.0
pytest.importorskip("cyndilib", reason="the package cyndilib is not here")


def patient(ask):
    """What `ask()` gives as soon as it gives something; None after PATIENCE_S."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        if (given := ask()) is not None:
            return given
    return None


def test_the_real_library_keeps_the_contract():
    check_picture_sink(NdiSink)


def test_a_receiver_finds_it_by_name_and_sees_its_colours():
    from cyndilib.finder import Finder
    from cyndilib.receiver import Receiver
    from cyndilib.video_frame import VideoFrameSync
    from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat

    corners = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [200, 150, 100]]], np.uint8)
    label = (
        f"livesyn {os.getpid()}"  # its own: what another sender announced is remembered for a while
    )
    frame = Frame(corners.repeat(32, 0).repeat(32, 1), 0.0)
    sink, finder = NdiSink(label), Finder()
    sink.open()
    try:
        sink.show(frame)
        finder.open()

        def found():
            finder.wait_for_sources(0.2)
            return next((source for source in finder if source.name.endswith(f"({label})")), None)

        if (source := patient(found)) is None:
            pytest.skip("no NDI source is announced on this machine")
        receiver, received = (
            Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest),
            VideoFrameSync(),
        )
        receiver.frame_sync.set_video_frame(received)
        receiver.set_source(source)

        assert patient(lambda: receiver.is_connected() or None)

        def seen():
            sink.show(frame)
            receiver.frame_sync.capture_video()
            return (
                np.array(received).reshape(received.yres, received.xres, 4)
                if received.yres == LINES
                else None
            )

        picture = patient(seen)
        assert picture is not None and picture.shape == (LINES, LINES, 4)
        quarters = picture[LINES // 4 :: LINES // 2, LINES // 4 :: LINES // 2, :3].astype(int)
        assert np.abs(quarters - corners).max() < 24, "another picture came"  # NDI compresses
        receiver.disconnect()
    finally:
        finder.close()
        sink.close()
