// The measured numbers: what the show says of itself, and which of it is bad news.

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

export class Numbers {
  constructor(list) {
    this.cells = NUMBERS.map(([name]) => {
      const line = document.createElement("div");
      line.dataset.word = name;
      line.append(Object.assign(document.createElement("dt"), { textContent: name }), document.createElement("dd"));
      list.append(line);
      return line.lastElementChild;
    });
  }

  /** `numbers` as they are now, of a show that sees or only listens. */
  show(numbers, sees) {
    NUMBERS.forEach(([, read, when], i) => {
      const cell = this.cells[i];
      const [value, digits, unit, bad = false] = read(numbers);
      const known = value !== null && value !== undefined;
      cell.parentElement.hidden = when === "sees" ? !sees : when === "paints" && !known;
      cell.textContent = !known ? "–" : typeof value === "number" ? `${value.toFixed(digits)} ` : value;
      if (known && unit) cell.append(Object.assign(document.createElement("small"), { textContent: unit }));
      cell.classList.toggle("bad", known && bad);
    });
  }
}
