// Scenes as pads: which are full, which is played and which comes next; the crossfader between live and scene.

const SAYS = { current: "now", next: "next", full: "full", empty: "empty" };
const LETTER = 2; // signs: a longer name is written smaller
const MOST_LETTERS = 6; // in one row of the stage view

export class Scenes {
  /** `boxes` get a row of pads each. `orders` are what a pad can ask for: `recall(name)`, `choose(name)` for the
   * crossfader, `store(name)`, `step("next")` or "previous" in the set list; `panel` has the crossfader's parameter. */
  constructor(at, boxes, panel, orders, say) {
    Object.assign(this, { at, boxes, panel, orders, say, rows: [], held: false });
    this.storing = false;
    this.byHand = false;
    at("store").addEventListener("click", () => this.#arm("storing", !this.storing));
    at("by-hand").addEventListener("click", () => this.#arm("byHand", !this.byHand));
    at("fade-live").addEventListener("click", () => {
      panel.set("morph", 0);
      if (this.set?.current && this.set.current !== "live") orders.recall("live");
    });
    for (const step of ["next", "previous"]) at(`scene-${step}`).addEventListener("click", () => orders.step(step));
    at("scene-new").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = at("scene-name"), name = field.value.trim();
      if (name) orders.store(name);
      field.value = "";
      field.blur();
    });
    at("fade-there").addEventListener("click", () => panel.set("morph", 1));
    const fade = at("fade");
    fade.addEventListener("input", () => panel.set("morph", fade.valueAsNumber));
    fade.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) fade.addEventListener(end, () => (this.held = false));
    addEventListener("keydown", (event) => { if (event.key === "Escape" && this.storing) this.#arm("storing", false); });
  }

  /** What the show says of its scenes: `name`, `full`, `current`, `next`, `chosen`, `about`, `wrong`; and of its
   * set list: `cue` of `cues`. */
  update(rows = [], set = this.set) {
    Object.assign(this, { rows, set });
    const cues = set?.cues ?? [];
    this.at("scene-set").hidden = !cues.length;
    write(this.at("scene-cue"), cues.length ? `${set.cue} of ${cues.length}${set.cue < cues.length ? `, then ${cues[set.cue]}` : ""}` : "");
    this.at("scenes").hidden = !rows.length;
    for (const box of this.boxes) {
      box.hidden = !rows.length;
      if (box.childElementCount !== rows.length) box.replaceChildren(...rows.map((_, i) => this.#pad(i)));
      rows.forEach((row, i) => this.#show(box.children[i], row));
      box.classList.toggle("named", rows.length > MOST_LETTERS || rows.some((row) => row.name.length > LETTER));
    }
    this.#scroll(rows.find((row) => row.next) ?? rows.find((row) => row.current));
    const there = rows.find((row) => row.chosen);
    const fade = this.at("fade"), morph = this.panel.value("morph") ?? 0;
    if (!this.held && fade.valueAsNumber !== morph) fade.value = morph;
    fade.style.setProperty("--at", `${morph * 100}%`);
    fade.disabled = !there;
    fade.setAttribute("aria-valuetext", there ? `${Math.round(morph * 100)} percent of scene ${there.name}` : "no scene is chosen");
    write(this.at("fade-there"), there?.name ?? "–");
  }

  // To the one that comes, or else the one that plays: once, a hand may scroll away.
  #scroll(row) {
    for (const box of this.boxes) {
      if (!row || !box.offsetParent || box.dataset.lit === row.name) continue;
      box.dataset.lit = row.name;
      box.scrollTop = box.children[this.rows.indexOf(row)].offsetTop;
    }
  }

  #pad(i) {
    const pad = document.createElement("button");
    pad.type = "button";
    pad.className = "pad";
    pad.append(document.createElement("b"), document.createElement("small"));
    pad.addEventListener("click", (event) => {
      this.#press(this.rows[i]);
      if (event.detail > 0) pad.blur();
    });
    return pad;
  }

  #show(pad, row) {
    const state = row.current ? "current" : row.next ? "next" : row.full ? "full" : "empty";
    pad.dataset.state = state;
    pad.title = row.wrong || row.about || (row.name.length > LETTER ? row.name : "");
    pad.dataset.learn = `recall_${row.name}`;
    pad.setAttribute("aria-pressed", row.current);
    pad.setAttribute("aria-label", this.storing ? `Store as scene ${row.name}${row.full ? ", in place of what it holds" : ""}` : `Scene ${row.name}, ${SAYS[state]}`);
    write(pad.firstChild, row.name);
    write(pad.lastChild, this.storing ? (row.full ? "replace" : "store") : SAYS[state]);
  }

  #press({ name, full }) {
    if (this.storing) {
      this.orders.store(name);
      this.#arm("storing", false);
    } else if (!full) {
      this.say(`Scene ${name} is empty: press Store, then ${name}, and it keeps what is heard now.`);
    } else if (this.byHand) this.orders.choose(name);
    else this.orders.recall(name);
  }

  #arm(what, on) {
    this[what] = on;
    this.at("store").setAttribute("aria-pressed", this.storing);
    this.at("by-hand").setAttribute("aria-pressed", this.byHand);
    for (const box of this.boxes) box.classList.toggle("storing", this.storing);
    this.update(this.rows);
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
