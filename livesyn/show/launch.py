"""`livesyn run`: from a Config to a running show."""

from __future__ import annotations

import dataclasses
import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livesyn.base import words
from livesyn.base.addresses import is_loopback
from livesyn.base.errors import ConfigError
from livesyn.base.places import private_folder, whole_path
from livesyn.config.sections import NONE, Config, outlet_is_file
from livesyn.show import preflight
from livesyn.show.supervisor import Supervisor
from livesyn.show.terminal import View, open_view


def play(
    config: Config, seconds: float | None = None, quiet: bool = False, log_json: bool = False
) -> int:
    """Play until Ctrl-C or for `seconds`; returns the exit code. Raises LivesynError for a user's
    mistake.
    """
    preflight.check(config)
    given, config = config, with_token(config)
    if quiet and config is not given:
        print(facts(config)["page"])  # else nobody could come in
    told, heard = player_config(config), engine_config(config)
    view = open_view(facts(config), quiet, log_json)
    with private_folder() as folder:
        socket = str(folder / "player")
        supervisor = Supervisor(
            [
                "-m",
                "livesyn.player",
                "--socket",
                socket,
                "--config",
                json.dumps(told),
            ],
            [
                "-m",
                "livesyn.engine",
                "--socket",
                socket,
                "--config",
                json.dumps(heard),
            ],
            display_args=[
                "-m",
                "livesyn.display",
                "--socket",
                str(folder / "window"),
                "--config",
                json.dumps(display_config(config)),
            ]
            if config.display.on
            else None,
            seconds=seconds,
            on_status=view.status,
            on_event=lambda sentence: (
                view.event(sentence) if supervisor.fatal is None else None
            ),  # a fatal one is raised below
            on_log=view.log,
        )
        code = _run(supervisor.run, view)
    if supervisor.fatal is not None:
        raise ConfigError(supervisor.fatal)
    return code


def _run(run: Callable[[], int], view: View) -> int:
    """`run` with the view open; what the view raises ends nothing."""
    try:
        _shown(view.open)
        return run()
    finally:
        _shown(view.close)


def _shown(tell: Callable[[], None]) -> None:
    try:
        tell()
    except Exception as error:
        print(f"livesyn: the show cannot be shown ({words.in_words(error)})", file=sys.stderr)


def with_token(config: Config) -> Config:
    """A page that is open to the network has a token; one is made where none was given."""
    if config.web.on and not is_loopback(config.web.host) and not config.web.token:
        return dataclasses.replace(
            config, web=dataclasses.replace(config.web, token=secrets.token_urlsafe(9))
        )
    return config


def player_config(config: Config) -> dict[str, Any]:
    """What the player process is told."""
    osc, record = config.osc, config.record.folder
    return {
        "midi": {"port": config.midi.out, "virtual": config.midi.out is None}
        if config.midi.on
        else None,
        "osc_out": list(osc.out),
        "osc_in": {"host": osc.in_host, "port": osc.in_port, "allow": list(osc.allow)}
        if osc.in_port
        else None,
        "record": None if record is None else _whole(record),
        "params": dict(config.params),
        "play": config.source.kind != NONE,
    }


def engine_config(config: Config) -> dict[str, Any]:
    """What the engine process is told."""
    source = config.source
    value = _whole(source.value) if source.kind in ("video", "images") else source.value
    sound, display = config.sound, config.display
    return {
        "source": {"kind": source.kind, "value": value},
        "sound": {
            "kind": sound.kind,
            "value": _whole(sound.value) if sound.kind == "file" else sound.value,
            **({} if sound.channels is None else {"channels": sound.channels}),
        },
        "display": {
            "on": display.on,
            "out": [_whole(out) if outlet_is_file(out) else out for out in display.out],
        },
        "model": dataclasses.asdict(config.model),
        "web": dataclasses.asdict(config.web),
    }


def display_config(config: Config) -> dict[str, Any]:
    """What the window's process is told."""
    display = config.display
    return {"monitor": display.monitor, "windowed": display.windowed, "fit": display.fit}


def facts(config: Config) -> dict[str, str]:
    """What the view can say before anybody reports."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(
        config.web.host, config.web.host
    )
    token = f"?token={config.web.token}" if config.web.token else ""
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
        "model": Path(config.model.name).name,
        "device": config.model.device,
        "midi": (config.midi.out or "livesyn") if config.midi.on else "",
        "page": f"http://{host}:{config.web.port}/{token}" if config.web.on else "",
        "osc_out": ", ".join(config.osc.out),
        "osc_in": f"{config.osc.in_host}:{config.osc.in_port}" if config.osc.in_port else "",
        "record": config.record.folder or "",
    }


def _whole(text: str) -> str:
    return str(whole_path(text))
