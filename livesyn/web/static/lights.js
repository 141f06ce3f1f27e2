// A light for each source, model, output and client, and one for them all: the worst of them.

const WORST = ["lost", "slow", "opening", "running", "off"];

export class Lights {
  /** `box` is a <details> with a summary and a list. */
  constructor(box) {
    Object.assign(this, { box, head: box.querySelector("summary"), list: box.querySelector("ul"), told: "" });
  }

  /** `lights` is a list of kind, name, state and reason. */
  update(lights = []) {
    const told = JSON.stringify(lights);
    if (told === this.told) return;
    this.told = told;
    this.box.hidden = !lights.length;
    this.head.dataset.state = WORST.find((state) => lights.some((light) => light.state === state)) ?? "off";
    const failing = lights.filter((light) => light.state === "lost" || light.state === "slow");
    const running = lights.filter((light) => light.state === "running").length;
    this.head.lastElementChild.textContent = failing.length ? failing.map((light) => light.name).join(", ") : `${running} run`;
    this.list.replaceChildren(...lights.map(({ kind, name, state, reason }) => {
      const item = document.createElement("li");
      item.dataset.state = state;
      const word = (tag, textContent) => Object.assign(document.createElement(tag), { textContent });
      item.append(word("i", ""), word("b", kind), " ", word("span", [state === "running" ? name : `${name}: ${state}`, reason].filter(Boolean).join(", ")));
      return item;
    }));
  }
}
