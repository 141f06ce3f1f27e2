"""`livesyn doctor`: checks the machine, measures it, and says in words what is wrong and what to
do.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from livesyn.show.doctor import load, machine, nets
from livesyn.show.doctor.finding import BAD, GOOD, WEAK, Finding

LIGHTS = {GOOD: "ok  ", WEAK: "weak", BAD: "BAD "}


def report(model: str, device: str, as_json: bool = False) -> int:
    """Look, measure, print. 0 when a show can be played, else 1."""
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        if not as_json:
            print(f"{LIGHTS[finding.state]}  {finding.what}: {finding.words}", flush=True)

    for look in (
        machine.python_version,
        machine.system,
        machine.realtime,
        machine.midi,
        machine.jack,
        machine.hearing,
        machine.display,
        machine.ports,
        machine.disk,
        machine.soundfont,
        load.full_machine,
    ):
        tell(look())
    loaded, finding = nets.checkpoint(model, device)
    tell(finding)
    for finding in nets.measure(loaded):
        tell(finding)
    tell(nets.painting(device))
    playable = all(finding.state != BAD for finding in findings)
    if as_json:
        print(
            json.dumps(
                {"playable": playable, "findings": [asdict(finding) for finding in findings]}
            )
        )
    else:
        print("\n" + verdict(findings))
    return 0 if playable else 1


def verdict(findings: list[Finding]) -> str:
    """The last line: can a show be played, and what first to do."""
    bad = [finding.what for finding in findings if finding.state == BAD]
    weak = [finding.what for finding in findings if finding.state == WEAK]
    if bad:
        return f"Not fit to play yet. Put right first: {', '.join(bad)}."
    return "Fit to play." if not weak else f"Fit to play; better with a look at: {', '.join(weak)}."
