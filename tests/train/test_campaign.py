"""Bundles, and the plan that is trained from them in sittings."""

import json
import re
import signal
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the train extra is not installed")
from PIL import Image

from livesyn.base.errors import DataError, LivesynError
from livesyn.cli.parser import parser
from livesyn.train import plan, results
from livesyn.train.data import bundles, pictures
from livesyn.train.data_parallel import WorkerGroup
from tests.from_file import module_from
from tests.train.running import first_step

ROOT = Path(__file__).parents[2]
campaign = module_from(ROOT / "scripts/campaign.py")
Step: Any = campaign.Step


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "paintings").mkdir(parents=True)
    random = np.random.default_rng(0)
    lines = ["file,era,rights"]
    for i in range(40):
        Image.fromarray(random.integers(0, 256, (150, 120 + i, 3), dtype=np.uint8)).save(
            folder / f"paintings/p{i}.jpg", quality=95
        )
        lines.append(
            f"p{i}.jpg,{'old' if i % 2 else 'new'},{'CC0' if i < 30 else 'all rights reserved'}"
        )
    (folder / "paintings/broken.jpg").write_bytes(b"no picture")
    (folder / "paintings/manifest.csv").write_text("\n".join([*lines, "broken.jpg,old,CC0"]))
    ramp = np.linspace(0, 255, 768)[None, None].astype(np.uint8)
    mel = np.broadcast_to(ramp, (9, 128, 768)) // np.arange(1, 10, dtype=np.uint8)[:, None, None]
    np.savez(
        folder / "musart.npz",
        train_mel=mel,
        train_period=np.arange(9),
        train_images=random.integers(0, 256, (4, 1, 1, 3), dtype=np.uint8)
        .repeat(64, 1)
        .repeat(64, 2),
        origin=np.array("{}"),
    )
    np.savez(
        folder / "mnist.npz",
        train_x=np.zeros((50, 28, 28), np.uint8),
        train_y=np.arange(50),
        test_x=np.zeros((20, 28, 28), np.uint8),
        test_y=np.arange(20),
    )
    with zipfile.ZipFile(folder / "cifar10.zip", "w") as archive:
        for i in range(60):
            archive.writestr(f"cat/{i}.png", random.bytes(1000))
    return folder


def test_bundles_hold_the_same_pictures_in_the_same_splits(data, tmp_path):
    sizes = bundles.pack(data, tmp_path / "b", ("CC0",))
    assert set(sizes) == {"paintings.zip", "musart.npz", "mnist.npz", "cifar10.zip"}
    source = pictures.Source(64, 3, rights=("CC0",), held_out=5, valid=3)
    here, there = (
        pictures.load(data / "paintings", source),
        pictures.load(tmp_path / "b/paintings.zip", replace(source, rights=())),
    )
    for split in ("train", "valid", "test"):
        assert sorted(Path(n).name for n in there[split].names) == sorted(here[split].names)
        kept = {
            Path(name).name: (image, label)
            for name, image, label in zip(
                there[split].names, there[split].images, there[split].labels, strict=True
            )
        }
        for name, image, label in zip(
            here[split].names, here[split].images, here[split].labels, strict=True
        ):
            assert np.array_equal(kept[name][0], image) and kept[name][1] == label


def test_mel_windows_come_back_nearly_as_they_were(data, tmp_path):
    bundles.pack(data, tmp_path / "b")
    bundles.unpack(tmp_path / "b/musart.npz", tmp_path / "work/musart.npz")
    with np.load(data / "musart.npz") as before, np.load(tmp_path / "work/musart.npz") as after:
        assert set(before.files) == set(after.files)
        for name in before.files:
            assert (
                before[name].shape == after[name].shape and before[name].dtype == after[name].dtype
            )
        for name in ("train_mel", "train_images"):
            assert np.abs(before[name].astype(int) - after[name]).mean() < 3
        assert (before["train_period"] == after["train_period"]).all()


def test_a_rehearsal_takes_a_few_of_each_split(data, tmp_path):
    bundles.pack(data, tmp_path / "b")
    for name in ("mnist.npz", "cifar10.zip"):
        bundles.unpack(tmp_path / "b" / name, tmp_path / "work" / name, few=10)
    with np.load(tmp_path / "work/mnist.npz") as few:
        assert few["train_x"].shape == (10, 28, 28) and few["test_y"].tolist()[::9] == [0, 19]
    assert len(zipfile.ZipFile(tmp_path / "work/cifar10.zip").namelist()) == 10


def test_a_bundle_is_never_too_large(data, tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "MOST", 30_000)
    with pytest.raises(DataError, match="at most"):
        bundles.pack(data, tmp_path / "b")
    (data / "paintings/manifest.csv").unlink()
    (data / "musart.npz").unlink()
    (data / "mnist.npz").unlink()
    sizes = bundles.pack(data, tmp_path / "c")
    assert 20_000 < sizes["cifar10.zip"] <= 30_000
    with pytest.raises(DataError, match="nothing to bundle"):
        bundles.pack(tmp_path, tmp_path / "d")
    with pytest.raises(DataError, match=r"campaign\.py pack"):
        bundles.unpack(tmp_path / "c/mnist.npz", tmp_path / "work/x.npz")


@pytest.mark.parametrize("size", ["paper", "toy"])
def test_every_step_is_a_command_that_livesyn_knows(size):
    livesyn = parser(with_settings=True)
    names = [step.name for step in campaign.PLAN]
    assert len(set(names)) == len(names)
    made: set[str] = set()
    for step in campaign.PLAN:
        command = step.command(size, 1, "cpu")
        if command[1:3] == ["-m", "livesyn"]:
            livesyn.parse_args(command[3:])
        used = {Path(word).name for word in command if word.startswith("models/")} - (
            {step.results.name} if step.results else set()
        )
        assert used <= made, f"{step.name} comes before what it needs"
        made |= {step.results.name} if step.results and step.results.parts[0] == "models" else set()
    melody = next(step for step in campaign.PLAN if step.name == "melody")
    shared = melody.command(size, 4, "cuda")
    assert shared[2:6] == ["torch.distributed.run", "--standalone", "--nproc-per-node", "4"]


def scripted(*scripts):
    class Scripted(Step):
        def command(self, size, gpus, device):
            return [sys.executable, "-c", self.words]

    return tuple(Scripted(name, words) for name, words in scripts)


WAITS = (
    "import signal,sys,time; from pathlib import Path; signal.signal(signal.SIGTERM, lambda *_:"
    " (Path('saved').touch(), sys.exit(130)))\nif Path('saved').exists():"
    " sys.exit(0)\nPath('began').touch(); signal.pause()"
)


def test_a_sitting_that_ends_is_gone_on_with(tmp_path, capsys, monkeypatch):
    steps = scripted(("one", "print('hello')"), ("two", WAITS), ("three", "pass"))
    real = subprocess.Popen.wait

    def hurry(child, timeout=None):  # the sitting is over as soon as the step has begun
        if timeout is not None and "signal" in child.args[-1]:
            while not (tmp_path / "began").exists() and child.poll() is None:
                pass
            if not over and not (tmp_path / "saved").exists():
                over.append(True)
                raise subprocess.TimeoutExpired(child.args, timeout)
        return real(child, timeout)

    over: list[bool] = []
    monkeypatch.setattr(subprocess.Popen, "wait", hurry)
    clock = campaign.time.monotonic
    monkeypatch.setattr(campaign.time, "monotonic", lambda: clock() + (1e6 if over else 0))
    assert campaign.Campaign(tmp_path, tmp_path, "toy").go(steps, 10) == campaign.UNFINISHED
    assert "two: did not fit in this sitting" in capsys.readouterr().out
    over.clear()
    assert campaign.Campaign(tmp_path, tmp_path, "toy").go(steps) == campaign.DONE
    state = json.loads((tmp_path / "state.json").read_text())["steps"]
    assert [state[name]["sittings"] for name in ("one", "two", "three")] == [1, 2, 1] and all(
        one["done"] for one in state.values()
    )
    with pytest.raises(LivesynError, match="of size toy"):
        campaign.Campaign(tmp_path, tmp_path, "paper")


def test_a_step_that_fails_keeps_no_other_from_being_done(tmp_path, capsys):
    assert (
        campaign.Campaign(tmp_path, tmp_path, "toy").go(
            scripted(("bad", "raise SystemExit(4)"), ("good", "pass"))
        )
        == campaign.FAILED
    )
    assert "failed (4), see logs/bad.log" in capsys.readouterr().out
    assert json.loads((tmp_path / "state.json").read_text())["steps"]["good"]["done"]


def checkpoint_folder(folder, size):
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(np.random.default_rng(size).bytes(size))
    (folder / "config.json").write_text("{}")


def whole_names(files):
    held = [name for file in files for name in zipfile.ZipFile(file).namelist()]
    return list(dict.fromkeys(name.split("#")[0] for name in held))


@pytest.fixture
def small_campaign(tmp_path):
    folder = tmp_path / "c"
    campaign.Campaign(folder, tmp_path, "toy").go(scripted(("one", "pass")))
    for name, size in (("big", 900), ("small", 50), ("cut", 2500), ("huge", 9000)):
        checkpoint_folder(folder / "models" / name, size)
    (folder / "runs/one").mkdir(parents=True)
    for name in ("curves.png", "step-000001.png", "step-000900.png", "state.safetensors"):
        (folder / "runs/one" / name).write_bytes(name.encode())
    (folder / "measured/one").mkdir(parents=True)
    (folder / "measured/one/report.md").write_text("figures")
    return folder


LITTLE = results.Limits(files=6, each=1200, together=6000, small=100)


def test_results_are_collected_small_checkpoints_first_within_the_limits(small_campaign, tmp_path):
    files, left = results.collect(small_campaign, tmp_path / "to", LITTLE)
    assert whole_names(files) == [
        "contents.json",
        "state.json",
        "report.md",
        "models/small/config.json",
        "models/small/weights.safetensors",
        "measured/one/report.md",
        "runs/one/curves.png",
        "runs/one/step-000900.png",
        "logs/one.log",
        "models/big/config.json",
        "models/big/weights.safetensors",
        "models/cut/config.json",
        "models/cut/weights.safetensors",
    ]
    assert left == ["models/huge/config.json", "models/huge/weights.safetensors"]
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == [p.name for p in files]
    assert len(files) <= LITTLE.files
    sizes = [sum(i.file_size for i in zipfile.ZipFile(f).infolist()) for f in files]
    assert max(sizes[1:]) <= LITTLE.each and sum(sizes) <= LITTLE.together + 2000  # and contents
    assert results.restore(tmp_path / "to", tmp_path / "back") == []
    for name in whole_names(files)[1:]:
        assert (tmp_path / "back" / name).read_bytes() == (small_campaign / name).read_bytes()


def test_results_that_are_written_again_lose_nothing_when_it_is_cut_short(
    small_campaign, tmp_path, monkeypatch
):
    files, _ = results.collect(small_campaign, tmp_path / "to", LITTLE)
    checkpoint_folder(small_campaign / "models/new", 60)
    real = results._put
    put: list[Path] = []

    def power_cut(part, at):
        if len(put) == 1:
            raise KeyboardInterrupt
        put.append(at)
        real(part, at)

    monkeypatch.setattr(results, "_put", power_cut)
    with pytest.raises(KeyboardInterrupt):
        results.collect(small_campaign, tmp_path / "to", LITTLE)
    assert not list((tmp_path / "to").glob("*.part"))
    damaged = results.restore(tmp_path / "to", tmp_path / "back")
    assert set(damaged) <= {"models/cut/weights.safetensors"}  # what lay in the file written anew
    assert (tmp_path / "back/models/big/weights.safetensors").stat().st_size == 900
    monkeypatch.undo()
    (small_campaign / "models/cut/weights.safetensors").unlink()
    fewer, _ = results.collect(small_campaign, tmp_path / "to", LITTLE)
    assert len(fewer) < len(files)
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == [p.name for p in fewer]


def test_a_mistake_is_one_sentence(tmp_path, capsys):
    wrong = [
        ["collect", "-o", str(tmp_path), "--to", str(tmp_path / "t")],
        *(
            ["run", "--bundles", "b", "-o", str(tmp_path / "x"), "--only", only]
            for only in ("nonsense", ",")
        ),
        ["run", "--bundles", "b", "-o", str(tmp_path / "y"), "--from", str(tmp_path)],
        ["pack", "--data", str(tmp_path), "--sitting", "A", "-o", str(tmp_path / "b")],
    ]
    for words in wrong:
        assert campaign.main(words) == campaign.MISTAKE
        said = capsys.readouterr().err
        assert said.startswith("campaign: ") and said.count("\n") == 1


def test_a_training_that_is_told_to_end_writes_where_it_is(tmp_path):
    """As a sitting's end does it: SIGTERM, then the same command once more."""
    rows = np.zeros((300, 32), np.uint8)
    rows[:, ::4] = 40
    splits: dict[str, Any] = {
        k: x
        for split in ("train", "valid", "test")
        for k, x in ((split, rows), (f"{split}_piece", np.arange(300, dtype=np.int32)))
    }
    np.savez(
        tmp_path / "m.npz",
        pieces=np.array(["a"]),
        origin=np.array(json.dumps({"windows": {"made": 300}, "attribution": []})),
        **splits,
    )
    command = [
        sys.executable,
        "-m",
        "livesyn",
        "train",
        "music-vae",
        "--run",
        "m",
        "--preset",
        "toy",
        "--data",
        "m.npz",
        "--steps",
        "1000000",
        "--batch",
        "8",
        "--device",
        "cpu",
    ]
    state = tmp_path / "runs/m/state.json"
    child = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**campaign.os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert first_step(child, state.parent) > 0
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)  # both, as of a Ctrl-C that is passed on
    assert child.stdout is not None
    assert child.wait(60) == 130, child.stdout.read()
    child.stdout.close()
    steps = json.loads(state.read_text())["step"]
    assert steps > 0
    command[command.index("1000000")] = str(steps + 3)
    subprocess.run(
        command,
        cwd=tmp_path,
        env={**campaign.os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
    )
    assert json.loads(state.read_text())["step"] == steps + 3


def test_a_campaign_that_is_told_to_end_ends_its_step_and_keeps_what_is_known(tmp_path):
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r}); sys.path.insert(0, {str(ROOT / "scripts")!r})
import campaign
class Waits(campaign.Step):
    def command(self, size, gpus, device):
        return [sys.executable, "-c", self.words]
campaign.PLAN = (Waits("two", {WAITS!r}),)
sys.exit(campaign.main(["run", "--bundles", ".", "-o", ".", "--size", "toy"]))
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while not (tmp_path / "began").exists() and child.poll() is None:
        pass
    child.send_signal(signal.SIGTERM)
    said, _ = child.communicate(timeout=60)
    assert (
        child.returncode == campaign.UNFINISHED
        and "the same command goes on" in said
        and "Traceback" not in said
    )
    assert (tmp_path / "saved").exists()
    assert json.loads((tmp_path / "state.json").read_text())["steps"]["two"]["done"] is False


def test_what_another_machine_made_is_gone_on_with(tmp_path):
    def folder_of(name):
        return tmp_path / name

    class Makes(Step):
        def command(self, size, gpus, device):
            return [
                sys.executable,
                "-c",
                (
                    f"from pathlib import Path; p = Path('models/{self.name}');"
                    " p.mkdir(parents=True, exist_ok=True); (p /"
                    f" 'weights.safetensors').write_bytes(b'x' * {self.paper or 1}); (p /"
                    " 'metrics.json').write_text('{\"a\": 1}');"
                    " (p / 'config.json').write_text('{}')"
                ),
            ]

    steps = (
        Makes("large", "train a --out models/large", paper="3000"),
        Makes("small", "train b --out models/small"),
        Makes("last", "train c --music models/large --visual models/small --out models/last"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "PLAN", steps)
        room = results.Limits(files=2, each=1000, together=2900)
        assert campaign.Campaign(folder_of("a"), tmp_path, "paper").go(steps[:2]) == campaign.DONE
        results.collect(folder_of("a"), tmp_path / "r", room)
        results.restore(tmp_path / "r", folder_of("b"))
        there = campaign.Campaign(folder_of("b"), tmp_path, "paper")
        todo = there._todo([campaign.Round((step,)) for step in steps])
        # what was too large to travel is made again, as it is needed
        assert [step.name for each in todo for step in each.steps] == [
            "large",
            "last",
        ]
        assert there.go(steps) == campaign.DONE
        assert [known["sittings"] for known in there.state["steps"].values()] == [2, 1, 1]
    with pytest.raises(LivesynError, match=r"no results-1\.zip"):
        results.restore(tmp_path, folder_of("c"))


@pytest.mark.parametrize("gpus", [2, 3, 4, 8])
def test_a_batch_is_shared_by_as_many_as_divide_it(gpus):
    for step in campaign.PLAN:
        for size in ("paper", "toy"):
            command = step.command(size, gpus, "cpu")
            if "torch.distributed.run" in command:
                processes = int(command[command.index("--nproc-per-node") + 1])
                assert command[command.index("-m", 3) : command.index("-m", 3) + 3] == [
                    "-m",
                    "--",
                    "livesyn",
                ]
                batch = int(command[command.index("--batch") + 1])
                assert 1 < processes <= gpus and (
                    batch == 1 or WorkerGroup(0, processes).share(batch) * processes == batch
                )


def test_a_sitting_fits_the_time_it_is_lent_and_is_in_order():
    known = {step.name for step in campaign.PLAN}
    for rounds in plan.SITTINGS.values():
        assert sum(each.minutes for each in rounds) <= plan.LONGEST_MIN + 1e-9
        made: set[str] = set()
        for each in rounds:
            assert {step.name for step in each.steps} <= known
            for step in each.steps:
                assert step.needs <= made, f"{step.name} runs beside or before what it needs"
                words = step.command("paper", 1, "cpu")
                if step.trains:
                    given = float(words[words.index("--minutes") + 1])
                    assert words.count("--minutes") == 1 and 0 < given < each.minutes
                if words[1].endswith("bench_model.py"):
                    assert len(each.steps) == 1, "what is timed runs alone"
            made |= {step.results.name for step in each.steps if step.results}
    everything = [
        step.data for rounds in plan.SITTINGS.values() for r in rounds for step in r.steps
    ]
    makes = {*plan.CACHES, *bundles.IN_SETS}
    assert {name for name in everything if name} <= makes
    assert plan.data_of(plan.SITTINGS["A"]) == [
        "musart-128.npz",
        "musart-256.npz",
        "musart-64.npz",
        "paintings.zip",
    ]
    assert plan.shipped(plan.SITTINGS["A"]) == ["melody-small", "mvnet"]


def test_steps_of_a_round_run_side_by_side_and_are_kept(tmp_path, capsys):
    """Each waits for the other's file: one after the other they would never end."""
    meets = (
        "from pathlib import Path\nPath('{0}').touch()\nwhile not Path('{1}').exists(): pass\n"
        "raise SystemExit({2})"
    )
    both = scripted(("one", meets.format("a", "b", 0)), ("two", meets.format("b", "a", 3)))
    kept: list[dict] = []
    runs = campaign.Campaign(tmp_path, tmp_path, "toy")
    rounds = [campaign.Round(both, 1.0), campaign.Round(scripted(("three", "pass")), 1.0)]
    code = runs.go(rounds, 5, lambda: kept.append(json.loads(json.dumps(runs.state["steps"]))))
    assert code == campaign.FAILED
    assert [set(state) for state in kept] == [{"one", "two"}, {"one", "two", "three"}]
    assert [one["exit"] for one in kept[-1].values()] == [0, 3, 0]
    assert "two: failed (3)" in capsys.readouterr().out


def test_a_step_that_outlasts_its_share_is_told_to_end_and_the_rest_is_done(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(campaign, "OVERTIME_S", 0)
    waits = WAITS.replace("Path('began').touch(); ", "")
    rounds = [
        campaign.Round(scripted(("slow", waits), ("quick", "pass")), 2 / 60),
        campaign.Round(scripted(("last", "pass")), 1),
    ]
    assert campaign.Campaign(tmp_path, tmp_path, "paper").go(rounds, 5) == campaign.FAILED
    state = json.loads((tmp_path / "state.json").read_text())["steps"]
    assert [one["done"] for one in state.values()] == [False, True, True]
    assert "slow: failed (" in capsys.readouterr().out


LENT = {  # what a machine that is lent has, and no more (scripts/device/README.md)
    "aiohttp",
    "matplotlib",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "safetensors",
    "scikit-learn",
    "scipy",
    "torch",
}
REFUSING = """
import importlib, importlib.machinery, importlib.util, sys
from pathlib import Path

class Lacks:  # what is not there is not found, also by who only asks, as torch does
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] not in {refused}:
            return importlib.machinery.PathFinder.find_spec(name, path, target)

sys.meta_path = [f for f in sys.meta_path if f is not importlib.machinery.PathFinder] + [Lacks]
for name in ("campaign", "bench_model"):
    spec = importlib.util.spec_from_file_location(name, Path({scripts!r}) / (name + ".py"))
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
for name in {modules}:
    importlib.import_module(name)
from livesyn.cli.main import main
sys.exit(main({words}))
"""


def test_a_sitting_needs_nothing_that_a_lent_machine_lacks(tmp_path):
    """Every module of its steps, and a training from its first step to its model card."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    tools = ("test", "check")  # of these torch itself asks for some
    named = [one for name in extras if name not in tools for one in extras[name]]
    named += project["dependencies"]
    lacking = {re.split(r"[^\w.-]", one)[0].lower() for one in named} - LENT
    assert {"rich", "mido", "msgspec", "av", "music21"} <= lacking
    refused = {name.replace("-", "_") for name in lacking} | {"symusic", "pythonosc"}
    for module, owners in metadata.packages_distributions().items():
        if {owner.lower() for owner in owners} & lacking:
            refused.add(module)
    assert {"rich", "jack", "soundfile"} <= refused
    modules = set()
    for rounds in plan.SITTINGS.values():
        for words in (step.words.split() for each in rounds for step in each.steps):
            if words[0] in ("train", "evaluate"):
                modules.add(f"livesyn.{words[0]}.{words[1].replace('-', '_')}")
    assert {"livesyn.train.cdcgan", "livesyn.evaluate.mvnet"} <= modules
    np.savez(
        tmp_path / "m.npz",
        train_x=np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8),
        train_y=np.arange(30),
        test_x=np.zeros((10, 28, 28), np.uint8),
        test_y=np.arange(10),
    )
    line = "train vis-vae --run r --preset mnist --data m.npz --latent 16 --steps 2 --batch 4"
    script = REFUSING.format(
        refused=refused,
        scripts=str(ROOT / "scripts"),
        modules=sorted(modules),
        words=[*line.split(), "--device", "cpu", "--out", "out"],
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**campaign.os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/MODEL_CARD.md").is_file()


def test_sets_that_share_their_clips_are_bundled_once(tmp_path):
    random = np.random.default_rng(1)
    data = tmp_path / "data"
    data.mkdir()
    mel = random.integers(0, 256, (5, 8, 12), np.uint8)
    music: dict[str, Any] = {
        "train_mel": mel,
        "train_period": np.arange(5),
        "train_piece": np.arange(5),
    }
    for name, side in (("musart-128.npz", 16), ("musart-256.npz", 32)):
        images = random.integers(0, 256, (3, side, side, 3), np.uint8)
        np.savez(data / name, **music, train_images=images, origin=np.array(name))
    bundles.pack(data, tmp_path / "b", names=["musart-128.npz", "musart-256.npz"])
    with np.load(tmp_path / "b/musart-256.npz") as small:
        assert not {name for name in small.files if "mel" in name or "period" in name}
    bundles.unpack(tmp_path / "b/musart-256.npz", tmp_path / "w/musart-256.npz")
    with np.load(tmp_path / "w/musart-256.npz") as whole:
        assert whole["train_images"].shape == (3, 32, 32, 3)
        assert whole["train_mel"].shape == mel.shape and str(whole["origin"]) == "musart-256.npz"
        assert (whole["train_period"] == np.arange(5)).all()
    (tmp_path / "b/musart-128.npz").unlink()
    with pytest.raises(DataError, match=r"holds the clips of musart-256\.npz"):
        bundles.unpack(tmp_path / "b/musart-256.npz", tmp_path / "x/musart-256.npz")
    with pytest.raises(DataError, match=r"nothing to make mnist\.npz of"):
        bundles.pack(data, tmp_path / "c", names=["mnist.npz"])
