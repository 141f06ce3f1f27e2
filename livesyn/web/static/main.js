// The page: joins the link, the controls, what is drawn and what is heard.

import { Link } from "./link.js";
import { Listener } from "./listen.js";
import { Scenes } from "./scenes.js";
import { Matrix } from "./modulation.js";
import { Learning } from "./learn.js";
import { Panel } from "./panel.js";
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
  },
  lost(wait) {
    state = null;
    bars = [];
    listener.release();
    document.body.classList.add("waiting");
    light("engine", "lost", "no connection");
    for (const name of ["source", "sound", "midi", "lamps", "sync"]) light(name, "opening", "unknown: no connection");
    showNumbers({}, !document.body.classList.contains("listens")); // old figures are no figures
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

const panel = new Panel(at("params"), at("steer"), at("hint"), (name, value) => link.send({ t: "param", name, value }));
const scenePads = new Scenes(at, (message) => link.send(message));
const matrix = new Matrix(at("matrix"), at("hint"), (row, field, value) => link.send({ t: "modulation", row, field, value }));
const learning = new Learning(at, panel, (message) => link.send(message), complain, token);
const transport = (action, value = null) => link.send({ t: "transport", do: action, value });

async function loadParams() {
  try {
    const answer = await fetch("/api/params", token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    if (!answer.ok) throw new Error(await answer.text());
    const tables = await answer.json();
    panel.build(tables.params);
    matrix.build(tables.modulation);
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
    if ((before.timeline.playing && !next.timeline.playing) || jumped) listener.release();
  }
  document.body.classList.remove("waiting");
  show(next);
}

function show({ timeline, params, chord, moved, waiting, modulation, mapping, source, sound, midi, lamps, sync, engine, numbers, events, radius, latent, directions, phrase }) {
  panel.update(params, moved, waiting);
  scenePads.update(state?.scenes);
  matrix.update(modulation);
  at("matrix-count").textContent = modulation?.filter((row) => row.target && row.on && row.depth).length || "";
  panel.directions(directions);
  learning.update(mapping);
  drawLatent(at("latent"), latent);
  at("tempo").textContent = timeline.bpm.toFixed(Number.isInteger(timeline.bpm) ? 0 : 1);
  at("radius").textContent = radius === null ? "" : `|z|/√D  ${radius.toFixed(2)}`;
  press(at("play"), timeline.playing, timeline.playing ? "Stop" : "Play");
  press(at("freeze"), params.freeze > 0);
  press(at("blackout"), params.blackout > 0);
  at("blackout").hidden = at("painted").hidden && !lamps?.name;
  at("held").hidden = !(params.freeze > 0);
  write(at("chord"), chord ?? "");
  at("now-playing").textContent = { repeat: "the last good bar again", stored: "a stored phrase, until the engine is ready", silent: "" }[phrase?.played] ?? "";
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
  showNumbers(numbers, source.state !== "off");
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

const NUMBERS = [
  ["pictures", (n) => [n.fps, 1, "/s"], "sees"],
  ["picture to latent", (n) => [n.latency_ms, 1, "ms"], "sees"],
  ["paintings", (n) => [n.pictures_fps, 1, "/s"], "paints"],
  ["sound to painting", (n) => [n.sound_to_picture_ms, 0, "ms"], "paints"],
  ["flashes held back", (n) => [n.flashes_held, 0, ""], "paints"],
  ["bar ready ahead by", (n) => [n.ready_margin_ms, 0, "ms", n.ready_margin_ms < 200], "sees"],
  ["player late, p99", (n) => [n.late_ms_p99, 2, "ms", n.late_ms_p99 > 5]],
  ["priority", (n) => [n.realtime == null ? null : n.realtime ? "real-time" : "ordinary"]],
  ["late notes", (n) => [n.late, 0, "", n.late > 0], "sees"],
  ["bars repeated", (n) => [n.repeats, 0, ""], "sees"],
  ["pictures dropped", (n) => [n.dropped, 0, ""], "sees"],
];

const cells = NUMBERS.map(([name]) => {
  const line = document.createElement("div");
  line.append(Object.assign(document.createElement("dt"), { textContent: name }), document.createElement("dd"));
  at("numbers").append(line);
  return line.lastElementChild;
});

function showNumbers(numbers, sees) {
  NUMBERS.forEach(([, read, when], i) => {
    const [value, digits, unit, bad = false] = read(numbers);
    const known = value !== null && value !== undefined;
    cells[i].parentElement.hidden = when === "sees" ? !sees : when === "paints" && !known;
    cells[i].textContent = !known ? "–" : typeof value === "number" ? `${value.toFixed(digits)} ` : value;
    if (known && unit) cells[i].append(Object.assign(document.createElement("small"), { textContent: unit }));
    cells[i].classList.toggle("bad", known && bad);
  });
}

// ---- what is heard ----

const listener = new Listener(clock, () => (state?.timeline.playing ? { timeline: state.timeline, bars, swing: state.params.swing ?? 0, offset: (state.params.sound_offset ?? 0) / 1000 } : null));
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
  blackout: () => panel.set("blackout", panel.value("blackout") > 0 ? 0 : 1),
  freeze: () => panel.set("freeze", panel.value("freeze") > 0 ? 0 : 1),
  listen: toggleListen,
  slower: () => state && panel.set("tempo", Math.round(panel.value("tempo")) - 1),
  faster: () => state && panel.set("tempo", Math.round(panel.value("tempo")) + 1),
  panic() {
    link.send({ t: "panic" });
    listener.release();
    at("panic").classList.add("struck");
    setTimeout(() => at("panic").classList.remove("struck"), 250);
  },
  pixels() {
    const shown = at("memory").parentElement.classList.toggle("pixels");
    press(at("pixels"), shown);
  },
  retry: () => link.open(),
  "learn-key": () => learning.toggle(),
  "help-key": () => (at("help").open ? at("help").close() : at("help").showModal()),
};

for (const [id, act] of Object.entries(actions)) {
  at(id).addEventListener("click", (event) => {
    act();
    if (event.detail > 0) at(id).blur(); // a mouse leaves no focus behind, so that Space stays play and stop
  });
}

const KEYS = { " ": "play", p: "panic", f: "freeze", b: "blackout", l: "listen", t: "tap", m: "learn-key", "?": "help-key" };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const typing = event.target.matches?.("select, input:not([type=range]):not([type=checkbox])");
  if (event.key === "Escape" && learning.on) return learning.toggle();
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
  drawBeats(lamps, beat >= 0 ? beat : null);
  at("bar").textContent = beat >= 0 ? Math.floor(beat / BEATS_PER_BAR) + 1 : "–";
  score.draw(beat, playing);
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);

// For the tests, and for the curious at the console.
window.livesyn = { clock, learning, listener, link, score, get state() { return state; }, get bars() { return bars; } };
