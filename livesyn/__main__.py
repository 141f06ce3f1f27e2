"""`python -m livesyn`."""

import sys

from livesyn.entry import main

sys.exit(main())
