"""A peer of a Link session that has nothing of livesyn: `link_peer.py BPM`. On stdin: `tempo BPM`,
`play`, `stop`, `quantum BEATS`, or `?`; each is answered by where the session is.
"""

import asyncio
import json
import sys
import time

import aalink


def state(link: aalink.Link) -> dict:
    tries = []
    for _ in range(5):
        before_s = time.monotonic()
        beat = link.beat
        after_s = time.monotonic()
        tries.append((after_s - before_s, (before_s + after_s) / 2, beat))
    _, time_s, beat = min(tries)
    return {
        "beat": beat,
        "time_s": time_s,
        "bpm": link.tempo,
        "peers": link.num_peers,
        "playing": link.playing,
    }


async def main() -> None:
    link = aalink.Link(float(sys.argv[1]))
    link.quantum = 4.0
    link.start_stop_sync_enabled = True
    link.enabled = True
    loop = asyncio.get_running_loop()
    print(json.dumps(state(link)), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, *rest = line.split()
        if word == "tempo":
            link.tempo = float(rest[0])
        elif word == "quantum":
            link.quantum = float(rest[0])
        elif word in ("play", "stop"):
            link.playing = word == "play"
        print(json.dumps(state(link)), flush=True)


asyncio.run(main())
