"""A sequencer on JACK that sends a MIDI clock: `clock_sender.py BPM JITTER_S SEED PORT`. It says
"ready", waits for a line, connects to PORT, sends a start, and says as JSON on which moment of the
monotonic clock its beat 0 falls. Pulses lie on the samples they belong to, each moved by up to
JITTER_S either way. At a line more it stops, and says how long after its time it gave each pulse;
the next ends it.
"""

import ctypes
import json
import random
import sys
import time

import jack

libjack = ctypes.CDLL("libjack.so.0")
libjack.jack_frames_to_time.restype = ctypes.c_uint64
libjack.jack_frames_to_time.argtypes = [ctypes.c_void_p, ctypes.c_uint32]

bpm, jitter_s, seed = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
draw, period_s = random.Random(seed), 60 / bpm / 24
client = jack.Client("sequencer", no_start_server=True)
pointer = int(jack._ffi.cast("uintptr_t", client._ptr))
port = client.midi_outports.register("out")
going, stopping = False, False
late_s: list[float] = []  # of each pulse, a cycle early where all is well
apart_s = 0.0  # of JACK's clock and Python's
began_s, index, due_s = None, 0, 0.0


def time_of(frame: int) -> float:
    return libjack.jack_frames_to_time(pointer, frame) / 1e6


def give(frames: int) -> None:
    global began_s, index, due_s, going
    port.clear_buffer()
    if not going:
        return
    now_s = time_of(client.last_frame_time)
    if began_s is None:
        began_s = due_s = now_s + 0.5
        port.write_midi_event(0, b"\xfa")
    if stopping:
        going = False
        port.write_midi_event(0, b"\xfc")
        return
    while due_s < now_s + frames / client.samplerate:
        late_s.append(time.monotonic() - (due_s - apart_s))
        at = min(frames - 1, max(0, round((due_s - now_s) * client.samplerate)))
        port.write_midi_event(at, b"\xf8")
        index += 1
        due_s = began_s + index * period_s + draw.uniform(-jitter_s, jitter_s)


client.set_process_callback(give)
client.set_shutdown_callback(lambda status, reason: None)
print("ready", flush=True)
sys.stdin.readline()
client.activate()
client.connect("sequencer:out", sys.argv[4])
going = True
while began_s is None:
    time.sleep(0.01)
apart_s = time_of(client.frame_time) - time.monotonic()
print(json.dumps({"began_s": began_s - apart_s}), flush=True)
sys.stdin.readline()
stopping = True
print(json.dumps({"late_s": late_s}), flush=True)
sys.stdin.readline()
client.deactivate()
