"""Bundles, and the plan that is trained from them in sittings."""

import importlib.util
import json
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the train extra is not installed")
from PIL import Image

from livesyn.base.errors import DataError, LivesynError
from livesyn.cli import arguments
from livesyn.train.data import bundles, pictures
from livesyn.train.data_parallel import WorkerGroup

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("campaign", ROOT / "scripts/campaign.py")
campaign = importlib.util.module_from_spec(spec)
sys.modules["campaign"] = campaign
spec.loader.exec_module(campaign)


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
    parser = arguments.parser(with_training=True)
    names = [step.name for step in campaign.PLAN]
    assert len(set(names)) == len(names)
    made = {"melody-small"}
    for step in campaign.PLAN:
        command = step.command(size, 1, "cpu")
        if command[1:3] == ["-m", "livesyn"]:
            parser.parse_args(command[3:])
        used = {Path(word).name for word in command if word.startswith("models/")} - (
            {step.results.name} if step.results else set()
        )
        assert used <= made, f"{step.name} comes before what it needs"
        made |= {step.results.name} if step.results and step.results.parts[0] == "models" else set()
    shared = campaign.PLAN[0].command(size, 4, "cuda")
    assert shared[2:6] == ["torch.distributed.run", "--standalone", "--nproc-per-node", "4"]


def plan(*scripts):
    class Scripted(campaign.Step):
        def command(self, size, gpus, device):
            return [sys.executable, "-c", self.words]

    return tuple(Scripted(name, words) for name, words in scripts)


WAITS = (
    "import signal,sys,time; from pathlib import Path; signal.signal(signal.SIGTERM, lambda *_:"
    " (Path('saved').touch(), sys.exit(130)))\nif Path('saved').exists():"
    " sys.exit(0)\nPath('began').touch(); signal.pause()"
)


def test_a_sitting_that_ends_is_gone_on_with(tmp_path, capsys, monkeypatch):
    steps = plan(("one", "print('hello')"), ("two", WAITS), ("three", "pass"))
    real = subprocess.Popen.wait

    def hurry(child, timeout=None):  # the sitting is over as soon as the step has begun
        if timeout is not None and "signal" in child.args[-1]:
            while not (tmp_path / "began").exists() and child.poll() is None:
                pass
            if not (tmp_path / "saved").exists() and timeout != campaign.GRACE_S:
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
            plan(("bad", "raise SystemExit(4)"), ("good", "pass"))
        )
        == campaign.FAILED
    )
    assert "failed (4), see logs/bad.log" in capsys.readouterr().out
    assert json.loads((tmp_path / "state.json").read_text())["steps"]["good"]["done"]


def test_results_are_collected_from_the_small_to_the_large(tmp_path, monkeypatch, capsys):
    campaign.Campaign(tmp_path / "c", tmp_path, "toy").go(plan(("one", "pass")))
    for name, size in (("big", 900), ("small", 50), ("huge", 5000)):
        (tmp_path / "c/models" / name).mkdir(parents=True)
        (tmp_path / "c/models" / name / "weights.safetensors").write_bytes(b"x" * size)
    monkeypatch.setattr(campaign, "LARGEST_RESULT", 1000)
    files = campaign.collect(tmp_path / "c", tmp_path / "to")
    held = [zipfile.ZipFile(file).namelist() for file in files]
    assert held[0][:2] == ["state.json", "report.md"]
    assert [name for names in held for name in names][-2:] == [
        "models/small/weights.safetensors",
        "models/big/weights.safetensors",
    ]
    assert all(sum(i.file_size for i in zipfile.ZipFile(file).infolist()) <= 1000 for file in files)
    assert "huge" in capsys.readouterr().out
    assert (
        campaign.main(["collect", "-o", str(tmp_path), "--to", str(tmp_path / "t")])
        == campaign.MISTAKE
    )
    for wrong in ("nonsense", ","):
        assert (
            campaign.main(["run", "--bundles", "b", "-o", str(tmp_path / "x"), "--only", wrong])
            == campaign.MISTAKE
        )


def test_a_training_that_is_told_to_end_writes_where_it_is(tmp_path):
    """As a sitting's end does it: SIGTERM, then the same command once more."""
    rows = np.zeros((300, 32), np.uint8)
    rows[:, ::4] = 40
    np.savez(
        tmp_path / "m.npz",
        pieces=np.array(["a"]),
        origin=np.array(json.dumps({"windows": {"made": 300}, "attribution": []})),
        **{
            k: x
            for split in ("train", "valid", "test")
            for k, x in ((split, rows), (f"{split}_piece", np.arange(300, dtype=np.int32)))
        },
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
    while not (tmp_path / "runs/m/lock").exists() and child.poll() is None:
        pass
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(1)  # the lock is taken a moment before the first step
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)  # both, as of a Ctrl-C that is passed on
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

    class Makes(campaign.Step):
        def command(self, size, gpus, device):
            return [
                sys.executable,
                "-c",
                (
                    f"from pathlib import Path; p = Path('models/{self.name}');"
                    " p.mkdir(parents=True, exist_ok=True); (p /"
                    f" 'weights.safetensors').write_bytes(b'x' * {self.paper or 1}); (p /"
                    " 'metrics.json').write_text('{\"a\": 1}')"
                ),
            ]

    steps = (
        Makes("large", "train a --out models/large", paper="3000"),
        Makes("small", "train b --out models/small"),
        Makes("last", "train c --music models/large --visual models/small --out models/last"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "PLAN", steps)
        patch.setattr(campaign, "LARGEST_RESULT", 2500)
        assert campaign.Campaign(folder_of("a"), tmp_path, "paper").go(steps[:2]) == campaign.DONE
        campaign.collect(folder_of("a"), tmp_path / "r")
        campaign.restore(tmp_path / "r", folder_of("b"))
        there = campaign.Campaign(folder_of("b"), tmp_path, "paper")
        assert [step.name for step in there._todo(steps)] == [
            "large",
            "last",
        ]  # what was too large to travel is made again, as it is needed
        assert there.go(steps) == campaign.DONE
        assert [known["sittings"] for known in there.state["steps"].values()] == [2, 1, 1]
    with pytest.raises(LivesynError, match=r"no results-1\.zip"):
        campaign.restore(tmp_path, folder_of("c"))


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
