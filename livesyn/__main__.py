"""`python -m livesyn`."""

import sys

from livesyn.cli.entry import main

sys.exit(main())
