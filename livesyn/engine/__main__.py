import sys

from livesyn.engine.process import main

sys.exit(main())
