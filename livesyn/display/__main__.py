"""`python -m livesyn.display`: the window's process."""

import sys

from livesyn.base import words
from livesyn.display.process import main

words.install_in_child()
sys.exit(words.finish(main()))
