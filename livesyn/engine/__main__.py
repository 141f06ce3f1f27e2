import logging
import os

from livesyn.base import words
from livesyn.player.priority import yield_process

words.install_in_child()
yield_process()

from livesyn.engine.process import main  # noqa: E402  # NumPy's threads are to make way as well

code = words.finish(main())
logging.shutdown()
os._exit(
    code
)  # not sys.exit: threads of drivers and nets that still run abort an interpreter that winds down
