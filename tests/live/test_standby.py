"""Two real players, one of which is killed, or stopped: the other plays on."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from livesyn.config.encoded import encode
from livesyn.config.sections import Config, Osc, Standby
from tests.live.test_player_process import ENVIRONMENT, PATIENCE_S, PLAYER, Journal
from tests.ports import free_port

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
QUIET = Osc(out=(), in_port=0)


class Show:
    """A player alone, and what its sink was told."""

    def __init__(self, folder: Path, name: str, standby: Standby):
        self.journal = Journal(folder / f"{name}.journal")
        self.process = subprocess.Popen(
            [sys.executable, PLAYER, str(folder / name), str(folder / f"{name}.journal")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        assert self.process.stdin is not None
        # a bar is 0.8 s
        self.process.stdin.write(
            encode(Config(osc=QUIET, params={"tempo": 300.0}, standby=standby))
        )
        self.process.stdin.flush()

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(PATIENCE_S)
        assert self.process.stdin is not None
        self.process.stdin.close()


@pytest.fixture
def shows():
    """Both are there, the first sounds, and the second has heard of it."""
    with tempfile.TemporaryDirectory(prefix="ls-") as name:
        folder, port = Path(name), free_port(socket.SOCK_STREAM)
        first = Show(folder, "a", Standby(serve=str(port), token="word"))
        second = Show(folder, "b", Standby(of=f"127.0.0.1:{port}", token="word"))
        try:
            first.journal.wait(lambda j: j.events("on"), "no note was struck")
            second.journal.wait(lambda j: j.events("open"), "the second did not begin")
            begun_s = second.journal.events("open")[0][0]
            first.journal.wait(
                lambda j: j.events("on")[-1][0] > begun_s + 1.5, "the first does not play on"
            )
            yield first, second
        finally:
            first.end()
            second.end()


def took_over(second: Show) -> None:
    on = second.journal.wait(lambda j: j.events("on"), "nobody took over")[0]
    panic = second.journal.events("panic")[0]
    assert panic[0] <= on[0]  # what the first left sounding has ended before
    assert {event[2] for event in second.journal.events() if event[0] < panic[0]} <= {"open", "off"}


def test_a_show_that_is_killed_is_played_on_for(shows):
    first, second = shows
    assert not second.journal.events("on", "panic")
    first.process.kill()
    took_over(second)
    second.process.stdin.close()
    assert second.process.wait(PATIENCE_S) == 0
    assert not second.journal.sounding()


def test_a_show_that_stands_still_is_played_on_for_and_comes_back_muted(shows):
    first, second = shows
    first.process.send_signal(signal.SIGSTOP)
    took_over(second)
    before = len(first.journal.events("on"))
    first.process.send_signal(signal.SIGCONT)
    notes = len(second.journal.events("on"))
    second.journal.wait(lambda j: len(j.events("on")) > notes + 10, "the second does not play on")
    assert len(first.journal.events("on")) == before and not first.journal.sounding()
    first.process.kill()  # and the second does not care
    notes = len(second.journal.events("on"))
    second.journal.wait(lambda j: len(j.events("on")) > notes + 10, "the second does not play on")


def test_a_show_that_is_told_to_end_is_not_played_on_for(shows):
    first, second = shows
    first.process.stdin.write(b'{"t":"stop"}\n')
    first.process.stdin.flush()
    assert first.process.wait(PATIENCE_S) == 0
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(PATIENCE_S) == 0
    assert not second.journal.events("on", "panic")


def test_a_standby_with_the_wrong_token_is_turned_away_at_the_desk(shows):
    from livesyn.base.errors import ConfigError
    from livesyn.show import launch

    first, second = shows
    where = Standby(of=f"127.0.0.1:{port_of(first)}", token="wrong")
    with pytest.raises(ConfigError, match="turned this one away: .*token"):
        launch.with_leaders_seed(Config(standby=where))


def port_of(show: Show) -> int:
    """Where a player listens for its standby."""
    import psutil

    found = psutil.Process(show.process.pid).net_connections("tcp")
    return next(c.laddr.port for c in found if c.status == psutil.CONN_LISTEN)
