"""A signal that came in ignored stays ignored."""

from __future__ import annotations

import signal

from livesyn.base import signals


def test_what_is_ignored_stays_so_and_the_rest_is_restored():
    first = signal.signal(signal.SIGINT, signal.SIG_IGN)
    second = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        heard = []
        before = signals.handle([signal.SIGINT, signal.SIGTERM, None], lambda *_: heard.append(1))
        signal.raise_signal(signal.SIGINT)
        assert not heard
        signal.raise_signal(signal.SIGTERM)
        assert heard == [1] and list(before) == [signal.SIGTERM]
        signals.restore(before)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signals.is_ignored(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, first)
        signal.signal(signal.SIGTERM, second)
