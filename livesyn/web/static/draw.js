// What moves: the beat light, the score and the latent, drawn once a frame.

import { BEATS_PER_BAR } from "./time.js";

const LOOK = getComputedStyle(document.documentElement);
const colour = (name) => LOOK.getPropertyValue(`--${name}`).trim();
const INK = { well: colour("well"), rule: colour("rule"), strong: colour("rule-strong"), bone: colour("bone"), soft: colour("soft"), faint: colour("faint"), lamp: colour("lamp") };
const WORDS = colour("words");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DRUMS = 10; // the channel without pitches
const KIT = [36, 45, 47, 50, 38, 42, 46, 51, 49]; // lowest first, in the strip below
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/** A canvas as sharp as the screen: its pen, width and height in CSS pixels. */
function sheet(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Light the lamp of `beat` (from beat 0; null: none). It glows down until the next. */
export function drawBeats(lamps, beat) {
  const index = beat === null ? -1 : Math.floor(beat) % BEATS_PER_BAR;
  const glow = beat === null ? 0 : STILL.matches ? 1 : Math.max(0.22, Math.exp(-2.2 * (beat - Math.floor(beat))));
  lamps.forEach((lamp, i) => {
    lamp.classList.toggle("on", i === index);
    lamp.style.setProperty("--lit", i === index ? glow.toFixed(3) : 0);
  });
}

/** Two bars read like a page of music: even bars on the left, odd ones on the right, and the
 * half that has been played is replaced by the bar that comes next. */
export class Score {
  constructor(canvas) {
    this.canvas = canvas;
    this.shown = new Map(); // half (0 or 1) -> bar
    this.low = 55;
    this.high = 79;
    this.strip = 0; // height of the drums below the score; none while there are none
  }

  /** Put a bar ({bar, notes, played}) on its half. */
  put(bar) {
    if (bar) this.shown.set(bar.bar & 1, bar);
  }

  draw(beat, playing) {
    const { pen, width, height } = sheet(this.canvas);
    const left = 46, right = 14, top = 27;
    this.#follow();
    const bottom = 10 + this.strip;
    const across = (b) => left + (b / (2 * BEATS_PER_BAR)) * (width - left - right);
    const step = (height - top - bottom) / (this.high - this.low);
    const up = (pitch) => height - bottom - (pitch - this.low) * step;

    pen.lineWidth = 1;
    pen.font = `italic 12px ${WORDS}`;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    for (let pitch = Math.ceil(this.low); pitch <= this.high; pitch++) {
      const name = pitch % 12;
      if (name !== 0 && name !== 7) continue;
      pen.strokeStyle = INK.rule;
      pen.globalAlpha = name ? 0.45 : 1;
      line(pen, left, up(pitch), width - right, up(pitch));
      pen.fillStyle = INK.faint;
      pen.globalAlpha = name ? 0.7 : 1;
      if (up(pitch) > top) pen.fillText(NAMES[name] + (Math.floor(pitch / 12) - 1), left - 10, up(pitch));
    }
    pen.globalAlpha = 1;
    pen.textAlign = "left";
    for (let b = 0; b <= 2 * BEATS_PER_BAR; b++) {
      const barLine = b % BEATS_PER_BAR === 0;
      pen.strokeStyle = barLine ? INK.strong : INK.rule;
      line(pen, across(b), barLine ? top - 16 : top, across(b), height - 10);
    }
    const kit = (pitch) => height - 12 - (Math.max(0, KIT.indexOf(pitch)) / KIT.length) * (this.strip - 8);
    if (this.strip) line(pen, left, height - bottom + 3, width - right, height - bottom + 3);

    const now = Math.floor(beat / BEATS_PER_BAR);
    for (const [half, bar] of this.shown) this.#bar(pen, bar, half, now, beat, { across, up, kit, step, top });
    if (beat >= 0) {
      const x = across(beat % (2 * BEATS_PER_BAR));
      pen.fillStyle = playing ? INK.lamp : INK.faint;
      pen.fillRect(x - 0.75, top - 16, 1.5, height - 10 - top + 16);
    }
  }

  #bar(pen, { bar, notes, played, sketch }, half, now, beat, { across, up, kit, step, top }) {
    const start = half * BEATS_PER_BAR;
    pen.globalAlpha = bar < now ? 0.35 : 1;
    pen.fillStyle = bar === now ? INK.bone : INK.faint;
    pen.font = `italic 13px ${WORDS}`;
    pen.fillText(`${bar + 1}${played === "new" ? "" : `  ${played}`}`, across(start) + 7, top - 11);
    const thick = Math.max(4, Math.min(13, step * 0.86));
    for (const [from, length, pitch, velocity, channel] of notes) {
      const absolute = bar * BEATS_PER_BAR + from;
      const x = across(start + from);
      const wide = Math.max(4, across(start + Math.min(BEATS_PER_BAR, from + length)) - x - 2);
      const force = 0.45 + (0.55 * velocity) / 127;
      const sounding = beat >= absolute && beat < absolute + length;
      pen.globalAlpha = bar < now ? 0.2 : absolute + length < beat ? 0.38 : force;
      pen.beginPath();
      if (channel === DRUMS) pen.arc(x + 3, kit(pitch), 2.5, 0, 2 * Math.PI);
      else pen.roundRect(x + 1, up(pitch) - thick / 2, wide, thick, Math.min(3, thick / 2));
      if (bar > now) {
        pen.strokeStyle = INK.soft;
        pen.setLineDash(sketch ? [2, 3] : []);
        pen.stroke();
      } else {
        pen.fillStyle = sounding ? INK.lamp : INK.bone;
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  // The range follows the notes, two octaves at least, and never jumps.
  #follow() {
    const notes = [...this.shown.values()].flatMap((bar) => bar.notes);
    this.strip = notes.some((note) => note[4] === DRUMS) ? 56 : 0;
    const pitches = notes.filter((note) => note[4] !== DRUMS).map((note) => note[2]);
    if (!pitches.length) return;
    let low = Math.min(...pitches) - 3, high = Math.max(...pitches) + 3;
    const spare = Math.max(0, 24 - (high - low)) / 2;
    low -= spare;
    high += spare;
    const pace = STILL.matches ? 1 : 0.08;
    this.low += (low - this.low) * pace;
    this.high += (high - this.high) * pace;
  }
}

/** All D values as one line of strokes about zero, three standard deviations high. */
export function drawLatent(canvas, values) {
  const { pen, width, height } = sheet(canvas);
  const middle = height / 2;
  pen.strokeStyle = INK.rule;
  line(pen, 0, Math.round(middle) + 0.5, width, Math.round(middle) + 0.5);
  if (!values.length) return;
  const pitch = width / values.length;
  const thick = Math.max(1, Math.min(4, pitch * 0.5));
  values.forEach((value, i) => {
    const tall = Math.max(-1, Math.min(1, (value ?? 0) / 3)) * middle;
    pen.fillStyle = INK.bone;
    pen.globalAlpha = 0.45 + 0.55 * Math.min(1, Math.abs(value ?? 0) / 2);
    pen.fillRect(i * pitch + (pitch - thick) / 2, middle - Math.max(tall, 0), thick, Math.max(1, Math.abs(tall)));
  });
  pen.globalAlpha = 1;
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  pen.stroke();
}
