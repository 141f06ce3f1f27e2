// MIDI learn: which control moves what; a click on a control of the page, and a move of a knob.

const WORDS = {
  mode: "How it acts. pickup: a knob that takes over when it has passed the value. jump: at once. trigger, toggle, momentary, next, up, down: buttons. twos, signed, offset: endless encoders; try another of the three if one jumps or runs backwards.",
  low: "The value at the low end of the knob",
  high: "The value at the high end of the knob",
  curve: "linear: even. exp: fine at the low end. log: fine at the high end. s: fine at both ends.",
  inverted: "Turned round: the knob's low end is the high value",
};
const KEY = /^key (.)$/;

export class Learning {
  /** `at(id)` finds elements; `panel` has the controls; `send(message)` talks to the show; `complain(text)` to the person. */
  constructor(at, panel, send, complain, token) {
    Object.assign(this, { at, panel, send, complain, on: false, version: null, target: "", rows: [], actions: {}, modes: {}, curves: [] });
    this.headers = token ? { Authorization: `Bearer ${token}` } : {};
    addEventListener("click", (event) => this.#choose(event), true);
    addEventListener("pointerdown", (event) => { if (this.#targetOf(event)) event.preventDefault(); }, true);
    at("learn-default").addEventListener("click", () => send({ t: "map", do: "default" }));
    at("learn-clear").addEventListener("click", () => send({ t: "map", do: "clear" }));
    at("learn-close").addEventListener("click", () => this.toggle());
    at("learn-file").addEventListener("change", () => this.#upload());
  }

  toggle() {
    this.on = !this.on;
    document.body.classList.toggle("learns", this.on);
    this.at("learn").hidden = !this.on;
    this.at("learn-key").setAttribute("aria-pressed", this.on);
    if (!this.on) this.send({ t: "learn", to: "" });
    this.#mark();
  }

  /** What the show says of its map. */
  update(mapping) {
    if (!mapping) return;
    if (mapping.version !== this.version) {
      this.version = mapping.version;
      this.#load();
    }
    this.panel.knobs(mapping.knobs);
    if (!this.on) return;
    const changed = mapping.target !== this.target;
    this.target = mapping.target;
    if (changed) this.#mark();
    const learnt = mapping.learnt;
    write(this.at("learn-says"), this.target
      ? `Now move the knob, fader, button or key for ${words(this.target)}. Turn an endless encoder to the right, then to the left.`
      : learnt ? `${learnt.control}${learnt.channel ? ` on channel ${learnt.channel}` : ""} moves ${words(learnt.to)} (${learnt.mode}). Click another control, or close.`
      : "Click a control of this page, then move a knob. What a knob moves lights up.");
    const ports = mapping.ports.map((port) => port.name + (port.state === "running" ? "" : ` (${[port.state, port.reason].filter(Boolean).join(": ")})`));
    write(this.at("learn-ports"), ports.length ? `Listening to ${ports.join(", ")}.` : "No MIDI port is listened to yet: click a control, and a port “livesyn control” is made to connect your controller to. To name a port, start with --midi-control NAME.");
    write(this.at("learn-heard"), mapping.heard ? `Last heard: ${mapping.heard}` : "");
  }

  /** A key of the computer; true when it is for a control. */
  key(event, down) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (!key || (!(this.on && this.target) && !this.rows.some((row) => row.control === `key ${key}`))) return false;
    this.send({ t: "key", key, down });
    return true;
  }

  #targetOf(event) {
    if (!this.on) return null;
    const found = event.target.closest?.("[data-learn]");
    return found && !(found.dataset.learn === "panic" && !found.closest("#learn")) ? found : null; // panic always panics
  }

  #choose(event) {
    const found = this.#targetOf(event);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    this.send({ t: "learn", to: found.dataset.learn === this.target ? "" : found.dataset.learn });
  }

  async #load() {
    try {
      const answer = await fetch("/api/map", { headers: this.headers });
      if (!answer.ok) throw new Error(await answer.text());
      Object.assign(this, await answer.json());
      this.#list();
      this.#mark();
    } catch (error) {
      this.version = null; // the next state tries again
    }
  }

  async #upload() {
    const [file] = this.at("learn-file").files;
    this.at("learn-file").value = "";
    if (!file) return;
    try {
      const answer = await fetch("/midi-map.toml", { method: "PUT", headers: this.headers, body: await file.text() });
      if (!answer.ok) throw new Error(await answer.text());
    } catch (error) {
      this.complain(error.message);
    }
  }

  /** Lights for what can be learnt, with the name of what moves it. */
  #mark() {
    const by = new Map();
    for (const row of this.rows) by.set(row.to, [...(by.get(row.to) ?? []), row.control]);
    for (const element of document.querySelectorAll("[data-learn]")) {
      const name = element.dataset.learn;
      element.classList.toggle("waits", this.on && name === this.target);
      element.classList.toggle("mapped", this.on && by.has(name));
      if (this.on && by.has(name)) element.dataset.by = by.get(name).join(", ");
      else delete element.dataset.by;
    }
  }

  #list() {
    const actions = this.at("learn-actions");
    actions.replaceChildren(...Object.entries(this.actions).map(([name, about]) => {
      const button = element("button", { type: "button", className: "key small", textContent: words(name), title: about });
      button.dataset.learn = name;
      return button;
    }));
    this.at("learn-rows").replaceChildren(...this.rows.map((row) => this.#row(row)));
  }

  #row(row) {
    const put = (change) => { // at once, so that the next change knows of this one
      const instead = { ...row };
      this.send({ t: "map", row: Object.assign(row, change), instead });
    };
    const number = (name) => {
      const input = element("input", { type: "number", step: "any", value: row[name] ?? "", placeholder: name, title: WORDS[name] });
      input.setAttribute("aria-label", `${words(row.to)}: ${WORDS[name]}`);
      input.addEventListener("change", () => put({ [name]: input.value === "" ? null : Number(input.value) }));
      return input;
    };
    const choice = (name, options) => {
      const select = element("select", { title: WORDS[name] }, ...options.map((text) => element("option", { value: text, textContent: text, selected: text === row[name] })));
      select.setAttribute("aria-label", `${words(row.to)}: ${name}`);
      select.addEventListener("change", () => put({ [name]: select.value }));
      return select;
    };
    const inverted = element("input", { type: "checkbox", checked: row.inverted, title: WORDS.inverted });
    inverted.setAttribute("aria-label", `${words(row.to)}: inverted`);
    inverted.addEventListener("change", () => put({ inverted: inverted.checked }));
    const remove = element("button", { type: "button", className: "word", textContent: "remove" });
    remove.addEventListener("click", () => this.send({ t: "map", row: null, instead: row }));
    const acts = row.to in this.actions || /^(recall|store)_/.test(row.to);
    const where = [row.channel ? `channel ${row.channel}` : "", row.port].filter(Boolean).join(", ");
    const cells = [
      element("b", { textContent: KEY.test(row.control) ? row.control.toUpperCase().replace("KEY", "key") : row.control }), element("small", { textContent: where }),
      element("span", { textContent: words(row.to) }),
      choice("mode", Object.keys(this.modes)),
      ...(acts ? [] : [number("low"), number("high"), choice("curve", this.curves), element("label", { title: WORDS.inverted }, inverted, " inverted")]),
      remove,
    ];
    return element("li", { className: acts ? "acts" : "" }, ...cells);
  }
}

const words = (name) => name.replaceAll("_", " ");

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
