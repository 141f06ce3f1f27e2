"""`livesyn run`: from a Config to a running show."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from livesyn.base import words
from livesyn.base.addresses import (
    STANDBY_PORT,
    THIS_MACHINE,
    is_here,
    is_loopback,
    parse_place,
)
from livesyn.base.errors import ConfigError
from livesyn.base.places import data_folder, private_folder, state_folder, whole_path
from livesyn.config.encoded import encode
from livesyn.config.outlets import outlet_is_file
from livesyn.config.sections import AUDIO, AUTO, NONE, OFF, Config
from livesyn.ipc.child_messages import Panic, Param
from livesyn.ipc.network_socket import ask_welcome
from livesyn.show import preflight, session, set_logs
from livesyn.show.child import ChildSpec, Timeouts
from livesyn.show.invitation import invitation
from livesyn.show.supervisor import Supervisor
from livesyn.show.terminal import View, open_view

PLAYER = Timeouts(start_s=10.0, silent_s=1.0)
ENGINE = Timeouts(start_s=30.0, silent_s=10.0, stop_s=1.5)
DISPLAY = Timeouts(start_s=20.0, silent_s=5.0, stop_s=1.0)


def play(
    config: Config,
    seconds: float | None = None,
    quiet: bool = False,
    log_json: bool = False,
    restore: bool | None = None,
    safe: bool = False,
    qr: bool = False,
) -> int:
    """Play until Ctrl-C or for `seconds`; returns the exit code. `restore` and `safe`: see
    `session.resumed`. In a terminal, or with `qr`, a page that is open to the network is shown as a
    QR code. Raises LivesynError for a user's mistake.
    """
    said: list[str] = []
    base, last = None, None
    with contextlib.suppress(ConfigError):  # no home: nothing is kept
        base = state_folder() / "sessions"
        last = session.look(base)
    ask = session.ask_at_terminal if not (quiet or log_json) else lambda question: None
    config = session.resumed(with_folder(config), last, restore, safe, said.append, ask)
    preflight.check(config)
    if qr and (not config.web.on or is_loopback(config.web.host)):
        raise ConfigError(
            "--qr has nothing to show, for the page answers this machine alone; open it to the"
            f" network with --web 0.0.0.0:{config.web.port}"
        )
    config = with_leaders_seed(config)
    given, config = config, with_token(config)
    if quiet and config is not given:
        print(facts(config)["page"])  # else nobody could come in
    config = set_logs.named(config)
    if qr or (sys.stdout.isatty() and not quiet and not log_json):
        print(invitation(config.web), end="", flush=True)
    children_config = with_whole_paths(config)
    view = open_view(facts(config), quiet, log_json)
    unclean = 0 if last is None else last.unclean
    with (
        private_folder() as folder,
        session.begun(base, unclean) if base else contextlib.nullcontext() as file,
    ):
        children_config = session.with_session(children_config, file)
        supervisor = Supervisor(
            children_of(children_config, folder),
            seconds=seconds,
            on_status=view.status,
            on_event=lambda sentence: (
                view.event(sentence) if supervisor.fatal is None else None
            ),  # a fatal one is raised below
            on_log=view.log,
        )
        code = _run(supervisor.run, view, said)
    if supervisor.fatal is not None:
        raise ConfigError(supervisor.fatal)
    return code


def _run(run: Callable[[], int], view: View, said: Sequence[str] = ()) -> int:
    """`run` with the view open, which is told first what was `said` before; what the view raises
    ends nothing.
    """
    try:
        _shown(view.open)
        for sentence in said:
            _shown(lambda sentence=sentence: view.event(sentence))  # type: ignore[misc]
        return run()
    finally:
        _shown(view.close)


def _shown(tell: Callable[[], None]) -> None:
    try:
        tell()
    except Exception as error:
        print(f"livesyn: the show cannot be shown ({words.in_words(error)})", file=sys.stderr)


def with_token(config: Config) -> Config:
    """What is open to the network has a token: the page, and the line to a standby. One is made
    where none was given.
    """
    serve = config.standby.serve
    if serve is not None and not config.standby.token:
        host, port = parse_place("--serve-standby", serve, host=THIS_MACHINE)
        if not is_loopback(host):
            token = secrets.token_hex(6)
            config = dataclasses.replace(
                config, standby=dataclasses.replace(config.standby, token=token)
            )
            here = socket.gethostname() if is_here(host) else host
            print(
                f"a standby follows with: livesyn run --standby {here}:{port} --standby-token"
                f" {token}",
                file=sys.stderr,
            )
    if config.web.on and not is_loopback(config.web.host) and not config.web.token:
        return dataclasses.replace(
            config, web=dataclasses.replace(config.web, token=secrets.token_urlsafe(9))
        )
    return config


def with_folder(config: Config) -> Config:
    """With the user's own folder of scenes where none was named, if there is a home."""
    if config.scenes.folder is not None:
        return config
    with contextlib.suppress(ConfigError):
        folder = str(data_folder() / "scenes")
        return dataclasses.replace(config, scenes=dataclasses.replace(config.scenes, folder=folder))
    return config


def with_leaders_seed(config: Config) -> Config:
    """A standby draws from the seed of the show that it follows, where that answers already. Raises
    ConfigError where it is turned away.
    """
    if config.standby.of is None:
        return config
    place = parse_place("--standby", config.standby.of, port=STANDBY_PORT)
    try:
        welcome = ask_welcome(place, config.standby.token or "")
    except (OSError, ValueError):
        print(
            f"no show answers at {config.standby.of} yet; this one is muted until one does",
            file=sys.stderr,
        )
        return config
    return dataclasses.replace(config, model=dataclasses.replace(config.model, seed=welcome.seed))


def with_whole_paths(config: Config) -> Config:
    """Every path from the root on, wherever a process stands. Raises ConfigError."""
    source, sound, display, record = config.source, config.sound, config.display, config.record
    if source.kind in ("video", "images"):
        source = dataclasses.replace(source, value=_whole(source.value))
    if sound.kind == "file":
        sound = dataclasses.replace(sound, value=_whole(sound.value))
    out = tuple(_whole(out) if outlet_is_file(out) else out for out in display.out)
    if record.folder is not None:
        record = dataclasses.replace(record, folder=_whole(record.folder))
    scenes = config.scenes
    if scenes.folder is not None:
        scenes = dataclasses.replace(scenes, folder=_whole(scenes.folder))
    return dataclasses.replace(
        config,
        source=source,
        sound=sound,
        display=dataclasses.replace(display, out=out),
        record=record,
        scenes=scenes,
    )


def children_of(config: Config, folder: Path) -> list[ChildSpec]:
    """The processes of a show whose sockets are in `folder`. All are given the same config."""
    line, meeting = encode(config), str(folder / "player")
    player = ChildSpec(
        "player",
        ("-m", "livesyn.player", "--socket", meeting),
        PLAYER,
        line,
        obeys=(Panic, Param),
        leaves=2,  # the last: it ends its notes
    )
    engine = ChildSpec("engine", ("-m", "livesyn.engine", "--socket", meeting), ENGINE, line)
    display = ChildSpec(
        "display",
        ("-m", "livesyn.display", "--socket", str(folder / "window")),
        DISPLAY,
        line,
        leaves=1,
        closable=True,
    )
    return [player, engine] + [display] * config.display.on


def facts(config: Config) -> dict[str, str]:
    """What the view can say before anybody reports."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(
        config.web.host, config.web.host
    )
    token = f"?token={config.web.token}" if config.web.token else ""
    paints_alone = config.source.kind == NONE and config.sound.kind in AUDIO
    model = config.model.painter if paints_alone else config.model.name
    return {
        "source": ""
        if config.source.kind == NONE
        else f"{config.source.kind} {config.source.value}",
        "sound": f"{config.sound.kind} {config.sound.value}".strip(),
        "display": ""
        if not config.display.on
        else "window"
        if config.display.windowed
        else f"monitor {config.display.monitor}",
        "model": Path(model).name,
        "device": config.model.device,
        "midi": (config.midi.out or "livesyn") if config.midi.on else "",
        "page": f"http://{host}:{config.web.port}/{token}" if config.web.on else "",
        "osc_out": ", ".join(config.osc.out),
        "osc_in": f"{config.osc.in_host}:{config.osc.in_port}" if config.osc.in_port else "",
        "record": config.record.folder or "",
        "log": "" if config.log.to in (AUTO, OFF) else config.log.to,
    }


def _whole(text: str) -> str:
    return str(whole_path(text))
