import sys

from livesyn.base import words
from livesyn.player.process import main

words.install_in_child()
sys.exit(words.finish(main()))
