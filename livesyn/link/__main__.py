import sys

from livesyn.link.process import main

sys.exit(main())
