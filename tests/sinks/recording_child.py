"""Plays and records for ever: `recording_child.py FOLDER`. Prints the number of each bar that has
been played whole.

A bar takes no time here. So that the writer has what two seconds would give it, the next one begins
when it has come round: twice, because it takes events before it writes them.
"""

import itertools
import sys
import threading

from livesyn.base.clock import ManualClock
from livesyn.sinks.recorder import Recorder
from tests.contracts import play_bar

recorder = Recorder(sys.argv[1], ManualClock(100.0), lambda: 1_700_000_000.0)
recorder.open()
recorder.transport(100.0, "start", 0.0)
for bar in itertools.count():
    play_bar(recorder, bar)
    print(bar, flush=True)
    for _ in range(2):
        round_ = threading.Event()
        recorder._queue.put(round_.set)
        recorder._wake.set()
        round_.wait(10.0)
