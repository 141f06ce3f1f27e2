// Scenes: a pad for each; a press recalls it, a press while "store" is on keeps the show there.

export class Scenes {
  /** `send(message)` goes to the server; `at(id)` is an element of the page. */
  constructor(at, send) {
    Object.assign(this, { at, send, shown: "", storing: false });
    at("scene-store").addEventListener("click", () => this.#store(!this.storing));
    at("scene-next").addEventListener("click", () => send({ t: "scene", do: "next" }));
    at("scene-previous").addEventListener("click", () => send({ t: "scene", do: "previous" }));
    at("scene-live").addEventListener("click", () => send({ t: "scene", do: "recall", name: "live" }));
    at("scene-new").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = at("scene-name").value.trim();
      if (name) send({ t: "scene", do: "store", name });
      at("scene-name").value = "";
    });
  }

  /** The scenes as the server has them: `list`, `current`, `next`, `cue`, `cues`. */
  update(scenes) {
    const text = JSON.stringify(scenes ?? null);
    if (text === this.shown) return;
    this.shown = text;
    if (!scenes) return;
    const { list, current, next, cue, cues } = scenes;
    const focused = document.activeElement?.dataset?.scene;
    this.at("scene-pads").replaceChildren(...list.map((scene) => this.#pad(scene, current, next)));
    if (focused) this.at("scene-pads").querySelector(`[data-scene="${CSS.escape(focused)}"]`)?.focus();
    this.at("scene-set").hidden = !cues.length;
    this.at("scene-cue").textContent = cues.length ? `${cue} of ${cues.length}` + (cue < cues.length ? `, then ${cues[cue]}` : "") : "";
    this.at("scene-count").textContent = next ? `${next} comes` : current;
  }

  #pad({ name, full, about, wrong }, current, next) {
    const state = name === current ? "current" : name === next ? "next" : full ? "full" : "empty";
    const title = wrong || about || (full ? "Recall this scene." : "Empty: switch on store, then press this to keep the show as it is.");
    const pad = element("button", { type: "button", className: `scene ${state}${wrong ? " wrong" : ""}`, title, textContent: name });
    pad.dataset.scene = name;
    pad.dataset.learn = `recall_${name}`;
    pad.setAttribute("aria-pressed", name === current);
    pad.setAttribute("aria-label", `scene ${name}, ${state}`);
    pad.addEventListener("click", () => {
      if (this.storing) this.send({ t: "scene", do: "store", name });
      else this.send({ t: "scene", do: "recall", name });
      this.#store(false);
    });
    return element("li", {}, pad);
  }

  #store(on) {
    this.storing = on;
    this.at("scene-store").setAttribute("aria-pressed", on);
    this.at("scene-pads").classList.toggle("storing", on);
  }
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
