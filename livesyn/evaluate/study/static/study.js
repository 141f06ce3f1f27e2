// The page shows what the server says: where this person is, and nothing about right or wrong.

import { Sound } from "/static/sound.js";

const $ = (selector) => document.querySelector(selector);
const sound = new Sound();
const STAGES = ["welcome", "examples", "task", "done"];
let state = {};
let plays = 0; // of this task's music
let heard = new Set(); // which examples
let busy = false;

async function ask(path, body) {
  if (busy) return;
  busy = true;
  $("#trouble").textContent = "";
  try {
    const answer = await fetch(`/api/${path}`, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok && answer.status !== 409) throw new Error(await answer.text());
    show(await answer.json());
  } catch {
    trouble("The study cannot be reached just now. Nothing is lost: please try again.");
  } finally {
    busy = false;
  }
}

function trouble(text) {
  $("#trouble").textContent = "";
  requestAnimationFrame(() => { $("#trouble").textContent = text; });
}

function say(text) { $("#said").textContent = text; }

function show(next) {
  sound.stop();
  say(""); // the heading is focused and so is read
  state = next;
  plays = 0;
  $("#play").textContent = "Play the music";
  document.body.className = `mode-${state.mode}`;
  for (const stage of STAGES) $(`#${stage}`).hidden = stage !== state.stage;
  for (const place of document.querySelectorAll(".of")) place.textContent = state.of;
  for (const place of document.querySelectorAll(".heard-first")) place.textContent = state.heard_first;
  ({ examples: showExamples, task: showTask })[state.stage]?.();
  const heading = $(`#${state.stage} h1`);
  document.title = `${heading.textContent} – A listening study`;
  window.scrollTo(0, 0);
  heading.focus();
}

function element(tag, fill = {}, ...children) {
  const made = Object.assign(document.createElement(tag), fill);
  made.append(...children);
  return made;
}

/** Play from a button; it stops what it started when pressed again. */
async function playFrom(button, notes, what) {
  if (button.classList.contains("sounding")) return sound.stop();
  const over = sound.play(notes, state.bpm);
  button.classList.add("sounding");
  say(`${what} is playing.`);
  const whole = await over;
  button.classList.remove("sounding");
  if (whole) say(`${what} is over.`);
}

function showExamples() {
  heard = new Set(remembered());
  $("#groups").replaceChildren(...state.groups.flatMap((pieces, group) => {
    const name = `Group ${group + 1}`;
    const row = element("div", { className: "row" });
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", name);
    pieces.forEach(({ picture, notes }, number) => row.append(example(`${group}.${number}`, name, number, picture, notes)));
    return [element("h2", { textContent: name }), row];
  }));
  countLeft();
}

function example(key, group, number, picture, notes) {
  const button = element("button", { className: "piece", type: "button" });
  if (picture) button.append(element("img", { src: `/pictures/${picture}.png`, alt: "" }));
  button.append(element("span", { textContent: picture ? `Picture ${number + 1}` : `Piece ${number + 1}` }));
  const mark = () => {
    button.classList.toggle("heard", heard.has(key));
    button.setAttribute("aria-label", `Play the music of ${group.toLowerCase()}, ${picture ? "picture" : "piece"} ${number + 1}${heard.has(key) ? ", heard" : ""}`);
  };
  mark();
  button.onclick = () => {
    heard.add(key);
    remember([...heard]);
    mark();
    countLeft();
    playFrom(button, notes, `${group}, ${number + 1}`);
  };
  return button;
}

function countLeft() {
  const left = state.heard_first - heard.size;
  $("#left").textContent = left > 0 ? `${left} of ${state.heard_first} not heard yet.` : "All heard. Listen again as often as you like; once you go on, you cannot come back to them.";
  return left;
}

// What was heard is kept for a reload; where storage is refused, it is heard again.
function remembered() {
  try { return JSON.parse(sessionStorage.getItem("heard") ?? "[]"); } catch { return []; }
}
function remember(keys) {
  try { sessionStorage.setItem("heard", JSON.stringify(keys)); } catch { /* refused */ }
}

function showTask() {
  $("#task h1").textContent = `Task ${state.task + 1} of ${state.of}`;
  $(".bar i").style.width = `${(100 * state.task) / state.of}%`;
  $("#options").replaceChildren(...state.options.map((shown, place) => {
    const id = `option-${place}`;
    const name = state.mode === "see" ? `Picture ${"ABC"[place]}` : `Group ${shown}`;
    const label = element("label", { htmlFor: id });
    if (state.mode === "see") label.append(element("img", { src: `/pictures/${shown}.png`, alt: "" }));
    label.append(element("b", { textContent: name }));
    return element("div", { className: "option" }, element("input", { type: "radio", name: "option", id, value: place }), label);
  }));
}

$("#play").onclick = async () => {
  const button = $("#play");
  if (button.classList.contains("sounding")) return sound.stop();
  plays += 1;
  button.textContent = "Stop the music";
  await playFrom(button, state.notes, "The music");
  button.textContent = plays ? "Play the music again" : "Play the music"; // there may be another task by now
};
$("#enter").onsubmit = (event) => {
  event.preventDefault();
  remember([]);
  ask("enter", { mode: $("#by-ear").checked ? "hear" : "see" });
};
$("#begin").onclick = () => {
  const left = countLeft();
  if (left > 0) return trouble(`Please hear all of them first: ${left} ${left === 1 ? "is" : "are"} left.`);
  ask("begin", {});
};
$("#answer").onsubmit = (event) => {
  event.preventDefault();
  const chosen = $("#options input:checked");
  if (!plays) return trouble("Please listen to the music first.");
  if (!chosen) return trouble(state.mode === "see" ? "Please choose one of the pictures." : "Please choose one of the groups.");
  ask("answer", { task: state.task, option: Number(chosen.value), plays });
};
$("#leave").onsubmit = (event) => {
  event.preventDefault();
  ask("leave", {});
};

window.livesyn = { sound, get state() { return state; }, get plays() { return plays; } };
ask("state");
