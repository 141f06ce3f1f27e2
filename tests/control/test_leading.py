"""Who leads: two shows on one clock, a line that may be cut, processes that stand still."""

from hypothesis import given
from hypothesis import strategies as some

from livesyn.control.leading import BEGIN_S, RETURN_S, SILENT_S, Leading


def following(now_s: float = 0.0, term: int = 0) -> Leading:
    show = Leading(serves=False)
    show.hear(True, term, now_s)
    return show


def test_a_standby_takes_over_from_a_leader_that_is_silent_and_no_sooner():
    show = following()
    show.look(SILENT_S)
    assert not show.leads
    show.look(SILENT_S + 0.001)
    assert show.leads and show.term == 1


def test_nobody_takes_over_from_a_show_that_was_never_there():
    show = Leading(serves=False)
    show.look(1e9)
    assert not show.leads


def test_the_end_of_a_show_that_was_meant_is_no_silence():
    show = following()
    show.bid_farewell()
    show.look(100.0)
    assert not show.leads
    show.hear(True, 0, 200.0)  # it begins again
    show.look(200.0 + SILENT_S + 0.1)
    assert show.leads


def test_who_was_replaced_gives_way_and_who_did_it_does_not():
    old, new = Leading(serves=True, leads=True), following()
    new.look(1.0)
    new.hear(True, old.term, 1.1)
    assert new.leads
    old.hear(True, new.term, 1.2)
    assert not old.leads and old.term == new.term == 1


def test_of_two_with_the_same_term_the_one_that_serves_goes_on():
    first, second = Leading(serves=True, leads=True), Leading(serves=False, leads=True)
    first.hear(True, 0, 1.0)
    second.hear(True, 0, 1.0)
    assert first.leads and not second.leads


def test_who_waits_leads_when_the_other_does_not_or_nobody_answers():
    show = Leading(serves=True)
    show.wait(BEGIN_S)
    show.hear(False, 0, 0.1)
    assert show.leads
    show.wait(RETURN_S)
    show.look(RETURN_S - 0.1)
    assert not show.leads
    show.look(RETURN_S)
    assert show.leads and show.term == 0


def test_a_word_from_before_the_pause_does_not_let_it_lead_again():
    show = Leading(serves=True, leads=True)
    show.wait(RETURN_S)
    show.hear(False, 0, 0.1, fresh=False)
    assert not show.leads
    show.hear(True, 1, 0.2, fresh=False)  # that somebody leads is true however old
    assert not show.leads and show.waits_until_s is None


def test_on_a_key_the_lead_goes_over_and_back():
    first, second = Leading(serves=True, leads=True), following()
    second.take_over()
    first.hear(second.leads, second.term, 0.1)
    second.hear(first.leads, first.term, 0.1)
    assert second.leads and not first.leads
    first.take_over()
    second.hear(first.leads, first.term, 0.2)
    first.hear(second.leads, second.term, 0.2)
    assert first.leads and not second.leads and first.term == 2


STEP_S = 0.05
EVENTS = some.lists(
    some.tuples(
        some.sampled_from(("cut", "heal", "key0", "key1", "stop0", "stop1", "go0", "go1")),
        some.integers(0, 30),
    ),
    max_size=12,
)


@given(EVENTS)
def test_whatever_happens_in_the_end_exactly_one_leads(events):
    """A line that is cut and mended, keys that are pressed, processes that stand still and go on:
    once all is well, one show leads and the other follows, within some seconds.
    """
    shows = [Leading(serves=True), Leading(serves=False)]
    shows[0].wait(BEGIN_S)
    now_s, cut, stopped, paused_s = 0.0, False, [False, False], [0.0, 0.0]

    def turn() -> None:
        nonlocal now_s
        now_s += STEP_S
        for index, show in enumerate(shows):
            if stopped[index]:
                paused_s[index] += STEP_S
                continue
            if paused_s[index] > 0.3:  # what the player's fence does
                if show.leads:
                    show.wait(now_s + RETURN_S)
                elif show.heard_s is not None:
                    show.heard_s += paused_s[index]
            paused_s[index] = 0.0
            show.look(now_s)
        if not cut and not any(stopped):
            said = [(show.leads, show.term) for show in shows]
            for show, (leads, term) in zip(shows, reversed(said), strict=True):
                show.hear(leads, term, now_s)

    for event, turns in events:
        if event in ("cut", "heal"):
            cut = event == "cut"
        elif event.startswith("key"):
            if not stopped[int(event[-1])]:
                shows[int(event[-1])].take_over()
        else:
            stopped[int(event[-1])] = event.startswith("stop")
        for _ in range(turns):
            turn()
    cut, stopped[:] = False, [False, False]
    for _ in range(round((RETURN_S + 2 * SILENT_S) / STEP_S)):
        turn()
    assert [show.leads for show in shows].count(True) == 1
    assert all(show.waits_until_s is None for show in shows)
