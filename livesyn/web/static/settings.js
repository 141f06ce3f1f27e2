// What all pages of a show share: favourites, names of directions, presets. The server keeps them.

export class Settings {
  /** `send(message)` talks to the show; `shown(settings)` is told of what is new. */
  constructor(at, send, shown, complain, headers) {
    Object.assign(this, { at, send, shown, complain, headers, version: null, favourites: [], directions: [], presets: [] });
    at("preset-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = at("preset-name").value.trim();
      if (!name) return at("preset-name").focus();
      this.#send({ preset: name, do: "keep" });
      at("preset-name").value = "";
      at("preset-name").blur();
    });
  }

  /** `version` counts changes at the server. */
  async update(version) {
    if (version === undefined || version === this.version) return;
    this.version = version;
    try {
      const answer = await fetch("/api/settings", { headers: this.headers });
      if (!answer.ok) throw new Error(await answer.text());
      Object.assign(this, await answer.json());
      this.#list();
      this.shown(this);
    } catch (error) {
      this.version = null; // the next state tries again
    }
  }

  forget() { this.version = null; }

  favour(name, on) { this.#send({ favourite: name, on }); }

  name(direction, text) { this.#send({ direction, text }); }

  #send(what) { this.send({ t: "settings", ...what }); }

  #list() {
    const list = this.at("presets-list");
    list.replaceChildren(...this.presets.map((name) => {
      const recall = element("button", { type: "button", className: "key small", textContent: name });
      recall.setAttribute("aria-label", `Recall the preset ${name}`);
      recall.addEventListener("click", () => this.#send({ preset: name, do: "recall" }));
      const remove = element("button", { type: "button", className: "key small away", textContent: "✕" });
      remove.setAttribute("aria-label", `Remove the preset ${name}`);
      remove.addEventListener("click", () => {
        if (remove.dataset.sure) return this.#send({ preset: name, do: "forget" });
        remove.dataset.sure = "1"; // a second press, so that none goes by accident
        remove.textContent = "sure?";
        setTimeout(() => { delete remove.dataset.sure; remove.textContent = "✕"; }, 2500);
      });
      return element("li", {}, recall, remove);
    }));
    if (!this.presets.length) list.append(element("li", { className: "none", textContent: "None yet: give the values of now a name." }));
  }
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
