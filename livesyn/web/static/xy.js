// The pad: two directions of the latent under one finger.

const REACH = 3; // standard deviations, to either side
const STEP = 0.1;
const DIRECTIONS = 12;
const KEPT = "livesyn.pad";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

export class Pad {
  constructor(at, panel) {
    Object.assign(this, { area: at("xy"), dot: at("xy-dot"), here: at("xy-here"), selects: [at("xy-x"), at("xy-y")], spring: at("xy-spring"), panel, pointer: null });
    this.axes = [0, 1];
    this.restore();
    this.name(Array(DIRECTIONS).fill(""));
    const { area } = this;
    area.addEventListener("pointerdown", (event) => {
      if (this.pointer !== null || event.target.closest("[data-learn].waits")) return;
      this.pointer = event.pointerId;
      area.setPointerCapture(event.pointerId);
      this.#move(event);
    });
    area.addEventListener("pointermove", (event) => { if (event.pointerId === this.pointer) this.#move(event); });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      area.addEventListener(end, (event) => {
        if (event.pointerId !== this.pointer) return;
        this.pointer = null;
        if (this.spring.checked) this.set(0, 0);
      });
    }
    area.addEventListener("dblclick", () => this.set(0, 0));
    area.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (step) {
        const far = event.shiftKey ? 5 : 1;
        this.set(...this.value.map((value, i) => value + far * STEP * step[i]));
      } else if (event.key === "Backspace" || event.key === "Delete" || event.key === "Home") this.set(0, 0);
      else return;
      event.preventDefault();
    });
    this.selects.forEach((select, i) => select.addEventListener("change", () => {
      this.axes[i] = Number(select.value);
      this.#keep();
    }));
    this.spring.addEventListener("change", () => this.#keep());
  }

  get value() { return this.axes.map((axis) => this.panel.value(`steer_${axis}`) ?? 0); }

  set(x, y) {
    this.panel.set(`steer_${this.axes[0]}`, x);
    if (this.axes[1] !== this.axes[0]) this.panel.set(`steer_${this.axes[1]}`, y);
    this.#show();
  }

  /** The names of the directions, "" where there is none. */
  name(names) {
    for (const [i, select] of this.selects.entries()) {
      select.replaceChildren(...names.map((name, n) => Object.assign(document.createElement("option"), { value: n, textContent: name ? `${n + 1} ${name}` : `direction ${n + 1}` })));
      select.value = this.axes[i];
    }
  }

  /** Where the latent is along each direction. */
  update(directions) {
    place(this.here, ...this.axes.map((axis) => directions[axis] ?? 0));
    this.#show();
  }

  #move(event) {
    const box = this.area.getBoundingClientRect();
    const along = (at, from, size) => Math.max(-1, Math.min(1, ((at - from) / size) * 2 - 1));
    this.set(REACH * along(event.clientX, box.left, box.width), -REACH * along(event.clientY, box.top, box.height));
  }

  #show() {
    const [x, y] = this.value;
    place(this.dot, x, y);
    this.area.setAttribute("aria-valuenow", x.toFixed(2));
    const names = this.selects.map((select) => select.selectedOptions[0]?.textContent ?? "");
    this.area.setAttribute("aria-valuetext", `${names[0]} ${x.toFixed(1)}, ${names[1]} ${y.toFixed(1)}`);
  }

  restore() {
    try {
      const { axes, spring } = JSON.parse(localStorage.getItem(KEPT));
      if (axes.length === 2 && axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < DIRECTIONS)) this.axes = axes;
      this.spring.checked = spring === true;
    } catch { /* nothing was kept */ }
  }

  #keep() {
    try { localStorage.setItem(KEPT, JSON.stringify({ axes: this.axes, spring: this.spring.checked })); } catch { /* a private window */ }
  }
}

function place(dot, x, y) {
  const part = (value) => 50 + 50 * Math.max(-1, Math.min(1, value / REACH));
  dot.style.left = `${part(x)}%`;
  dot.style.bottom = `${part(y)}%`;
}
