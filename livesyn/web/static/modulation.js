// The modulation matrix: rows in use, and one more to begin with.

const OWN_S = 0.6; // after a move of one's own, what the server says is old news for so long
const MINUS = "−";
const SHAPES = 6; // the first sources are the shapes of an LFO

const HINTS = {
  source: "What moves the parameter: an LFO locked to the beat (sine to random), a level of what is heard (rms is loudness, onset attacks), or where the latent is along a direction.",
  target: "The parameter that is moved. Its slider shows its own value, and a thin mark where it is now.",
  period: "How long one turn of the LFO takes. Turns begin on the beat, whenever you switch it on.",
  phase: "Where in its turn the LFO begins: 0.5 is half a turn later than 0.",
  depth: "How far it moves, in parts of the parameter's range. Below 0 it moves upside down.",
  mode: "Around: to both sides of the slider's value. One-way: from the slider's value to one side.",
  on: "Off keeps the row and lets the parameter stand.",
};

const words = (name) => name.replaceAll("_", " ");

export class Matrix {
  /** `send(row, field, value)` is called for each change, rows from 1; `hint` is the line that explains. */
  constructor(list, hint, send) {
    Object.assign(this, { list, hint, send, choices: null, rows: [], waiting: new Map() });
  }

  /** The names that a field may have, from the server's table. */
  build(choices) {
    this.choices = choices;
    this.rows = [];
    this.list.replaceChildren();
  }

  /** The rows as the server has them; a control in the hand is left alone. */
  update(rows) {
    if (!this.choices || !rows) return;
    while (this.rows.length < rows.length) this.rows.push(this.#row(this.rows.length + 1));
    let spare = true; // the first empty row is shown too
    rows.forEach((values, i) => {
      const used = Boolean(values.target);
      this.rows[i].box.hidden = !used && !spare;
      if (!used) spare = false;
      this.rows[i].show(values);
    });
  }

  #row(number) {
    const controls = {};
    const box = element("li", { className: "modulation-row" });
    const pick = (field, none) => {
      const options = this.choices[field].map((name) => element("option", { value: name, textContent: words(name) || none }));
      return this.#connect(number, field, element("select", {}, ...options), (c) => c.value, (c, v) => (c.value = v));
    };
    const slide = (field, low) => {
      const output = element("output");
      const input = element("input", { type: "range", min: low, max: 1, step: 0.01 });
      input.style.setProperty("--from", low < 0 ? "50%" : "0%");
      const control = this.#connect(number, field, input, (c) => Number(c.value), (c, v) => {
        c.value = v;
        c.style.setProperty("--at", `${((v - low) / (1 - low)) * 100}%`);
        output.textContent = v.toFixed(2).replace("-", MINUS);
      });
      control.node = element("label", {}, element("span", { textContent: field }), input, output);
      return control;
    };
    controls.on = this.#connect(number, "on", element("input", { type: "checkbox" }), (c) => (c.checked ? 1 : 0), (c, v) => (c.checked = Boolean(v)));
    controls.source = pick("source");
    controls.target = pick("target", "nothing yet");
    controls.period = pick("period");
    controls.mode = pick("mode");
    controls.depth = slide("depth", -1);
    controls.phase = slide("phase", 0);
    const node = (name) => controls[name].node ?? controls[name].input;
    box.append(
      element("div", {}, node("on"), node("source"), element("span", { textContent: "→", ariaHidden: "true" }), node("target")),
      element("div", {}, node("period"), node("mode")),
      element("div", {}, node("depth"), node("phase")),
    );
    this.list.append(box);
    const show = (values) => {
      const now = performance.now() / 1000;
      for (const [name, control] of Object.entries(controls))
        if (!control.held && now - control.moved > OWN_S) control.write(control.input, values[name]);
      const lfo = this.choices.source.indexOf(values.source) < SHAPES;
      node("period").hidden = node("phase").hidden = !lfo;
      box.classList.toggle("idle", !values.target || !values.on || values.depth === 0);
      box.classList.toggle("empty", !values.target);
    };
    return { box, show };
  }

  #connect(number, field, input, read, write) {
    const control = { input, write, held: false, moved: -1 };
    input.setAttribute("aria-label", `${field} of modulation row ${number}`);
    input.addEventListener("input", () => {
      control.moved = performance.now() / 1000;
      write(input, read(input));
      this.#send(number, field, read(input));
    });
    input.addEventListener("pointerdown", () => (control.held = input.type === "range"));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) input.addEventListener(end, () => (control.held = false));
    if (input.type === "range") input.addEventListener("dblclick", () => { write(input, 0); this.#send(number, field, 0); });
    const explain = () => this.hint.replaceChildren(HINTS[field], element("code", { textContent: `/livesyn/modulation/${number}/${field}` }));
    input.addEventListener("pointerenter", explain);
    input.addEventListener("focusin", explain);
    return control;
  }

  // At most one message a field and frame.
  #send(number, field, value) {
    if (!this.waiting.size) requestAnimationFrame(() => { for (const message of this.waiting.values()) this.send(...message); this.waiting.clear(); });
    this.waiting.set(`${number} ${field}`, [number, field, value]);
  }
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
