// One piece of music at a time, through the instrument's own synthesiser.

import { Synth } from "/static/synth.js";

const SOON_S = 0.08;
const RINGS_ON_S = 0.5;

export class Sound {
  #turn = 0; // of two that are asked for while the sound wakes up, the later is played
  #timer;
  #ended;

  /** Play rows of [start, duration, pitch, velocity] in beats. Resolves to true when the piece
      is over, to false when it was stopped. Must come from a click or a key the first time. */
  async play(notes, bpm, beats = 8) {
    this.stop();
    this.context ??= new AudioContext();
    this.synth ??= new Synth(this.context, 0.75);
    const turn = ++this.#turn;
    await this.context.resume();
    if (turn !== this.#turn) return false;
    const beat = 60 / bpm;
    this.synth.tempo = bpm;
    const from = this.context.currentTime + SOON_S;
    for (const [start, duration, pitch, velocity] of notes) this.synth.play(pitch, velocity, from + start * beat, duration * beat * 0.95);
    return new Promise((resolve) => {
      this.#ended = resolve;
      this.#timer = setTimeout(() => this.#end(true), 1000 * (SOON_S + beats * beat + RINGS_ON_S));
    });
  }

  get playing() { return this.#ended !== undefined; }

  stop() {
    this.#turn += 1;
    this.synth?.release();
    this.#end(false);
  }

  #end(whole) {
    clearTimeout(this.#timer);
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(whole);
  }
}
