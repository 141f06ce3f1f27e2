"""Model cards: the templates filled, to the byte."""

from dataclasses import asdict, dataclass
from string import Formatter

import pytest
import torch

from livesyn.cli.commands.train import NETS
from livesyn.train import card, classifier, music_vae

OPTIONAL = {"music-vae-pitched", "music-vae-long", "music-vae-start"}  # notes of music-vae
PARTS = {"body", "terms", "attribution"}
WHOLE = """\
# tiny: VisVAE

Preset `toy` (SynVAE thesis, Table 7): 1,010 parameters, z 7, β 0.5.

## Data

- **grooves**: drum patterns made by rule (livesyn/train/data/grooves.py): the common grooves of \
popular and dance music, varied by a seeded draw; no recording, score or collection went into them \
(5 windows)
- **{mine}**: the user’s own data (3 pictures)

## Made with

```
livesyn data first
livesyn train vis-vae --run r --preset toy --data 'a b' --no-binarise --out models/tiny
```

## Measured

On the *valid* split, which holds no piece or picture of the training split.

| figure | value |
|---|---|
| mse | 0.1235 |
| prior: in key | 1 |
| prior: attacks | 0 0.25 |
| run: steps | 12 |

![Curves](curves.png)

## Notes

- MSE is the squared error summed over a picture, KL is in nats summed over z, as in the thesis.
- The weights may be used under the project's licence, with the attributions that the data asks \
for.
"""


@dataclass(frozen=True)
class Settings:
    preset: str = "full"
    data: str = "pictures"
    beta: float = 0.5
    binarise: bool = True


class Net(torch.nn.Linear):
    @dataclass(frozen=True)
    class Config:
        latent: int = 7
        steps: int = 256

    config = Config()


def test_a_card_is_its_template_filled(tmp_path):
    out = tmp_path / "tiny"
    out.mkdir()
    (out / "curves.png").touch()
    card.write(
        out,
        "vis-vae",
        Net(100, 10),
        Settings("toy", "a b", binarise=False),
        tmp_path / "r",
        {"grooves": "5 windows", "{mine}": "3 pictures"},
        {
            "split": "valid",
            "mse": 0.123456,
            "prior": {"in_key": 1, "attacks": [0.0, 0.25]},
            "run": {"steps": 12},
        },
        ["livesyn data first"],
    )
    assert (out / "MODEL_CARD.md").read_text(encoding="utf-8") == WHOLE


@pytest.mark.parametrize("net", NETS)
def test_every_net_has_its_template(net):
    text = (card.TEMPLATES / f"{net}.md").read_text(encoding="utf-8")
    used = {name for _, name, _, _ in Formatter().parse(text) if name}
    assert {"name", "body", "terms"} <= used
    assert text.startswith("# {name}: ") and "\n## Notes\n" in text and text.endswith("{terms}\n")


def test_every_template_belongs_to_something():
    there = {path.stem for path in card.TEMPLATES.glob("*.md")}
    assert there == {*NETS, *OPTIONAL, *PARTS}
    assert [path.name for path in card.TEMPLATES.glob("*.json")] == ["data.json"]


@pytest.mark.parametrize(
    ("pitched", "bars", "start", "notes", "there", "missing"),
    [
        (False, 2, "", 3, ("`all_hold` is what silence would get", "32 steps struck;"), "in_key"),
        (
            True,
            2,
            "",
            4,
            ("what a line that only holds would", "32 notes struck;", "in_key"),
            "echo",
        ),
        (True, 16, "models/old", 6, ("in_key", "`echo` is the", "on from `old`, whose"), "{"),
    ],
)
def test_the_notes_of_a_musicvae_suit_its_part(
    pitched, bars, start, notes, there, missing, tmp_path
):
    card.write(
        tmp_path,
        "music-vae",
        Net(4, 4),
        music_vae.Settings(start=start),
        tmp_path / "r",
        {"lieder": "5 windows"},
        {},
        bars=bars,
        part="melody",
        origin="Preset `small`",
        **music_vae._notes(pitched, bars, start),
    )
    text = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert all(part in text for part in there) and missing not in text
    assert f": MusicVAE, {bars} bars of melody\n\nPreset `small`: 20 parameters. Encodes" in text
    lines = text.split("\n## Notes\n\n")[1].splitlines()
    assert len(lines) == notes and all(line.startswith("- ") for line in lines)
    assert "Curves" not in text and "On the *test* split" in text


def test_a_classifiers_card_names_its_labels(tmp_path):
    card.write(
        tmp_path,
        "classifier",
        Net(4, 4),
        classifier.Settings(),
        tmp_path / "r",
        {"x": "5 pictures"},
        {},
        labels=", ".join(["one", "two"]),
    )
    text = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert (
        f"Preset `{asdict(classifier.Settings())['preset']}`, 20 parameters; labels: one, two."
        in text
    )


@pytest.mark.parametrize(
    ("origin", "tail"),
    [({"attribution": ["A, B: CC BY"]}, "- A, B: CC BY\n"), ({}, ""), ({"attribution": []}, "")],
)
def test_attribution(origin, tail, tmp_path):
    card.write_attribution(tmp_path, origin)
    assert (tmp_path / "ATTRIBUTION.md").read_text(encoding="utf-8") == (
        "# Attribution\n\nWorks of the training data whose licence asks for attribution.\n\n" + tail
    )
