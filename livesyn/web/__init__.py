"""The web page: what is seen, what is played, and every live parameter.

What serves it is imported when it is asked for: OSCQuery takes `listener` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livesyn.web.server import Web
    from livesyn.web.view import View

__all__ = ["View", "Web"]


def __getattr__(name: str) -> Any:
    if name == "Web":
        from livesyn.web.server import Web

        return Web
    if name == "View":
        from livesyn.web.view import View

        return View
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
