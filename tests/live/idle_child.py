"""A child that does nothing but beat until it is told to stop: `python idle_child.py`."""

import os
import threading

from livesyn.ipc.child_messages import Beat, Ready
from livesyn.ipc.child_pipe import ChildPipe

end = threading.Event()
pipe = ChildPipe()
pipe.read_config()
pipe.start(lambda command: end.set(), end.set)
pipe.report(Ready(os.getpid()))
while not end.wait(0.1):
    pipe.report(Beat())
