"""`python -m livesyn.display`: the window's process."""

import sys

from livesyn.display.process import main

sys.exit(main())
