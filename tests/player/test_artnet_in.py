"""Art-Net in: faders are obeyed, those who may not speak are not, and nothing that comes raises."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from livesyn.base import params
from livesyn.base.clock import ManualClock
from livesyn.config.lights import Artnet
from livesyn.control.dmx_map import Fader
from livesyn.control.dmx_packets import art_dmx
from livesyn.player.artnet_in import ArtnetIn
from livesyn.player.core import Player
from livesyn.player.newest import Change
from livesyn.player.state import ShowState

PATIENCE_S = 10.0
FADERS = (Fader(1, "morph"), Fader(2, "tempo", 16, 80.0, 140.0))
HERE = "127.0.0.1"


class Hand:
    """Art-Net in on a show's state, and what was set and said."""

    def __init__(self, settings: Artnet | None = None) -> None:
        clock = ManualClock(100.0)
        self.said: list[str] = []
        self.changes: list[Change] = []
        self.state = ShowState(Player([], clock), clock, echo=self.changes.extend)
        self.artnet = ArtnetIn(settings or Artnet(FADERS), self.state, clock, self.said.append)

    def send(self, *packets: bytes, sender: str = HERE) -> None:
        for packet in packets:
            self.artnet.take(packet, sender)
        self.artnet.obey()


def desk(*positions: int, universe: int = 0) -> bytes:
    return art_dmx(universe, 0, bytes(positions))


def test_a_fader_sets_its_parameter_and_says_who_did() -> None:
    hand = Hand()
    hand.send(desk(0, 0, 0))
    assert hand.changes == []
    hand.send(desk(255, 0, 0), desk(255, 128, 0))
    assert [(c.name, c.origin) for c in hand.changes] == [("morph", "artnet"), ("tempo", "artnet")]
    values = hand.state.params()
    assert values["morph"] == 1 and 110 < values["tempo"] < 110.1
    hand.send(desk(255, 128, 0), desk(7, 7, 7, universe=4))
    assert len(hand.changes) == 2 and hand.artnet.received == 4


def test_only_those_on_the_list_are_obeyed_and_the_others_said_once() -> None:
    hand = Hand()
    for position in (0, 255, 0):
        hand.send(desk(position, 0, 0), sender="192.168.1.66")
    assert hand.changes == [] and hand.artnet.dropped == 3
    assert hand.said == [
        "Art-Net from 192.168.1.66 is not obeyed; put it in allow of [artnet] if it should be"
    ]


PACKET = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=40).map(lambda rest: b"Art-Net\0\x00\x50\x00\x0e" + rest),
    st.builds(art_dmx, st.integers(0, 2), st.integers(0, 255), st.binary(min_size=1, max_size=512)),
)


@given(packets=st.lists(st.tuples(PACKET, st.sampled_from([HERE, "::1", "10.0.0.9"])), max_size=8))
@settings(max_examples=500, deadline=None)
def test_whatever_comes_is_obeyed_or_counted(packets: Iterable[tuple[bytes, str]]) -> None:
    hand = Hand()
    count = 0
    for packet, sender in packets:
        hand.send(packet, sender=sender)
        count += 1
    for name, value in hand.state.params().items():
        row = params.BY_NAME[name]
        assert row.low <= value <= row.high
    assert {change.name for change in hand.changes} <= {"morph", "tempo"}
    assert max(hand.artnet.dropped, hand.artnet.received) <= count
    assert len(hand.said) <= 3 * 2 and all("Art-Net" in sentence for sentence in hand.said)


def test_it_listens_and_closes() -> None:
    hand = Hand(Artnet(FADERS, in_port=0))
    hand.artnet.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        set_by = _Told(hand)
        sender.sendto(desk(0, 0, 0), (HERE, hand.artnet.port))
        sender.sendto(desk(255, 0, 0), (HERE, hand.artnet.port))
        assert set_by.wait()
    hand.artnet.close()
    assert hand.artnet.health().state == "off"


class _Told:
    """Waits until `hand` has set something."""

    def __init__(self, hand: Hand) -> None:
        import threading

        self._set = threading.Event()
        obey = hand.artnet.obey

        def obeyed() -> None:
            obey()
            if hand.changes:
                self._set.set()

        hand.artnet.obey = obeyed  # type: ignore[method-assign]

    def wait(self) -> bool:
        return self._set.wait(PATIENCE_S)
