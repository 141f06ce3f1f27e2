// Beats, seconds and whose clock they are on. Pure, but for the page's own clock.

export const BEATS_PER_BAR = 4;
const SAMPLES = 20;

/** Beat of a timeline at a moment of the server's clock; a stopped one stands still. */
export const beatAt = (timeline, s) => timeline.beat + (timeline.playing ? ((s - timeline.time_s) * timeline.bpm) / 60 : 0);

/** Moment of the server's clock a beat falls on. */
export const timeOf = (timeline, beat) => timeline.time_s + ((beat - timeline.beat) * 60) / timeline.bpm;

/** Every second sixteenth comes `swing` of a sixteenth late; the time between stretches evenly. */
export function swung(beat, swing) {
  const pair = Math.floor(beat * 2) / 2;
  const inside = (beat - pair) * 4; // in sixteenths, 0 to 2
  return pair + (inside <= 1 ? inside * (1 + swing) : 1 + swing + (inside - 1) * (1 - swing)) / 4;
}

/** This page's clock, seconds. */
export const pageNow = () => performance.now() / 1000;

/** The server's clock, learnt from pings: of the last answers the one with the shortest round
 * trip is believed, since it had the least time to be wrong. */
export class ServerClock {
  constructor() { this.reset(); }
  reset() { this.samples = []; this.offset = null; this.roundTrip = null; }
  get known() { return this.offset !== null; }
  now() { return pageNow() + (this.offset ?? 0); }

  /** A pong: sent at `sent` and come back at `back` (page's clock), stamped `server` between. */
  learn(sent, server, back) {
    this.samples.push({ trip: back - sent, offset: server - (sent + back) / 2 });
    if (this.samples.length > SAMPLES) this.samples.shift();
    const best = this.samples.reduce((a, b) => (b.trip < a.trip ? b : a));
    this.offset = best.offset;
    this.roundTrip = best.trip;
  }
}
