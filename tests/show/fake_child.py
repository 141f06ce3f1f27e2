"""A child of the supervisor, for its tests: `python fake_child.py MOOD`. Standard library only.

good: ready, beats, obeys. frozen: ready, then never a word. mute: never ready. crash: dies at
once, saying why. fatal: a user's mistake. deaf: beats, but hears neither stop nor SIGTERM.
parent: good, with a worker of its own that sleeps on. closed: says that the user ended it, and
goes. keys: good, and says that a key was pressed in it. parting: good, with a last word.
chatty FIFO: good, with much to report and to log; says into the FIFO that it was started.
babbling: good, but what it reports now and then is no report. flooding: good, but reports errors
without end. wedged: ready, then figures without a beat.
"""

import json
import os
import select
import signal
import subprocess
import sys

BEAT_S = 0.05


def say(kind: str, **fields: object) -> None:
    os.write(1, json.dumps({"t": kind, **fields}).encode() + b"\n")


def count(**numbers: object) -> None:
    say("figures", numbers=numbers)


def main(mood: str) -> int:
    if mood == "crash":
        print("the floor gave way", file=sys.stderr)
        return 3
    if mood == "fatal":
        say("error", text="there is no video 'x.mp4'; name one that is", fatal=True)
        return 2
    if mood == "chatty":
        with open(sys.argv[2], "w") as fifo:
            fifo.write("started\n")
    if mood == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mood == "parent":
        worker = subprocess.Popen(
            [sys.executable, "-c", "import signal; signal.pause()"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        count(worker=worker.pid)
    if mood != "mute":
        say("ready", pid=os.getpid())
    if mood == "closed":
        say("end")
        return 0
    if mood == "keys":
        say("key", key="blackout", on=True, origin="display", asked_s=1.5)
    if mood == "babbling":
        os.write(1, b'not json\n{"t":"ready"}\n{"t":"song"}\n[]\n')
    rest = b""
    given = False  # its config
    while True:
        readable, _, _ = select.select([0], [], [], BEAT_S)
        if readable:
            data = os.read(0, 65536)
            if not data:
                return 0
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                message = json.loads(line)
                if not given:
                    given = True
                    count(given=line.decode())
                    continue
                command = message.pop("t")
                if command == "stop" and mood == "parting":
                    say("error", text="the film was not written", fatal=False)
                if command == "stop" and mood != "deaf":
                    say("bye")
                    return 0
                count(heard=command, **message)
        if mood == "flooding":
            for n in range(1000):
                say("error", text=f"error {n}", fatal=False)
        if mood == "wedged":
            count(bar=1)
        if mood not in ("frozen", "mute", "wedged"):
            say("beat")
        if mood == "chatty":
            count(text="x" * 20_000)
            print("y" * 1000, file=sys.stderr, flush=True)


sys.exit(main(sys.argv[1]))
