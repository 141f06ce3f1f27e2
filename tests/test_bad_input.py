"""Ten thousand bad inputs, by the same hands as the million of `scripts/fuzz.py`."""

from pathlib import Path

import pytest

from tests.from_file import module_from

fuzz = module_from(Path(__file__).parents[1] / "scripts" / "fuzz.py")
INPUTS = {"osc": 2500, "oscquery": 1500, "page": 1500, "midi": 2500, "toml": 800, "ipc": 1200}
SEED = 14


@pytest.mark.parametrize("way", INPUTS)
def test_whatever_comes_is_obeyed_or_refused_and_the_next_is_heard(way):
    fuzz.put(way, SEED, 0, INPUTS[way])


def test_every_way_in_is_tried_ten_thousand_times_in_all():
    assert set(INPUTS) == set(fuzz.WAYS) and sum(INPUTS.values()) == 10_000


def test_what_breaks_is_named_so_that_it_can_be_made_again(monkeypatch):
    def broken():
        def hear(draw):
            raise ZeroDivisionError("once more")

        yield hear

    monkeypatch.setitem(fuzz.WAYS, "broken", broken)
    with pytest.raises(fuzz.Found, match="ZeroDivisionError.*--way broken --seed 3 --start 70"):
        fuzz.put("broken", 3, 70, 9)
