// The page: joins the link, the controls, what is drawn and what is heard.

import { Link } from "./link.js";
import { Listener } from "./listen.js";
import { Matrix } from "./modulation.js";
import { TempoSource } from "./lead.js";
import { Learning } from "./learn.js";
import { Numbers } from "./numbers.js";
import { Lights } from "./lights.js";
import { Models } from "./models.js";
import { Panel } from "./panel.js";
import { Scenes } from "./scenes.js";
import { Settings } from "./settings.js";
import { StageView, tempoText } from "./stage.js";
import { Tip, listWords } from "./words.js";
import { Pad } from "./xy.js";
import { copyButton } from "./copying.js";
import { foldable } from "./fold.js";
import { Score, drawBeats, drawLatent } from "./draw.js";
import { BEATS_PER_BAR, ServerClock, beatAt, pageNow } from "./time.js";

const CANVAS = { 1: "source", 2: "memory", 3: "painting" }; // by the tag of a picture
const MOVING = { 1: "source", 3: "painting" }; // the next comes when one has been drawn
const JUMP_BEATS = 0.25;
const at = (id) => document.getElementById(id);

const token = new URLSearchParams(location.search).get("token");
if (token) history.replaceState(null, "", location.pathname); // not for the audience; a cookie has it now

const clock = new ServerClock();
const score = new Score(at("roll"));
const lamps = [...at("beats").children];
let state = null;
let bars = []; // committed: this bar and, once it is there, the next

// ---- the link ----

const link = new Link(clock, {
  open() {
    at("lost").hidden = true;
    at("painted").hidden = true; // until there is one: the show may be another
    loadParams();
    settings.forget();
  },
  lost(wait) {
    state = null;
    bars = [];
    lights.update([{ kind: "client", name: "this page", state: "lost", reason: "no connection" }]);
    listener.release();
    document.body.classList.add("waiting");
    light("engine", "lost", "no connection");
    for (const name of ["source", "sound", "midi", "lamps", "sync"]) light(name, "opening", "unknown: no connection");
    stage.update(null, "no connection");
    figures.show({}, !document.body.classList.contains("listens")); // old figures are no figures
    at("lost-text").textContent = `Connection lost. Trying again in ${wait} s.`;
    at("lost").hidden = false;
  },
  text(message) {
    if (message.t === "state") take(message);
    else if (message.t === "bar" && state) take({ ...state, ...message, t: "state" });
    else if (message.t === "error") complain(message.text);
  },
  async picture(tag, blob) {
    try {
      if (tag === 3) at("painted").hidden = false;
      paint(at(CANVAS[tag]), await createImageBitmap(blob));
    } finally {
      if (tag in MOVING) link.send({ t: "seen", what: MOVING[tag] });
    }
  },
}, token);

function paint(canvas, image) {
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
  }
  canvas.getContext("2d", { alpha: false }).drawImage(image, 0, 0);
  image.close();
}

const headers = token ? { Authorization: `Bearer ${token}` } : {};
const settings = new Settings(at, (message) => link.send(message), showSettings, complain, headers);
const panel = new Panel(at("params"), at("steer"), at("hint"), (name, value) => link.send({ t: "param", name, value }), (name, on) => settings.favour(name, on), (direction, text) => settings.name(direction, text));
const lead = new TempoSource(at, panel);
const pad = new Pad(at, panel);
const LETTERS = [..."ABCD"]; // the scenes of the crossfader
const order = (what, name, more) => link.send({ t: "scene", do: what, name, ...more });
const scenes = new Scenes(at, [at("pads"), at("stage-pads")], panel, {
  recall: (name) => order("recall", name),
  choose: (name) => LETTERS.includes(name) ? panel.set("morph_to", LETTERS.indexOf(name)) : complain("The crossfader leads to scenes A to D; the others are gone to at once."),
  store: (name) => order("store", name),
  step: (what) => order(what),
}, complain);
const stage = new StageView(at, [...document.querySelectorAll(".lights li")]);
const figures = new Numbers(at("numbers"));
new Tip(at("tip"));
listWords(at("words"));
for (const about of document.querySelectorAll("[data-osc]")) about.append(copyButton(about.dataset.osc));
for (const [section, name, folded] of [
  [".scenes", "scenes"],
  [".pad-of-two", "pad", (phone) => !phone], // a laptop shows the twelve faders
  [".presets", "presets", () => true],
  [".pictures", "pictures"],
  [".score", "notes", (phone) => phone],
  [".latent", "latent", (phone) => phone],
]) foldable(document.querySelector(section), document.querySelector(`${section} > h2`), name, folded);

function showSettings({ favourites, directions }) {
  panel.favourite(favourites);
  panel.name(directions);
  pad.name(directions);
}

const matrix = new Matrix(at("matrix"), at("hint"), (row, field, value) => link.send({ t: "modulation", row, field, value }));
const lights = new Lights(at("devices"));
const models = new Models(at("models"), (name) => link.send({ t: "model", name }));
const learning = new Learning(at, panel, (message) => link.send(message), complain, token);
const transport = (action, value = null) => link.send({ t: "transport", do: action, value });

async function loadParams() {
  try {
    const answer = await fetch("/api/params", { headers });
    if (!answer.ok) throw new Error(await answer.text());
    const tables = await answer.json();
    panel.build(tables.params);
    matrix.build(tables.modulation);
    lead.build(tables.params.find((row) => row.name === "sync"));
  } catch (error) {
    complain(`The parameters could not be read. ${error.message}`); // a link that is lost too will try again
  }
}

// ---- the state ----

function take(next) {
  const before = state;
  state = next;
  bars = [next.phrase, next.next].filter(Boolean);
  score.put(next.phrase);
  score.put(next.next);
  const coming = next.coming; // how the next bar would be if its line were now: drawn, never played
  if (coming && !next.next && coming.bar === next.phrase?.bar + 1) score.put({ ...coming, sketch: true });
  if (before) {
    const now = clock.now();
    const jumped = Math.abs(beatAt(next.timeline, now) - beatAt(before.timeline, now)) > JUMP_BEATS;
    if ((before.timeline.playing && !next.timeline.playing) || jumped || (next.params.mute && !before.params.mute)) listener.release();
  }
  document.body.classList.remove("waiting");
  show(next);
}

function show({ lights: all, models: nets, timeline, params, chord, moved, waiting, modulation, mapping, settings: version, scenes: kept, scene_set: set, sync, source, sound, midi, lamps, engine, numbers, standby, events, radius, latent, directions, phrase }) {
  panel.update(params, moved, waiting);
  matrix.update(modulation);
  at("matrix-count").textContent = modulation?.filter((row) => row.target && row.on && row.depth).length || "";
  panel.directions(directions);
  pad.update(directions);
  scenes.update(kept, set);
  settings.update(version);
  learning.update(mapping);
  models.update(nets);
  lights.update(all);
  drawLatent(at("latent"), latent);
  write(at("tempo"), tempoText(timeline.bpm));
  at("radius").textContent = radius === null ? "" : `|z|/√D  ${radius.toFixed(2)}`;
  for (const [action, pressed, text] of [["play", timeline.playing, timeline.playing ? "Stop" : "Play"], ["freeze", params.freeze > 0], ["blackout", params.blackout > 0], ["mute", params.mute > 0], ["hold", params.hold > 0]])
    for (const key of [at(action), document.querySelector(`[data-do=${action}]`)].filter(Boolean)) press(key, pressed, text);
  const nothing = at("painted").hidden && !lamps?.name && !(params.blackout > 0); // to black out
  at("blackout").disabled = document.querySelector("[data-do=blackout]").disabled = nothing;
  const led = lead.update(sync, params.sync);
  at("held").hidden = !(params.freeze > 0);
  write(at("chord"), chord ?? "");
  at("now-playing").textContent = { repeat: "the last good bar again", held: "the bar that is held", stored: "a stored phrase, until the engine is ready", silent: "" }[phrase?.played] ?? "";
  for (const figure of document.querySelectorAll(".pictures .source, .pictures .memory")) figure.hidden = source.state === "off"; // it only listens
  at("light-source").hidden = source.state === "off";
  light("source", source.state, [source.name, source.reason].filter(Boolean).join(": "));
  at("light-sound").hidden = !sound?.name;
  if (sound?.name) light("sound", sound.state, [sound.name, sound.reason].filter(Boolean).join(": "));
  showLevels(sound);
  light("midi", midi.state, [midi.name, midi.reason].filter(Boolean).join(": "));
  at("light-lamps").hidden = !lamps?.name;
  if (lamps?.name) light("lamps", lamps.state, [lamps.name, lamps.reason].filter(Boolean).join(": "));
  at("light-sync").hidden = !sync || sync.state === "off"; // the show leads itself
  if (sync) light("sync", sync.state, [sync.name, sync.reason].filter(Boolean).join(": "));
  light("engine", engine.state ?? "running", [[engine.model, engine.device].filter(Boolean).join(" on "), engine.reason].filter(Boolean).join(": "));
  write(at("event"), pageNow() < complaint.until ? complaint.text : (events?.at(-1) ?? ""));
  at("event").classList.toggle("bad", pageNow() < complaint.until);
  write(at("stage-event"), pageNow() < complaint.until ? complaint.text : [source, sound, midi, lamps, sync, engine].find((one) => ["lost", "slow"].includes(one?.state))?.reason ?? "");
  stage.update(state, led);
  figures.show(numbers, source.state !== "off");
  at("standby").hidden = !standby?.words;
  at("take-over").hidden = standby?.leads ?? true;
  write(at("standby-words"), standby?.words ?? "");
  document.body.classList.toggle("listens", source.state === "off");
}

const LEVELS = ["rms", "low", "mid", "high", "onset_low", "onset_mid", "onset_high"];

/** Bars as high as what is heard is strong, and the period it sounds like. */
function showLevels(sound) {
  const levels = sound?.levels;
  at("levels").hidden = !levels;
  write(at("period"), sound?.period ?? "");
  if (levels) LEVELS.forEach((name, i) => { at("levels").children[i].style.height = `${Math.round(100 * levels[name])}%`; });
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text; // a screen reader hears what changes only
}

let complaint = { text: "", until: 0 };

/** Say what went wrong, for a while. */
function complain(text) {
  complaint = { text, until: pageNow() + 6 };
  write(at("event"), text);
}

function press(button, pressed, text) {
  button.setAttribute("aria-pressed", pressed);
  if (text) write(button, text);
}

/** `state` is opening, running, slow, lost or off: livesyn/base/health.py. */
function light(name, state, text) {
  const lamp = at(`light-${name}`);
  lamp.dataset.state = state;
  write(lamp.lastElementChild, state === "running" ? text : `${state}${text ? `, ${text}` : ""}`);
  lamp.title = lamp.textContent;
}

// ---- what is heard ----

const listener = new Listener(clock, () => (state?.timeline.playing && !state.params.mute ? { timeline: state.timeline, bars, swing: state.params.swing ?? 0, offset: (state.params.sound_offset ?? 0) / 1000 } : null));
listener.volume = at("volume").valueAsNumber;

async function toggleListen() {
  if (listener.on) await listener.stop();
  else await listener.start();
  press(at("listen"), listener.on, listener.on ? "Listening" : "Listen");
}

function showVolume() {
  listener.volume = at("volume").valueAsNumber;
  at("volume").style.setProperty("--at", `${at("volume").valueAsNumber * 100}%`);
}
at("volume").addEventListener("input", showVolume);
showVolume();

// ---- what is done ----

const actions = {
  play: () => transport(state?.timeline.playing ? "stop" : "play"),
  tap: () => transport("tap"),
  "take-over": () => transport("take_over"),
  blackout: () => panel.set("blackout", panel.value("blackout") > 0 ? 0 : 1),
  freeze: () => panel.set("freeze", panel.value("freeze") > 0 ? 0 : 1),
  mute: () => panel.set("mute", panel.value("mute") > 0 ? 0 : 1),
  hold: () => panel.set("hold", panel.value("hold") > 0 ? 0 : 1),
  listen: toggleListen,
  slower: () => state && panel.set("tempo", Math.round(panel.value("tempo")) - 1),
  faster: () => state && panel.set("tempo", Math.round(panel.value("tempo")) + 1),
  panic() {
    link.send({ t: "panic" });
    listener.release();
    for (const key of document.querySelectorAll(".panic")) {
      key.classList.add("struck");
      setTimeout(() => key.classList.remove("struck"), 250);
    }
  },
  pixels() {
    const shown = at("memory").parentElement.classList.toggle("pixels");
    press(at("pixels"), shown);
  },
  retry: () => link.open(),
  "learn-key": () => learning.toggle(),
  "stage-key": () => stage.enter(),
  leave: () => stage.toggle(),
  "help-key": () => (at("help").open ? at("help").close() : at("help").showModal()),
};

for (const [id, act] of Object.entries(actions)) {
  for (const key of [at(id), ...document.querySelectorAll(`[data-do=${id}]`)]) {
    key.addEventListener("click", (event) => {
      act();
      if (event.detail > 0) key.blur(); // a mouse leaves no focus behind, so that Space stays play and stop
    });
  }
}

const KEYS = { " ": "play", p: "panic", f: "freeze", b: "blackout", u: "mute", o: "hold", l: "listen", t: "tap", s: "stage-key", m: "learn-key", "?": "help-key" };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const typing = event.target.matches?.("select, input:not([type=range]):not([type=checkbox])");
  if (event.key === "Escape" && learning.on) return learning.toggle();
  if (event.key === "Escape" && stage.on && !at("help").open) return stage.toggle();
  if (!typing && name !== "panic" && !at("help").open && learning.key(event, true)) return event.preventDefault(); // a key that was learnt
  if (!name || (at("help").open && name !== "help-key")) return; // read about, not meant
  const target = event.target;
  if (target.matches?.("select, input:not([type=range])") || (event.key === " " && target.matches?.("button"))) return; // these have a use for it
  event.preventDefault();
  actions[name]();
});

addEventListener("keyup", (event) => learning.key(event, false));

// ---- what moves ----

function frame() {
  const playing = Boolean(state?.timeline.playing && clock.known);
  const beat = playing ? beatAt(state.timeline, clock.now()) : -1;
  stage.draw(beat);
  drawBeats(lamps, beat >= 0 ? beat : null);
  write(at("bar"), beat >= 0 ? `${Math.floor(beat / BEATS_PER_BAR) + 1}` : "–");
  score.draw(beat, playing);
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);

// For the tests, and for the curious at the console.
window.livesyn = { clock, panel, settings, stage, learning, listener, link, score, get state() { return state; }, get bars() { return bars; } };
