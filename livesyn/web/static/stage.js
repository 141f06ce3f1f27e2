// The stage view: what is read from three metres, and what must be in reach. Everything else is folded away.

import { BEATS_PER_BAR } from "./time.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const PATHS = { true: "/stage", false: "/" };

export class StageView {
  constructor(at, lights) {
    Object.assign(this, { at, lights, on: false, awake: null, lamps: [...at("stage-beats").children], beat: -1 });
    at("full").addEventListener("click", () => this.#fullScreen());
    document.addEventListener("fullscreenchange", () => this.#tell());
    document.addEventListener("visibilitychange", () => { if (this.on && !document.hidden) this.#stayAwake(); });
    if (location.pathname === PATHS.true) this.toggle();
  }

  toggle() {
    this.on = !this.on;
    document.body.classList.toggle("on-stage", this.on);
    this.at("stage-view").hidden = !this.on;
    this.at("stage-key").setAttribute("aria-pressed", this.on);
    history.replaceState(null, "", PATHS[this.on]);
    if (this.on) this.#stayAwake();
    else {
      this.awake?.release();
      this.awake = null;
      if (document.fullscreenElement) document.exitFullscreen();
    }
  }

  /** As `toggle`, and with the whole screen: for a press, which a browser asks for. */
  enter() {
    this.toggle();
    if (this.on && !document.fullscreenElement) this.#fullScreen();
  }

  /** The state of the show, or null while it is not known. */
  update(state, source) {
    const { at } = this;
    write(at("stage-tempo"), state ? tempoText(state.timeline.bpm) : "–");
    write(at("stage-source"), source);
    fit(at("stage-tempo"));
    for (const light of this.lights) this.#light(light);
    const shown = [...at("stage-lights").children].filter((light) => !light.hidden);
    at("stage-lights").style.setProperty("--signs", shown.reduce((sum, light) => sum + light.textContent.length + 4, 0));
  }

  /** Once a frame; `beat` from beat 0, or below 0: none. */
  draw(beat) {
    if (!this.on) return;
    const bar = beat >= 0 ? `${Math.floor(beat / BEATS_PER_BAR) + 1}` : "–";
    write(this.at("stage-bar"), bar);
    fit(this.at("stage-bar"));
    const index = beat >= 0 ? Math.floor(beat) % BEATS_PER_BAR : -1;
    const glow = STILL.matches ? 1 : Math.max(0.3, Math.exp(-2 * (beat - Math.floor(beat))));
    this.lamps.forEach((lamp, i) => {
      lamp.classList.toggle("on", i === index);
      lamp.style.setProperty("--lit", i === index ? glow.toFixed(3) : 0);
    });
  }

  // The same lights as on the page, larger: the name, and the state where it is not well.
  #light(light) {
    const id = `stage-${light.id}`;
    let copy = document.getElementById(id);
    if (!copy) {
      copy = Object.assign(document.createElement("li"), { id });
      copy.append(document.createElement("i"), document.createElement("b"), document.createElement("span"));
      this.at("stage-lights").append(copy);
    }
    const { state } = light.dataset;
    copy.hidden = light.hidden;
    copy.dataset.state = state;
    copy.title = light.title;
    write(copy.children[1], light.querySelector("b").textContent);
    write(copy.children[2], state === "running" || state === "off" ? "" : state);
  }

  async #fullScreen() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen({ navigationUI: "hide" });
    } catch { /* a browser that has none, or does not want to: the view is there all the same */ }
    this.#tell();
  }

  #tell() { this.at("full").setAttribute("aria-pressed", Boolean(document.fullscreenElement)); }

  async #stayAwake() {
    try { this.awake = await navigator.wakeLock?.request("screen"); } catch { /* it may go dark as usual */ }
  }
}

export const tempoText = (bpm) => bpm.toFixed(Number.isInteger(bpm) ? 0 : 1);

/** Tells the style how many signs there are, so that they fit. */
function fit(element) {
  const signs = String(Math.max(3, element.textContent.length));
  if (element.dataset.signs !== signs) {
    element.dataset.signs = signs;
    element.style.setProperty("--signs", signs);
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
