// Which checkpoint plays, and a list to choose another from, for each kind of net in the show.

const KINDS = {
  "syn-vae": ["model", "The net that makes music of pictures. Another one takes over at a bar's line, without a gap."],
  mvnet: ["painter", "The net that paints what is heard. Another one's paintings fade in."],
  style: ["style net", "The net that restyles the camera's picture."],
};

export class Models {
  /** `use(name)` is called when another checkpoint is chosen. */
  constructor(box, use) {
    Object.assign(this, { box, use, lists: new Map(), told: "" });
  }

  /** What is in use by kind, what is being loaded, and what there is to choose from. */
  update(models) {
    const told = JSON.stringify(models ?? null);
    if (told === this.told) return;
    this.told = told;
    const used = models?.used ?? {};
    this.box.hidden = !Object.keys(used).length;
    for (const [kind, list] of this.lists) {
      if (kind in used) continue;
      list.closest("label").remove();
      this.lists.delete(kind);
    }
    for (const [kind, name] of Object.entries(used)) {
      const list = this.lists.get(kind) ?? this.#add(kind);
      const names = models.choices.filter((choice) => choice.kind === kind).map((choice) => choice.name);
      if (!names.includes(name)) names.unshift(name);
      const loads = names.includes(models.loading);
      list.replaceChildren(...names.map((each) => new Option(each === models.loading ? `${each} (loading)` : each, each)));
      list.value = loads ? models.loading : name;
      list.setAttribute("aria-busy", loads);
    }
  }

  #add(kind) {
    const [text, words] = KINDS[kind] ?? [kind, ""];
    const list = document.createElement("select");
    const label = Object.assign(document.createElement("label"), { className: "model", title: words });
    label.append(Object.assign(document.createElement("span"), { textContent: text }), list);
    list.addEventListener("change", () => this.use(list.value));
    this.box.append(label);
    this.lists.set(kind, list);
    return list;
  }
}
