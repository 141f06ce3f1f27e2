import sys

from livesyn.player.process import main

sys.exit(main())
