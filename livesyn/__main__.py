"""`python -m livesyn`."""

import sys

from livesyn.cli import main

sys.exit(main())
