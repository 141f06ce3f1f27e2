"""Levels of drums, tones, noise and silence that were made here."""

import numpy as np
import pytest

from livesyn.audio.bands import BLOCK, EDGES_HZ, Bands
from livesyn.audio.features import BLOCK_S, Features, Levels
from livesyn.audio.mel import RATE_HZ
from livesyn.base.params import LEVELS, defaults

PARAMS = defaults()
SHORT = PARAMS | {f"{name}_release": 0.02 for name in LEVELS}
NAMES = tuple(LEVELS)


def times(seconds: float) -> np.ndarray:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def tone(*hz: float, seconds: float = 4.0, loudness: float = 0.3) -> np.ndarray:
    waves = [np.sin(2 * np.pi * each * times(seconds)) for each in hz]
    return (loudness * np.sum(waves, axis=0)).astype(np.float32)


def noise(seconds: float = 4.0, loudness: float = 0.1, seed: int = 0) -> np.ndarray:
    return (loudness * np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))).astype(
        np.float32
    )


def kick(loudness: float = 0.8) -> np.ndarray:
    """A sine that falls from 170 to 50 Hz and dies away."""
    t = times(0.25)
    return (
        loudness
        * np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-30 * t))))
        * np.exp(-t / 0.08)
        * (1 - t / 0.25)
    ).astype(np.float32)


def hat(loudness: float = 0.5) -> np.ndarray:
    """High noise that dies away in 15 ms."""
    hiss = np.diff(noise(0.06, 1.0, seed=3), n=2, prepend=[0, 0])
    return (loudness * hiss / 4 * np.exp(-times(0.06) / 0.015)).astype(np.float32)


def train(
    hit: np.ndarray, every_s: float = 0.5, seconds: float = 4.0, first_s: float = 0.0
) -> np.ndarray:
    """`hit` again and again."""
    out = np.zeros(int(seconds * RATE_HZ), np.float32)
    for start_s in np.arange(first_s, seconds - 0.3, every_s):
        start = int(start_s * RATE_HZ)
        out[start : start + len(hit)] += hit
    return out


def heard(
    samples: np.ndarray, features: Features | None = None, params: dict[str, float] = PARAMS
) -> dict[str, np.ndarray]:
    """The levels after every block of 220."""
    features = features or Features()
    levels = [
        features.push(samples[start : start + BLOCK], params)
        for start in range(0, len(samples) // BLOCK * BLOCK, BLOCK)
    ]
    return {name: np.array([getattr(each, name) for each in levels]) for name in (*NAMES, "silent")}


def attacks(onset: np.ndarray, least: float = 0.2) -> list[float]:
    """When `onset` began to go up, in seconds."""
    rises = np.diff(onset, prepend=0.0) > least
    return [float(index * BLOCK_S) for index in np.flatnonzero(rises & ~np.roll(rises, 1))]


@pytest.mark.parametrize("hz", [40, 70, 150, 300, 700, 1500, 3000, 8000])
def test_each_band_of_the_bank_lets_its_own_through(hz):
    bank, samples = Bands(), tone(hz, seconds=1.0, loudness=1.0)
    energies = np.mean(
        [bank.energies(samples[start : start + BLOCK]) for start in range(0, 100 * BLOCK, BLOCK)][
            40:
        ],
        axis=0,
    )
    assert np.searchsorted(EDGES_HZ, hz) - 1 == energies.argmax()
    assert energies.sum() == pytest.approx(0.5, rel=0.3)


def test_block_by_block_is_one_filter():
    """Against the bank's own answer to an impulse, convolved with the sound all at once."""
    bank, impulse = Bands(), np.zeros(20 * BLOCK, np.float32)
    impulse[0] = 1.0
    answers = np.concatenate(
        [bank.filter(impulse[start : start + BLOCK]) for start in range(0, len(impulse), BLOCK)],
        axis=1,
    )
    bank, samples = Bands(), noise(0.2)
    samples = samples[: len(samples) // BLOCK * BLOCK]
    out = np.concatenate(
        [bank.filter(samples[start : start + BLOCK]) for start in range(0, len(samples), BLOCK)],
        axis=1,
    )
    for band in range(len(out)):
        assert out[band] == pytest.approx(
            np.convolve(samples, answers[band])[: len(samples)], abs=1e-5
        )


@pytest.mark.parametrize(
    "start", [0, BLOCK * 50, BLOCK * 50 + 60, BLOCK * 50 + 130, BLOCK * 50 + 210]
)
def test_a_kick_is_seen_within_one_block_of_the_one_it_begins_in(start):
    samples = np.zeros(2 * RATE_HZ, np.float32)
    samples[start : start + len(kick())] = kick()
    levels, first = heard(samples), start // BLOCK
    assert (
        levels["low"][first : first + 2].max() > 0.5
        and levels["onset"][first : first + 2].max() > 0.5
        and levels["rms"][first : first + 2].max() > 0.5
    )
    assert not levels["low"][:first].any() and not levels["onset"][:first].any()
    assert not levels["silent"][first + 1]


@pytest.mark.parametrize("loudness", [0.9, 0.1, 0.02])
def test_every_kick_counts_once_in_a_loud_room_and_in_a_quiet_one(loudness):
    levels = heard(train(kick(loudness), seconds=8))
    assert attacks(levels["onset"]) == pytest.approx(np.arange(0, 7.6, 0.5), abs=2 * BLOCK_S)
    settled = levels["low"][int(4 / BLOCK_S) :]
    assert settled.max() > 0.8 and settled.min() < 0.3 and levels["high"][100:].max() < 0.4


def test_hats_are_high_and_not_low():
    levels = heard(train(hat(), every_s=0.25))
    assert levels["high"][100:].max() > 0.8 and levels["low"][100:].max() < 0.15
    assert attacks(levels["onset"]) == pytest.approx(np.arange(0, 3.7, 0.25), abs=2 * BLOCK_S)


def snare() -> np.ndarray:
    t = times(0.2)
    body = 0.3 * np.sin(2 * np.pi * 330 * t) * np.exp(-t / 0.06)
    return (body + 2 * noise(0.2, 0.12, seed=1) * np.exp(-t / 0.05)).astype(np.float32)


def test_attacks_are_told_apart_by_their_bands():
    """A beat: kicks on whole seconds, snares between, hats off the beat, over a chord."""
    levels = heard(
        train(kick(), 1.0, 8.0)
        + train(snare(), 1.0, 8.0, 0.5)
        + train(hat(0.2), 0.5, 8.0, 0.25)
        + tone(220, 277, 330, seconds=8.0, loudness=0.03),
        params=SHORT,
    )

    def strongest(level: str, time_s: float) -> float:
        first = int(time_s / BLOCK_S)
        return float(levels[level][first : first + 4].max())

    for second in (4.0, 5.0, 6.0):
        assert strongest("onset_low", second) > 0.6 and strongest("onset_high", second) < 0.1
        assert strongest("onset_mid", second + 0.5) > 0.6
        for hats in (second + 0.25, second + 0.75):
            assert strongest("onset_high", hats) > 0.6
            assert strongest("onset_low", hats) < 0.05 > strongest("onset_mid", hats)


def test_kicks_alone_and_hats_alone_are_attacks_of_their_own_band():
    kicks = heard(train(kick(), seconds=6.0), params=SHORT)
    hats = heard(train(hat(), 0.25, 6.0), params=SHORT)
    assert attacks(kicks["onset_low"]) == pytest.approx(np.arange(0, 5.6, 0.5), abs=2 * BLOCK_S)
    assert attacks(hats["onset_high"]) == pytest.approx(np.arange(0, 5.7, 0.25), abs=2 * BLOCK_S)
    settled = int(1.2 / BLOCK_S)
    assert kicks["onset_high"][settled:].max() < 0.1 > hats["onset_low"][settled:].max()


def test_kicks_under_a_held_chord_and_hiss():
    levels = heard(
        train(kick(0.5), first_s=1.0)
        + tone(110, 277, 330, 440, loudness=0.06)
        + noise(loudness=0.002)
    )
    assert [each for each in attacks(levels["onset"]) if each > 0.5] == pytest.approx(
        np.arange(1, 3.6, 0.5), abs=2 * BLOCK_S
    )


@pytest.mark.parametrize(
    "hz", [(35,), (55,), (82.4,), (440,), (5000,), (220, 277.2, 329.6, 440)], ids=str
)
def test_what_is_held_has_one_attack(hz):
    levels = heard(tone(*hz, loudness=0.3 / len(hz)))
    assert len(attacks(levels["onset"], least=0.02)) == 1 and levels["onset"][300:].max() < 0.01
    assert levels["rms"][100:].min() > 0.5 and not levels["silent"].any()


def test_vibrato_is_no_attack():
    t = times(4.0)
    levels = heard(
        (0.3 * np.sin(2 * np.pi * 440 * t + 8 * np.sin(2 * np.pi * 5.5 * t))).astype(np.float32)
    )
    assert len(attacks(levels["onset"], least=0.02)) == 1


def test_steady_noise_has_next_to_no_attacks():
    assert heard(noise(8.0))["onset"][100:].max() < 0.3


@pytest.mark.parametrize(("hz", "band"), [(80, "low"), (700, "mid"), (6000, "high")])
def test_tones_are_in_their_band(hz, band):
    levels = heard(tone(hz))
    for name in ("low", "mid", "high"):
        assert levels[name][100:].min() > 0.7 if name == band else levels[name][100:].max() < 0.1


def test_silence_is_nothing_at_all():
    levels = heard(np.zeros(4 * RATE_HZ, np.float32))
    assert all(not levels[name].any() for name in NAMES) and levels["silent"].all()


@pytest.mark.parametrize("loudness", [1e-5, 3e-4, 1.5e-3])
def test_the_hiss_of_a_quiet_room_is_silence(loudness):
    levels = heard(noise(8.0, loudness))
    assert all(not levels[name].any() for name in NAMES) and levels["silent"].all()


def test_offset_of_a_bad_sound_card_is_silence():
    assert heard(np.full(8 * RATE_HZ, 0.2, np.float32))["rms"][300:].max() == 0


def test_after_the_music_it_rests_and_does_not_flicker():
    levels = heard(np.concatenate([train(kick()), noise(6.0, 3e-4)]))
    after = {name: values[int(4.1 / BLOCK_S) :] for name, values in levels.items()}
    assert all((np.diff(after[name]) <= 0).all() and after[name][-1] == 0 for name in NAMES), (
        "only down"
    )
    assert np.diff(after["silent"].astype(int)).tolist().count(1) == 1 and after["silent"][-1]


def test_the_gain_follows_a_change_of_room_slowly():
    """20 dB quieter: dim at first, full again within a minute; 20 dB louder: at its full level at
    once, never above.
    """
    features = Features()
    loud = heard(tone(300, seconds=3.0, loudness=0.5), features)
    quiet = heard(tone(300, seconds=45.0, loudness=0.05), features)
    assert loud["rms"][-1] == pytest.approx(0.8, abs=0.05)
    assert quiet["rms"][200] < 0.25 and quiet["rms"][-1] > 0.6
    again = heard(tone(300, seconds=3.0, loudness=0.5), features)
    assert (
        again["rms"][1] == 1.0
        and again["rms"].max() == 1.0
        and again["rms"][-1] == pytest.approx(0.8, abs=0.05)
    )


def test_a_pause_does_not_turn_the_gain_up():
    features = Features()
    heard(tone(300, seconds=5.0, loudness=0.5), features)
    heard(np.zeros(60 * RATE_HZ, np.float32), features)
    assert heard(tone(300, seconds=1.0, loudness=0.05), features)["rms"].max() < 0.2


def test_release_is_the_time_to_a_third():
    params = {**PARAMS, "low_release": 0.5, "rms_release": 0.1}
    samples = np.concatenate([tone(70, seconds=2.0), np.zeros(RATE_HZ, np.float32)])
    levels = heard(samples, params=params)
    fall = levels["low"][int(2.2 / BLOCK_S)] / levels["low"][int(2.7 / BLOCK_S)]
    assert fall == pytest.approx(np.e, rel=0.05)
    assert levels["rms"][int(2.2 / BLOCK_S)] / levels["rms"][int(2.3 / BLOCK_S)] == pytest.approx(
        np.e, rel=0.05
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_sensitivity_weighs_its_own(name):
    samples = train(kick(0.4)) + train(hat(), first_s=0.25)
    usual = heard(samples)
    deaf = heard(samples, params={**PARAMS, f"{name}_sensitivity": 0.0})
    keen = heard(samples, params={**PARAMS, f"{name}_sensitivity": 8.0})
    assert (
        not deaf[name].any() and keen[name].mean() > usual[name].mean() and keen[name].max() <= 1.0
    )
    assert all((deaf[other] == usual[other]).all() for other in NAMES if other != name)


@pytest.mark.parametrize("size", [1, 100, 221, 480, 5000])
def test_how_it_is_cut_does_not_matter(size):
    samples = (train(kick(), seconds=1.0) + noise(1.0, 0.01))[: 4000 if size == 1 else None]
    samples = samples[: len(samples) // BLOCK * BLOCK]
    features = Features()
    for start in range(0, len(samples), size):
        features.push(samples[start : start + size], PARAMS)
    whole = heard(samples)
    assert (
        features.levels == Levels(**{name: values[-1] for name, values in whole.items()})
        and features.blocks == len(samples) // BLOCK
    )
