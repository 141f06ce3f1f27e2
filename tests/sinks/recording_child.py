"""Plays and records for ever: `recording_child.py FOLDER`. Prints the number of each bar that has been played whole."""

import itertools
import sys
import threading

from livesyn.clock import ManualClock
from livesyn.sinks.recorder import Recorder
from tests.contracts import play_bar

recorder = Recorder(sys.argv[1], ManualClock(100.0), lambda: 1_700_000_000.0)
recorder.open()
recorder.transport(100.0, "start", 0.0)
pause = threading.Event()
for bar in itertools.count():
    play_bar(recorder, bar)
    print(bar, flush=True)
    pause.wait(0.005)
