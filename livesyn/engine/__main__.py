import logging
import os

from livesyn.engine.process import main

code = main()
logging.shutdown()
os._exit(code)  # not sys.exit: threads of drivers and nets that still run abort an interpreter that winds down
