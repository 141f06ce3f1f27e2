// Plays committed notes in this browser, in time with the beat light: a timer looks a little
// ahead and hands each note to the audio clock, which is exact.

import { BEATS_PER_BAR, pageNow, swung, timeOf } from "./time.js";
import { Synth } from "./synth.js";

const LOOK_MS = 25;
const AHEAD_S = 0.2;
const FORGIVEN_S = 0.08; // later than this a note is left out
const KEPT = 200;
const READINGS = 15; // of how the clocks lie, the middle one counts
const SETTLED = 8; // so many that agree: a device that has just been opened stumbles
const AGREE_S = 0.005;
const PATIENCE = 60; // and then it plays all the same

export class Listener {
  /** `heard()` gives {timeline, bars, swing, offset (seconds later)} now, or null while nothing should sound. */
  constructor(clock, heard) {
    this.clock = clock;
    this.heard = heard;
    this.context = null;
    this.level = 0.7;
    this.counts = { scheduled: 0, late: 0, notes: [] };
    this.given = new Set();
    this.bridges = [];
  }

  get on() { return this.timer !== undefined; }
  get running() { return this.on && this.context?.state === "running"; }

  set volume(level) {
    this.level = level;
    if (this.synth) this.synth.volume = level;
  }

  /** Start. Must come from a click or a key, or the browser refuses. */
  async start() {
    if (this.on) return;
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    this.synth ??= new Synth(this.context, this.level);
    this.bridges = [];
    this.settled = false;
    this.readings = 0;
    this.#forget();
    this.timer = setInterval(() => this.#look(), LOOK_MS);
    await this.context.resume();
  }

  async stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.synth?.release();
  }

  /** Let go of every note. What comes after is played again, also after a jump in the music. */
  release() {
    this.synth?.release();
    this.#forget();
  }

  #forget() {
    this.given.clear();
    this.since = this.clock.now(); // what was due before is past, not late
  }

  /** The audio clock's time for what is to be *heard* at a moment of the server's clock. */
  contextTime(server) { return server - this.clock.offset + this.bridge; }

  // Audio clock minus page clock, at the loudspeaker. Readings are coarse and jump about, so the middle one of many counts.
  #measure() {
    const { contextTime = 0, performanceTime = 0 } = this.context.getOutputTimestamp?.() ?? {};
    const reading = contextTime > 0 && performanceTime > 0 ? contextTime - performanceTime / 1000 : this.context.currentTime - (this.context.outputLatency || 0) - pageNow();
    this.bridges.push(reading);
    if (this.bridges.length > READINGS) this.bridges.shift();
    const last = this.bridges.slice(-SETTLED);
    this.settled ||= ++this.readings > PATIENCE || (last.length === SETTLED && Math.max(...last) - Math.min(...last) < AGREE_S);
    this.bridge = [...this.bridges].sort((a, b) => a - b)[this.bridges.length >> 1];
  }

  #look() {
    if (this.context.state !== "running") return;
    this.#measure();
    const now = this.heard();
    if (!now || !this.clock.known) return;
    if (!this.settled) {
      this.since = this.clock.now();
      return;
    }
    this.synth.tempo = now.timeline.bpm;
    for (const { bar, notes } of now.bars) for (const note of notes) this.#give(now, bar, note);
    if (this.given.size > 2000) this.given.clear();
  }

  #give({ timeline, swing, offset = 0 }, bar, [start, duration, pitch, velocity, channel]) {
    const key = `${bar}/${start}/${pitch}/${channel}`;
    if (this.given.has(key)) return;
    const beat = BEATS_PER_BAR * bar + start;
    const due = timeOf(timeline, swung(beat, swing));
    const at = this.contextTime(due + offset);
    const soon = this.context.currentTime;
    if (at > soon + AHEAD_S) return;
    this.given.add(key);
    if (at < soon - FORGIVEN_S) {
      this.counts.late += due >= this.since;
      return;
    }
    const length = timeOf(timeline, swung(beat + duration, swing)) - due;
    if (channel === 10) this.synth.strike(pitch, velocity, Math.max(at, soon + 0.002));
    else this.synth.play(pitch, velocity, Math.max(at, soon + 0.002), length);
    this.counts.scheduled += 1;
    this.counts.notes.push({ bar, beat, pitch, at: Math.max(at, soon + 0.002), due });
    if (this.counts.notes.length > KEPT) this.counts.notes.shift();
  }
}
