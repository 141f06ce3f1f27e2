import logging
import os

from livesyn.base import words
from livesyn.base.scheduling import yield_process

words.install_in_child()
yield_process()
# Of one thread: the nets have theirs, and the products NumPy is given are too small to share.
for name in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(name, "1")

from livesyn.engine.process import main  # noqa: E402  # NumPy's threads are to make way as well

code = words.finish(main())
logging.shutdown()
# not sys.exit: threads of drivers and nets that still run abort an interpreter that winds down
os._exit(code)
