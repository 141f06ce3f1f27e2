"""The web page: what is seen, what is played, and every live parameter."""

from livesyn.web.server import Web
from livesyn.web.view import View

__all__ = ["View", "Web"]
