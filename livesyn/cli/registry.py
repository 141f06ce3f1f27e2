"""Every command, in the order in which the help lists them. A new one is a module and a row."""

from __future__ import annotations

from livesyn.cli.command import by_name
from livesyn.cli.commands import (
    attributes,
    completion,
    data,
    devices,
    doctor,
    evaluate,
    interpolate,
    models,
    params,
    replay,
    run,
    study,
    train,
    translate,
)

COMMANDS = by_name(
    (
        run.COMMAND,
        devices.COMMAND,
        doctor.COMMAND,
        replay.COMMAND,
        translate.COMMAND,
        interpolate.COMMAND,
        attributes.COMMAND,
        params.COMMAND,
        models.COMMAND,
        data.COMMAND,
        train.COMMAND,
        evaluate.COMMAND,
        study.COMMAND,
        completion.COMMAND,
    )
)
