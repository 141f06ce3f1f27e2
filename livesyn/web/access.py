"""Who may see the page: this machine only, or whoever has the token.

A page of another site, open in the same browser, can reach loopback too: by naming our
address as its own (DNS rebinding) or by opening our WebSocket across origins. The Host and
Origin headers give both away.
"""

from __future__ import annotations

import hmac

from aiohttp import web
from yarl import URL

from livesyn.base.addresses import is_loopback
from livesyn.base.errors import ConfigError

COOKIE = "livesyn_token"
PAGES = ("/", "/stage")
_NO_ENTRY = """<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>livesyn</title>
<link rel="stylesheet" href="/static/style.css"><form class="door"><h1>livesyn</h1>
<label for="token">This show has a token. It is in the terminal that started it.</label>
<input id="token" name="token" type="password" autocomplete="off" autofocus>
<button class="key">Come in</button></form>"""


class Door:
    """Checks requests: on loopback that the page was asked for by a local name, everywhere
    that a browser's request comes from our own page, and the token where there is one."""

    def __init__(self, host: str, token: str | None) -> None:
        """Raises ConfigError when `host` is open to the network and there is no token."""
        self._loopback = is_loopback(host)
        self._token = token or None
        if not self._loopback and self._token is None:
            raise ConfigError(
                f"the web page on {host or 'all addresses'} would be open to the network; give it a"
                " token, or keep it on 127.0.0.1"
            )

    @property
    def token(self) -> str | None:
        return self._token

    def refusal(self, request: web.Request) -> web.Response | None:
        """The answer to a request that may not pass, or None for one that may."""
        if self._loopback and not is_loopback(_hostname(request.host)):
            return web.Response(
                status=403, text="livesyn answers on this machine only, by 127.0.0.1 or localhost."
            )
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2].lower() != request.host.lower():
            return web.Response(status=403, text="livesyn answers its own page only.")
        if self._token is None or request.path.startswith("/static/") or self._knows(request):
            return None
        if request.path in PAGES:
            return web.Response(status=401, text=_NO_ENTRY, content_type="text/html")
        return web.Response(
            status=401,
            text="livesyn needs its token: ?token=..., or the header Authorization: Bearer ...",
        )

    def _knows(self, request: web.Request) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = (request.query.get("token", ""), request.cookies.get(COOKIE, ""), bearer)
        return any(
            hmac.compare_digest(word.encode(errors="replace"), (self._token or "").encode())
            for word in given
            if word
        )

    def let_in(self, request: web.Request, response: web.StreamResponse) -> None:
        """Remember a token given in the address, so that it need not stay there."""
        if self._token is not None and "token" in request.query:
            response.set_cookie(COOKIE, self._token, httponly=True, samesite="Strict", path="/")


def _hostname(host: str) -> str:
    try:
        return URL(f"http://{host}").host or ""
    except ValueError:
        return ""
