"""The command line: exit codes, sentences, help, and a short set from start to end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from livesyn import __version__
from livesyn.base import params
from livesyn.base.errors import ConfigError, DeviceError
from livesyn.cli import command, entry, main, show_config
from livesyn.cli.command import Command
from livesyn.cli.commands.completion import SHELLS
from livesyn.cli.commands.replay import until_of
from livesyn.cli.commands.train import settings_of
from livesyn.cli.parser import parser
from livesyn.cli.show_config import config_of
from livesyn.config.sections import NOT_NAMED, Config
from livesyn.config.show_file import from_table
from livesyn.ipc import set_log
from tests.player.set_rig import played
from tests.toys import save_toy

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return save_toy(tmp_path_factory.mktemp("models") / "toy")


def free_port(kind: socket.SocketKind) -> str:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def run_words(toy: Path, *words: str) -> list[str]:
    ports = [
        "--osc-in",
        free_port(socket.SOCK_DGRAM),
        "--web",
        free_port(socket.SOCK_STREAM),
        "--osc-out",
        "off",
        "--no-midi",
    ]
    return [sys.executable, "-m", "livesyn", "run", "--model", str(toy), *ports, *words]


def test_the_version(capsys):
    with pytest.raises(SystemExit) as left:
        main.main(["--version"])
    assert left.value.code == 0 and capsys.readouterr().out == f"livesyn {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["run"],
        ["devices"],
        ["doctor"],
        ["translate"],
        ["params"],
        ["data", "melodies"],
        ["train", "syn-vae"],
        ["completion"],
    ],
    ids=" ".join,
)
def test_help_is_there_for_every_command(words, capsys):
    with pytest.raises(SystemExit) as left:
        main.main([*words, "--help"])
    assert left.value.code == 0 and len(capsys.readouterr().out) > 150


def test_every_command_has_its_parser_and_its_function():
    commands = next(a for a in parser()._actions if a.dest == "command")
    assert list(commands.choices or ()) == list(main.COMMANDS)
    assert all(callable(one.run) and one.summary for one in main.COMMANDS.values())
    for name, sub in command.subcommands(parser()).items():
        assert sub.prog == f"livesyn {name}" and sub.description


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        ([], "COMMAND"),
        (["runn"], "there is no command 'runn'; did you mean 'run'?; see: livesyn --help"),
        (["xyzzy"], "there is no command 'xyzzy'; there are: run, devices"),
        (["--verson"], "there is no option --verson; did you mean --version?"),
        (["run", "--secnds", "4"], "no option --secnds; did you mean --seconds?; see: livesyn run"),
        (["run", "--sec=4"], "there is no option --sec; did you mean --seconds?"),
        (["run", "--nothing-like-it"], "there is no option --nothing-like-it; see"),
        (["run", "--fit", "cver"], "--fit is 'cver'; did you mean 'cover'?"),
        (["run", "--visuals", "q"], "--visuals is 'q'; there are: ink, smoke"),
        (["run", "--qr"], "--qr has nothing to show"),
        (["run", "more"], "'more' is one argument too many"),
        (["data", "musrt"], "there is no command 'musrt'; did you mean 'musart'?"),
        (["translate", "a.jpg", "--ot", "x"], "there is no option --ot; did you mean --out?"),
        (["train", "--pre", "toy"], "there is no option --pre"),
        (["run", "--bpm", "0"], "20 to 300"),
        (["run", "--bpm", "10000"], "20 to 300"),
        (["run", "--model", "nowhere"], "nowhere"),
        (["run", "--config", "nowhere.toml"], "nowhere.toml"),
        (["translate", "nowhere.jpg"], "--out"),
        (["translate", "nowhere.jpg", "-o", "out", "--model", "nowhere"], "nowhere"),
        (["data", "melodies", "-o", "x.npz"], "FOLDER"),
        (["data", "melodies", "/nowhere", "-o", "x.npz"], "/nowhere"),
        (["train", "gan", "--run", "x"], "gan"),
        (["train", "music-vae"], "--run"),
        (
            ["train", "vis-vae", "--run", "x", "--preset", "toy", "--batch", "0"],
            "--batch is 0; it must be 1 or more",
        ),
        (
            ["train", "vis-vae", "--run", "x", "--held-out", "-3"],
            "--held-out is -3; it must be 1 or more",
        ),
        (["train", "syn-vae", "--run", "x", "--beta", "-1"], "--beta is -1; it must be 0 or more"),
        (
            ["train", "music-vae", "--run", "x", "--rate", "nan"],
            "--rate is nan; it must be 0 or more",
        ),
        (
            ["train", "conductor", "--run", "x", "--minutes", "0"],
            "--minutes is 0; it must be 0.01 or more",
        ),
        (
            ["train", "audio-encoder", "--run", "x", "--steps", "-1"],
            "--steps is -1; it must be 0 or more",
        ),
        (
            ["train", "cdcgan", "--run", "x", "--r1", "inf"],
            "--r1 is inf; it must be 0 or more, and finite",
        ),
        (["train", "style", "--run", "x", "--seed", "-1"], "--seed is -1; it must be 0 or more"),
        (
            ["evaluate", "syn-vae", "x", "--data", "x", "-o", "x", "--fitted", "-5"],
            "--fitted is -5; it must be 8 or more",
        ),
        (
            ["evaluate", "mvnet", "x", "--data", "x", "-o", "x", "--judge-steps", "0"],
            "--judge-steps is 0; it must be 1 or more",
        ),
        (
            ["evaluate", "mvnet", "x", "--data", "x", "-o", "x", "--pictures", "1"],
            "--pictures is 1; it must be 2 or more",
        ),
        (
            ["evaluate", "syn-vae", "x", "--data", "x", "-o", "x", "--fitted", "0"],
            "--fitted is 0; it must be 8 or more",
        ),
        (
            ["evaluate", "syn-vae", "x", "--data", "x", "-o", "x", "--held-out", "-3"],
            "--held-out is -3; it must be 1 or more",
        ),
        (["completion", "fish"], "fish"),
        (["run", "--record", ""], "--record is empty; give a value, or leave the option out"),
        (["run", "--record="], "--record is empty"),
        (["run", "--config", ""], "--config is empty"),
        (["run", "--web", ""], "--web is empty"),
        (["run", "--osc-in", ""], "--osc-in is empty"),
        (["run", "--osc-out", ""], "--osc-out is empty"),
        (["run", "--osc-allow", " "], "--osc-allow is empty"),
        (["run", "--midi-out", ""], "--midi-out is empty"),
        (["run", "--model", ""], "--model is empty"),
        (["translate", "", "-o", "out"], "is empty; give a value"),
        (["translate", "a.jpg", "-o", ""], "-o/--out is empty"),
        (["models", "get", "mvnet", "--from", ""], "--from is empty"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_and_two(words, needle, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main.main(words) == 2
    out, complaint = capsys.readouterr()
    assert (
        out == ""
        and complaint.startswith("livesyn: ")
        and complaint.count("\n") == 1
        and needle in complaint
    )


def test_a_fault_of_ours_leaves_its_traceback_in_a_file(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def broken(args):
        raise ZeroDivisionError("a bug")

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", broken))
    assert main.main(["params"]) == 1
    complaint = capsys.readouterr().err
    (log,) = tmp_path.glob("livesyn-*.log")
    assert str(log) in complaint and "Traceback" not in complaint
    assert "Traceback" in log.read_text() and "livesyn params" in log.read_text()


@pytest.fixture
def restored(monkeypatch):
    """This process's streams are as before, whatever `entry.main` puts in their place."""
    monkeypatch.setattr("sys.stdout", sys.stdout)
    monkeypatch.setattr("sys.stderr", sys.stderr)
    monkeypatch.setattr("livesyn.base.words._words", None)


class Odd(Exception):
    def __str__(self) -> str:
        raise ValueError("no words for it")


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug in d\udce9"), Odd()])
@pytest.mark.parametrize("refusal", [None, FileNotFoundError(2, "No usable temporary directory")])
def test_to_report_a_fault_cannot_fail(monkeypatch, capfd, restored, tmp_path, error, refusal):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def broken(args):
        raise error

    def refuse(*_, **__):
        raise refusal

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", broken))
    if refusal is not None:
        monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("sys.argv", ["livesyn", "params"])
    assert entry.main() == 1
    complaint = capfd.readouterr().err
    assert type(error).__name__ in complaint
    assert ("Traceback" in complaint or "in broken" in complaint) == (refusal is not None)
    assert len(list(tmp_path.glob("livesyn-*.log"))) == (refusal is None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied", "/srv/x"), "'/srv/x' cannot be used"),
        (OSError(28, "No space left on device"), "no space left on device"),
        (OSError(24, "Too many open files", b"/d\xe9"), "'/d\\udce9' cannot be used"),
    ],
)
def test_what_the_system_refuses_is_no_fault_of_ours(monkeypatch, capsys, error, words):
    def refused(args):
        raise error

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", refused))
    assert main.main(["params"]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint and "fault" not in complaint and complaint.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="homes as on POSIX")
@pytest.mark.parametrize(
    "words",
    [
        "translate ~nosuchuser/x.jpg -o out",
        "translate x.jpg -o ~nosuchuser/o",
        "run --video ~nosuchuser/v.mp4",
        "run --images ~nosuchuser",
        "run --audio-file ~nosuchuser/a.wav",
        "run --config ~nosuchuser/c.toml",
        "run --model ~nosuchuser/m",
        "run --record ~nosuchuser/r",
        "run --pictures-out ~nosuchuser/o.mp4",
        "interpolate ~nosuchuser/a x.jpg -o out",
        "data melodies ~nosuchuser/f -o x.npz",
        "study serve ~nosuchuser/s",
    ],
)
def test_a_home_that_nobody_has_is_one_sentence(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main.main(words.split()) == 2
    complaint = capsys.readouterr().err
    assert "no such user" in complaint and complaint.count("\n") == 1


def test_interrupted_and_refused(monkeypatch, capsys):
    def interrupted(args):
        raise KeyboardInterrupt

    def refused(args):
        raise DeviceError("no such thing")

    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", interrupted))
    assert main.main(["params"]) == 130
    monkeypatch.setitem(main.COMMANDS, "params", Command("params", "", refused))
    assert main.main(["params"]) == 2 and capsys.readouterr().err == "livesyn: no such thing\n"


def test_params_prints_every_row(capsys):
    assert main.main(["params"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert len(lines) == len(params.TABLE)
    assert all(
        line.startswith(row.name) and row.address in line and row.description in line
        for line, row in zip(lines, params.TABLE, strict=True)
    )


EXAMPLES = sorted(command.TEMPLATES.glob("*.txt"))


def test_every_template_ends_a_help(capsys):
    shown = [[], *([name] for name, one in main.COMMANDS.items() if one.examples)]
    for words in shown:
        with pytest.raises(SystemExit):
            main.main([*words, "--help"])
    said = capsys.readouterr().out
    assert len(EXAMPLES) == len(shown)
    assert all(path.read_text(encoding="utf-8").strip() in said for path in EXAMPLES)


def command_lines() -> list[str]:
    """What the documents and the help tell people to type."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*/*.md"))]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL)) + "".join(
        command.text(path.stem) for path in EXAMPLES
    )
    inline = "\n".join(re.findall(r"`((?:scripts/run|livesyn) [^`]*--[^`]*)`", text))
    lines = [line.strip().split("  ")[0] for line in f"{blocks}\n{inline}".splitlines()]
    return sorted({line for line in lines if re.match(r"(scripts/run|livesyn)( |$)", line)})


@pytest.mark.parametrize("line", command_lines())
def test_what_the_documents_say_to_type_is_legal(line, monkeypatch):
    words = shlex.split(line)
    words = ["run", *words[1:]] if words[0] == "scripts/run" else words[1:]
    monkeypatch.setattr(show_config, "load", lambda path: Config(source=NOT_NAMED))
    with contextlib.suppress(SystemExit):  # --help
        args = parser(with_settings=words[0] == "train").parse_args(words)
        if args.command == "run":
            config_of(args)


def test_the_documents_config_file_is_legal():
    text = (ROOT / "docs/how-to/config-file.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert from_table(tomllib.loads(block)).source.value == "aurora"


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_the_commands(shell, capsys):
    assert main.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(
        word in script
        for word in (
            ("translate", "doctor")
            if shell == "tcsh"
            else ("translate", "--visuals", "aurora", "--steps")
        )
    )


def test_completion_is_bash(capsys, tmp_path):
    main.main(["completion", "bash"])
    script = tmp_path / "livesyn.bash"
    script.write_text(capsys.readouterr().out)
    done = subprocess.run(
        [
            "bash",
            "-c",
            (
                f"source {script}; COMP_WORDS=(livesyn run --vis); COMP_CWORD=2; _shtab_livesyn;"
                ' echo "${COMPREPLY[@]}"'
            ),
        ],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.stdout.strip() == "--visuals" and done.stderr == ""


def test_training_flags_are_the_settings():
    args = parser(with_settings=True).parse_args(
        ["train", "syn-vae", "--run", "x", "--beta", "2.5", "--straight-through", "--minutes", "3"]
    )
    assert args.beta == 2.5 and args.straight_through is True and args.minutes == 3.0
    assert args.steps == settings_of("syn-vae")().steps


@pytest.mark.parametrize("name", ["r", "runs/r"])
def test_training_gets_them(monkeypatch, tmp_path, capsys, name):
    import torch

    from livesyn.train import vis_vae

    got = []
    monkeypatch.setattr(vis_vae, "train", lambda *args: got.append(args))
    assert (
        main.main(
            [
                "train",
                "vis-vae",
                "--run",
                name,
                "--out",
                str(tmp_path),
                "--steps",
                "7",
                "--device",
                "cpu",
            ]
        )
        == 0
    )
    assert got == [(vis_vae.Settings(steps=7), Path("runs/r"), torch.device("cpu"), tmp_path)]


def test_a_set_plays_and_ends(toy, tmp_path):
    """The whole instrument, three processes, for a few seconds: bars made of pictures, written
    down, nothing left.
    """
    sets = tmp_path / "sets"
    done = subprocess.run(
        run_words(toy, "--seconds", "9", "--bpm", "240", "--log-json", "--record", str(sets)),
        capture_output=True,
        text=True,
        timeout=55,
        env=ENVIRONMENT,
    )
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[0]["t"] == "start" and said[-1]["t"] == "end"
    events = [line["text"] for line in said if line["t"] == "event"]
    assert "the player is ready" in events and "the engine is ready" in events
    players = [line for line in said if line.get("from") == "player" and line["t"] == "status"]
    engines = [line for line in said if line.get("from") == "engine" and line["t"] == "status"]
    assert (
        players[-1]["bar"] >= 6
        and players[-1]["params"]["tempo"] == 240
        and engines[-1]["bar"] >= 1
    )
    assert engines[-1]["device"] == "cpu" and engines[-1]["model"]
    import mido

    (written,) = sets.glob("*.mid")
    assert sum(message.type == "note_on" for message in mido.MidiFile(written)) > 0


def test_ctrl_c_ends_a_set_cleanly(toy):
    process = subprocess.Popen(
        run_words(toy), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    try:
        assert process.stdout
        for line in process.stdout:
            if "player is ready" in line:
                break
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0 and "Traceback" not in complaint


@pytest.mark.parametrize(
    ("flags", "needle"), [(["--video", "{video}"], "video"), (["--model", "{model}"], "do not fit")]
)
def test_what_only_the_engine_can_tell_is_refused_too(toy, tmp_path, flags, needle):
    """A video that is not one, and weights of another shape than the config says."""
    video = tmp_path / "film.mp4"
    video.write_text("no film")
    model = save_toy(tmp_path / "other")
    told = json.loads((model / "config.json").read_text())
    told["net"]["music"]["decoder"] += 8
    (model / "config.json").write_text(json.dumps(told))
    words = [flag.format(video=video, model=model) for flag in flags]
    done = subprocess.run(
        run_words(toy, *words, "--quiet", "--seconds", "30"),
        capture_output=True,
        text=True,
        timeout=50,
        env=ENVIRONMENT,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert needle in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_quiet_says_nothing(toy):
    done = subprocess.run(
        run_words(toy, "--quiet", "--seconds", "1"),
        capture_output=True,
        text=True,
        timeout=40,
        env=ENVIRONMENT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_ctrl_c_while_modules_are_loaded_is_no_traceback(monkeypatch, restored):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "main", interrupted)
    assert entry.main() == entry.INTERRUPTED == main.INTERRUPTED
    monkeypatch.setattr(main, "main", lambda: 7)
    assert entry.main() == 7


@pytest.mark.parametrize(
    ("text", "seconds", "bar"),
    [
        (None, None, None),
        ("90", 90.0, None),
        ("1:30", 90.0, None),
        ("1:02:03.5", 3723.5, None),
        ("bar:40", None, 40),
        ("bar 7", None, 7),
    ],
)
def test_until_when_a_log_is_replayed(text, seconds, bar):
    assert until_of(text) == (seconds, bar)


@pytest.mark.parametrize("text", ["", "x", "bar:0", "bar", "-1", "1:2:3:4", "1:x", "nan", ":30"])
def test_until_what_is_no_time(text):
    with pytest.raises(ConfigError, match=r"say a time since the log began, .* or a bar"):
        until_of(text)


def test_a_log_is_replayed_and_compared(tmp_path, capsys):
    path = tmp_path / "set.jsonl"
    played(path, seconds=6.0, commands=10)
    assert main.main(["replay", str(path), "--check"]) == 0
    out = capsys.readouterr().out
    assert "the same: " in out and "bars, 0:06." in out
    assert main.main(["replay", str(path), "--json", "-o", str(tmp_path / "set.mid")]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
    lines = [set_log.decode(line) for line in path.read_bytes().splitlines()]
    step = next(line for line in lines if isinstance(line, set_log.Step) and line.sent)
    data = step.sent[0].data
    spoilt = set_log.Step(
        step.before_s,
        step.at_s,
        step.obeyed,
        step.settled,
        (set_log.Sent(step.sent[0].bar, data[:-1] + bytes([data[-1] ^ 1])), *step.sent[1:]),
    )
    lines[lines.index(step)] = spoilt
    path.write_bytes(b"".join(set_log.encode(line) for line in lines))
    assert main.main(["replay", str(path), "--check"]) == 1
    assert f"byte {len(data) - 1}: the log has " in capsys.readouterr().out


def test_a_folder_to_write_into_is_no_file(tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for out, words in (
        (
            tmp_path / "song.mp4",
            (
                "song.mp4' is the name of a file; give a folder, which is made where it is not"
                " there, like song"
            ),
        ),
        (taken, "taken' is a file"),
    ):
        assert main.main(["translate", "song.wav", "-o", str(out)]) == 2
        assert words in capsys.readouterr().err
    assert taken.read_text() == "mine" and not (tmp_path / "song.mp4").exists()
