// One control for every row of the parameter table, made from the table itself.

import { copyButton } from "./copying.js";
import { foldable } from "./fold.js";

const STEPS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50];
const OWN_S = 0.6; // after a move of one's own, what the server says is old news for so long
const MINUS = "−";

const words = (name) => name.replaceAll("_", " ");
const stepOf = (row) => (row.integer ? 1 : STEPS.reduce((a, b) => (Math.abs(Math.log((b * 400) / (row.high - row.low))) < Math.abs(Math.log((a * 400) / (row.high - row.low))) ? b : a)));

export class Panel {
  /** `send(name, value)` is called for each move; `hint` is the line that explains. `favour(name, on)` asks for a
   * favourite, `name(direction, text)` for a direction's name. */
  constructor(form, faders, hint, send, favour = () => {}, name = () => {}) {
    Object.assign(this, { form, faders, hint, send, favour, nameDirection: name, controls: new Map(), waiting: new Map(), sets: new Map(), favourites: [], names: [], about: null });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Make the controls of the table's rows. */
  build(rows) {
    this.form.replaceChildren();
    this.faders.replaceChildren();
    this.controls.clear();
    this.sets.clear();
    this.about = null;
    this.#set("favourites");
    for (const group of new Set(rows.map((row) => row.group))) {
      const members = rows.filter((row) => row.group === group);
      if (group === "steer") {
        members.forEach((row, i) => this.faders.append(this.#fader(row, i + 1)));
        continue;
      }
      this.#set(group);
      for (const row of members) this.#row(row);
    }
    this.favourite(this.favourites);
    this.name(this.names);
  }

  #set(group) {
    const legend = element("legend", { textContent: group });
    const set = element("fieldset", {}, legend);
    set.dataset.group = legend.dataset.word = group;
    foldable(set, legend, group, (phone) => phone && group !== "favourites");
    this.sets.set(group, set);
    this.form.append(set);
  }

  /** Put these parameters on top, the others where the table has them. */
  favourite(names) {
    this.favourites = names;
    const rows = [...this.controls.values()].filter((control) => control.box.classList.contains("row"));
    const chosen = names.map((name) => rows.find((control) => control.row.name === name)).filter(Boolean);
    for (const control of [...chosen, ...rows.filter((other) => !chosen.includes(other))]) {
      this.sets.get(chosen.includes(control) ? "favourites" : control.row.group).append(control.box);
    }
    for (const set of this.sets.values()) set.hidden = set.childElementCount < 2;
    if (this.about) this.#explain(this.about);
  }

  /** The names of the directions, "" where one has none. */
  name(names) {
    this.names = names;
    [...this.controls.values()].filter((control) => control.named).forEach((control, i) => control.named(names[i] ?? ""));
  }

  /** What a row does, below it: its sentence, its OSC address, whether it is a favourite. Again: nothing more. */
  explain(name) {
    const same = this.about === name;
    this.about = null;
    this.form.querySelector(".about")?.remove();
    if (!same) this.#explain(name);
  }

  #explain(name) {
    this.form.querySelector(".about")?.remove();
    this.about = name;
    const { row, box } = this.controls.get(name);
    const on = this.favourites.includes(name);
    const star = element("button", { type: "button", className: "star", textContent: on ? "★ favourite" : "☆ favourite" });
    star.setAttribute("aria-pressed", on);
    star.addEventListener("click", () => this.favour(name, !this.favourites.includes(name)));
    box.append(element("div", { className: "about" }, element("p", { textContent: row.description }), copyButton(row.address), star));
  }

  /** Values from the server; a control in the hand is left alone. `moved` is what modulation makes of some of
   * them now, `waiting` what will be set on a line: marks beside the slider's own value. */
  update(values, moved = {}, waiting = []) {
    const now = performance.now() / 1000;
    const next = Object.fromEntries(waiting.map((change) => [change.name, change.value]));
    for (const [name, control] of this.controls) {
      control.mark("now", moved[name]);
      control.mark("next", next[name]);
      if (values[name] === undefined || values[name] === null || control.held || now - control.moved < OWN_S) continue;
      control.show(values[name]);
    }
  }

  /** Where the latent is along each direction: the bars behind the faders. */
  directions(values) {
    for (const [i, bar] of [...this.faders.querySelectorAll(".now")].entries()) {
      const size = Math.max(-1, Math.min(1, (values[i] ?? 0) / 3));
      bar.style.transform = `scaleY(${size.toFixed(3)})`;
    }
  }

  /** Where knobs stand that have not taken over: a mark beside the value. */
  knobs(knobs) {
    for (const [name, { row, knob, box }] of this.controls) {
      const [value, holds] = knobs[name] ?? [0, true];
      knob.hidden = holds;
      knob.style.setProperty("--knob", (value - row.low) / (row.high - row.low));
      box.classList.toggle("apart", !holds);
    }
  }

  value(name) { return this.controls.get(name)?.value; }

  /** Set one from elsewhere on the page: shown at once and sent. */
  set(name, value) {
    const control = this.controls.get(name);
    if (!control) return;
    control.value = Math.min(control.row.high, Math.max(control.row.low, value));
    control.moved = performance.now() / 1000;
    control.show(control.value);
    this.#send(name, control.value);
  }

  // At most one message a parameter and frame: a finger moves faster than a network.
  #send(name, value) {
    if (!this.waiting.size) requestAnimationFrame(() => { for (const [n, v] of this.waiting) this.send(n, v); this.waiting.clear(); });
    this.waiting.set(name, value);
  }

  #row(row) {
    const id = `param-${row.name}`;
    const label = element("label", { htmlFor: id, textContent: words(row.name) });
    const output = element("output", { htmlFor: id });
    const input = row.choices.length ? this.#select(row, id) : this.#range(row, id);
    const box = element("div", { className: "row" }, label, row.choices.length ? input : element("div", { className: "track" }, input, ...marks()));
    if (row.choices.length) label.append(element("small", { className: "will" }));
    box.dataset.learn = row.name;
    if (!row.choices.length) box.append(output);
    this.#connect(row, input, box, (value) => {
      const digits = row.integer ? 0 : Math.max(0, Math.ceil(-Math.log10(stepOf(row) * 1.0001)));
      const text = value.toFixed(Math.min(2, digits)).replace("-", MINUS);
      output.replaceChildren(text, row.unit ? element("small", { textContent: row.unit === "x" ? "×" : ` ${row.unit}` }) : "");
      input.setAttribute("aria-valuetext", `${text} ${row.unit}`.trim());
    });
    label.addEventListener("dblclick", () => this.set(row.name, row.default));
    label.addEventListener("click", (event) => {
      event.preventDefault();
      this.explain(row.name);
    });
    input.addEventListener("keydown", (event) => { if (event.key === "F2") this.explain(row.name); });
  }

  #fader(row, number) {
    const input = this.#range(row, `param-${row.name}`);
    input.setAttribute("orient", "vertical");
    input.setAttribute("aria-label", `steer direction ${number}`);
    const label = element("button", { type: "button", className: "name", title: "Give this direction a name" });
    const output = element("output");
    const well = element("div", { className: "well" }, element("div", { className: "now" }), input, ...marks(), output);
    const box = element("div", { className: "fader" }, well, label);
    box.dataset.learn = row.name;
    this.#connect(row, input, box, (value) => {
      output.textContent = value ? `${value > 0 ? "+" : MINUS}${Math.abs(value).toFixed(1)}` : "";
      input.setAttribute("aria-valuetext", `${value.toFixed(2)} standard deviations`);
    });
    this.controls.get(row.name).named = (name) => {
      label.textContent = name || number;
      label.setAttribute("aria-label", name ? `Direction ${number}, ${name}: name it anew` : `Name direction ${number}`);
      input.setAttribute("aria-label", `steer direction ${number}${name ? `, ${name}` : ""}`);
    };
    label.addEventListener("click", () => this.#rename(label, number));
    return box;
  }

  #rename(label, number) {
    const field = element("input", { type: "text", className: "rename", maxLength: 32, value: this.names[number - 1] ?? "", placeholder: `name ${number}` });
    field.setAttribute("aria-label", `Name of direction ${number}`);
    let left = false;
    const leave = (keep) => {
      if (left) return;
      left = true;
      field.replaceWith(label);
      if (keep && field.value.trim() !== (this.names[number - 1] ?? "")) this.nameDirection(number, field.value.trim());
    };
    field.addEventListener("blur", () => leave(true));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // these are letters, not the keys of the show
      if (event.key === "Enter" || event.key === "Escape") leave(event.key === "Enter");
    });
    label.replaceWith(field);
    field.select();
  }

  #range(row, id) {
    const input = element("input", { type: "range", id, min: row.low, max: row.high, step: stepOf(row) });
    const from = row.low < 0 ? (-row.low / (row.high - row.low)) * 100 : 0;
    input.style.setProperty("--from", `${from}%`);
    return input;
  }

  #select(row, id) {
    return element("select", { id }, ...row.choices.map((text, i) => element("option", { value: i, textContent: text })));
  }

  #connect(row, input, box, write) {
    const knob = element("i", { className: "knob", hidden: true, title: "The knob stands here. Move it past the value, and it takes over." });
    input.after(knob);
    const control = { row, box, knob, value: row.value, held: false, moved: -1 };
    control.show = (value) => {
      control.value = value;
      if (Number(input.value) !== value) input.value = value;
      input.style.setProperty("--at", `${((value - row.low) / (row.high - row.low)) * 100}%`);
      box.classList.toggle("moved", Math.abs(value - row.default) > 1e-6);
      write(value);
    };
    const will = box.querySelector(".will");
    const marked = { now: null, next: null };
    control.mark = (which, value = null) => {
      if (marked[which] === value) return;
      marked[which] = value;
      box.classList.toggle(which === "now" ? "moving" : "waits", value !== null);
      if (value !== null) box.style.setProperty(`--${which}`, ((value - row.low) / (row.high - row.low)).toFixed(4));
      if (will) will.textContent = [marked.now === null ? "" : ` · ${row.choices[marked.now]}`, marked.next === null ? "" : ` → ${row.choices[marked.next]}`].join("");
    };
    this.controls.set(row.name, control);
    input.addEventListener("input", () => this.set(row.name, Number(input.value)));
    input.addEventListener("pointerdown", () => (control.held = true));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) input.addEventListener(end, () => (control.held = false));
    input.addEventListener("dblclick", () => this.set(row.name, row.default));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" || event.key === "Delete") this.set(row.name, row.default);
    });
    const explain = () => this.hint.replaceChildren(row.description, element("code", { textContent: row.address }));
    box.addEventListener("pointerenter", explain);
    box.addEventListener("focusin", explain);
    control.show(row.value);
  }
}

/** Where modulation has it now, and where it will be on its line. */
function marks() {
  return ["mark-now", "mark-next"].map((className) => element("i", { className, ariaHidden: "true" }));
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
