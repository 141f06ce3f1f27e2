// Who leads the beat: shown beside the tempo, and chosen there where a show can be led.

const WORDS = { internal: "own clock", link: "Ableton Link", midi: "MIDI clock" };

export class TempoSource {
  constructor(at, panel) {
    Object.assign(this, { select: at("sync"), text: at("tempo-source"), box: at("tempo-source").parentElement });
    this.select.addEventListener("change", () => {
      panel.set("sync", Number(this.select.value));
      this.select.blur();
    });
  }

  /** `row` of the parameter that chooses, if there is one. */
  build(row) {
    this.select.replaceChildren(...(row?.choices ?? []).map((name, value) => Object.assign(document.createElement("option"), { value, textContent: WORDS[name] ?? name })));
    this.select.hidden = !row;
    this.text.hidden = Boolean(row);
  }

  /** `light` of who leads, and the parameter's value. Returns both in words. */
  update(light, value = 0) {
    if (document.activeElement !== this.select) this.select.value = value;
    const state = light?.state ?? "off";
    this.box.dataset.state = state;
    this.box.title = light?.reason ?? "";
    const name = this.select.options[value]?.textContent ?? WORDS.internal;
    return ["running", "off"].includes(state) ? name : `${name}: ${state}`;
  }
}
