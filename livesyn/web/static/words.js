// A sentence for every word that a newcomer may not know: beside the word, and together in the help.

export const WORDS = {
  attribute: "A property of pictures, such as light or warmth: add what the music makes of it.",
  bar: "Four beats. Each bar is made from what was seen before it.",
  beat: "The lamp that is lit is the beat that sounds now, one to four.",
  blackout: "All pictures go black until you press it again. Panic is for notes.",
  crossfader: "On the left the live picture is heard, on the right the scene that is chosen.",
  "pictures dropped": "Pictures that a newer one replaced before they were looked at: no harm, the newest counts.",
  engine: "The nets that turn pictures into music. The notes go on if it stalls.",
  favourites: "Parameters that you want at hand. Click a parameter's name, then the star.",
  "flashes held back": "Pictures that were dimmed so that nothing flashes more than three times a second.",
  freeze: "Hold what is seen: the music stays where it is.",
  hold: "The bar that plays repeats, until you press again.",
  mute: "No notes; the clock goes on, and what sounds is ended.",
  lamps: "Stage lamps that follow the show, by Art-Net or sACN.",
  latency: "How much earlier or later each output is sent, so that all of them meet in the room.",
  latent: "The place, in a space of melodies, where the picture has led to: each stroke is one of its numbers.",
  "late notes": "Notes that were sent after their time. There should be none.",
  levels: "Loudness, low, middle and high band, and attacks of what is heard.",
  listen: "Hear the notes here, played by this browser.",
  midi: "Where the notes are sent: a synthesizer, a sampler, another program.",
  modulation: "Something that moves by itself, such as a slow wave, pushes a parameter about its slider.",
  music: "How the notes are drawn and shaped: key, range, density, loudness.",
  pad: "Push the latent along two directions at once. The bright dot is your push, the faint one where the music is.",
  painting: "The picture that the sound paints.",
  paintings: "Pictures painted from the sound, each second.",
  panic: "End every note at once, now and a moment later. The show goes on.",
  picture: "What the show looks at: a camera, a film, images or its own visuals.",
  "picture to latent": "How long it takes until a picture is a place in the space of melodies.",
  pictures: "Pictures that are looked at, each second.",
  "player late, p99": "How late notes are sent; 99 of 100 are earlier than this. Below 5 ms nobody hears it.",
  presets: "Values of the parameters under a name. Tempo, scenes, freeze and blackout are left as they are.",
  priority: "Real-time: the machine lets the notes go first. Ordinary: other programs may delay them.",
  radius: "How far the latent is from the middle: 1 is usual, more is stranger.",
  "bar ready ahead by": "How long before it sounds a bar is ready. Below 200 ms it gets tight.",
  "bars repeated": "Bars that were not ready in time: the last one was played again.",
  remembers: "What is left of the picture in the music: painted from the notes alone.",
  scenes: "A scene is a moment that was kept. Press a full pad to go there; press Store, then a pad, to keep what is heard now.",
  scene: "A moment that was kept, and how far the music is on its way there.",
  sound: "What is heard: a microphone, a file or another program. Here: how much of each level counts.",
  "sound to painting": "How long it takes until a sound is seen in the painting.",
  steer: "Twelve directions in which the music changes most. Click a number to give it a name of your own.",
  stream: "The painting as a stream of JPEGs, for a mixer, a player or a patch.",
  sync: "How the show follows who leads the beat: how far off, and in bars of how many beats.",
  tap: "Press in time with the music, four times or more, and the tempo follows.",
  tempo: "Beats a minute.",
  "tempo source": "Who leads the beat: the show's own clock, an Ableton Link session or a MIDI clock.",
  transport: "The clock: tempo, swing, and when things are sent.",
};

const WAIT_MS = 350;

/** Shows the sentence of what has `data-word`: under a mouse after a moment, at a tap or click where that does nothing
 * else. Escape and a press elsewhere hide it. */
export class Tip {
  constructor(box) {
    this.box = box;
    this.of = this.over = null;
    addEventListener("pointerover", (event) => {
      const word = wordOf(event.target);
      if (event.pointerType !== "mouse" || word === this.over) return; // what changes its text is entered again and again
      clearTimeout(this.timer);
      this.over = word;
      if (word !== this.of) this.hide();
      if (word) this.timer = setTimeout(() => this.show(word), WAIT_MS);
    });
    addEventListener("click", (event) => {
      clearTimeout(this.timer);
      const word = wordOf(event.target);
      const shown = word && word === this.of;
      this.hide();
      if (word && !shown && !event.target.closest("button, a, input, select, label, summary")) this.show(word);
    });
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.hide(); });
    addEventListener("scroll", () => this.hide(), true);
  }

  show(element) {
    const { box } = this;
    this.of = element;
    const now = element.closest(".lights li")?.lastElementChild.textContent; // of a light: how it is now
    box.textContent = WORDS[element.dataset.word] + (now ? ` Now: ${now}.` : "");
    box.hidden = false;
    const place = element.getBoundingClientRect(), size = box.getBoundingClientRect();
    const below = place.bottom + 8 + size.height < innerHeight;
    box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    box.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - size.height - 8)}px`;
  }

  hide() {
    this.of = null;
    this.box.hidden = true;
  }
}

const wordOf = (target) => {
  const found = target.closest?.("[data-word]");
  return found && WORDS[found.dataset.word] ? found : null;
};

/** All words and their sentences, into the help. */
export function listWords(list) {
  for (const [word, about] of Object.entries(WORDS).sort(([a], [b]) => a.localeCompare(b))) {
    const line = document.createElement("div");
    line.append(Object.assign(document.createElement("dt"), { textContent: word }), Object.assign(document.createElement("dd"), { textContent: about }));
    list.append(line);
  }
}
