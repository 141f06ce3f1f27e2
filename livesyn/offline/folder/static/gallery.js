// The gallery: pictures on a wall, each with its music. A plain script, since a page that is
// opened as a file may load no modules; data.js has put everything into window.livesynGallery.
"use strict";

(() => {
  const gallery = window.livesynGallery;
  const $ = (id) => document.getElementById(id);
  const SECONDS_A_TICK = 60 / (gallery.bpm * gallery.ticks);
  const LENGTH_S = (gallery.beats * 60) / gallery.bpm;
  const TAIL_S = 1.4; // what rings on after the last bar
  const AHEAD_S = 1.5; // a tab in the background looks once a second
  const LOOK_MS = 150;
  const RATIOS = [0.62, 2.3]; // of width to height, as hung; wider and narrower ones are cut
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const pictures = gallery.pictures.map((picture) => {
    const notes = [];
    for (let i = 0; i < picture.notes.length; i += 4) {
      const [start, length, pitch, velocity] = picture.notes.slice(i, i + 4);
      notes.push({ at: start * SECONDS_A_TICK, length: length * SECONDS_A_TICK, pitch, velocity });
    }
    for (let i = 0; i < (picture.drums ?? []).length; i += 3) {
      const [start, pitch, velocity] = picture.drums.slice(i, i + 3);
      notes.push({ at: start * SECONDS_A_TICK, length: 0, pitch, velocity, drum: true });
    }
    notes.sort((one, other) => one.at - other.at);
    const by = [picture.artist, picture.year].filter(Boolean).join(", ");
    return { ...picture, notes, by, words: plain(`${picture.title} ${by}`) };
  });

  /** Without accents and capitals, to find by. */
  function plain(text) { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(); }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text; // never as HTML: it comes from file names
    return made;
  }

  // ---- sound

  const counts = { scheduled: 0, notes: [] };
  let context, synth, timer;
  let now = -1; // which picture sounds
  let shown = -1; // which one the desk shows
  let started = 0, next = 0;

  function play(index) {
    const Context = window.AudioContext;
    if (!Context) return say("This browser cannot play sound.");
    context ??= new Context();
    synth ??= new Synth(context, $("volume").value / 100);
    context.resume();
    if (now >= 0) silence();
    synth.tempo = gallery.bpm;
    now = index;
    started = context.currentTime + 0.1;
    next = 0;
    timer = setInterval(look, LOOK_MS);
    look();
    show(index);
    const picture = pictures[index];
    say(`Playing ${picture.title}${picture.by ? `, ${picture.by}` : ""}. ${index + 1} of ${pictures.length}.${picture.notes.length ? "" : " It is silent."}`);
  }

  function look() {
    const soon = context.currentTime + AHEAD_S;
    const { notes } = pictures[now];
    while (next < notes.length && started + notes[next].at < soon) {
      const { at, length, pitch, velocity, drum } = notes[next++];
      if (drum) synth.strike(pitch, velocity, Math.max(started + at, context.currentTime));
      else synth.play(pitch, velocity, Math.max(started + at, context.currentTime), length);
      counts.scheduled += 1;
      counts.notes.push({ pitch, at: started + at });
      if (counts.notes.length > 400) counts.notes.shift();
    }
    if (context.currentTime > started + LENGTH_S + TAIL_S) ended();
  }

  function ended() {
    if (walking()) step(1);
    else stop("The music is over.");
  }

  function silence() {
    clearInterval(timer);
    synth.release();
    mark(now, false);
    now = -1;
  }

  function stop(words) {
    if (now < 0) return;
    silence();
    document.body.classList.remove("sounding");
    document.title = gallery.title;
    label();
    draw();
    say(words ?? "Stopped.");
  }

  const toggle = (index) => (now === index ? stop() : play(index));
  const walking = () => $("walk").getAttribute("aria-pressed") === "true";

  /** The next picture that is not hidden, round and round. */
  function step(by) {
    const open = seen();
    if (!open.length) return stop();
    const at = open.indexOf(shown);
    play(open[(at < 0 ? 0 : at + by + open.length) % open.length]);
  }

  // ---- wall

  const wall = $("wall");
  const pieces = pictures.map((picture, index) => {
    const item = element("li");
    const ratio = Math.min(RATIOS[1], Math.max(RATIOS[0], picture.size[0] / picture.size[1]));
    item.style.setProperty("--ratio", ratio.toFixed(4));
    const button = element("button", "piece");
    button.type = "button";
    button.tabIndex = index ? -1 : 0; // one stop for Tab; the arrows go on from there
    button.dataset.index = index;
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", `Play ${picture.title}${picture.by ? `, ${picture.by}` : ""}`);
    const frame = element("span", "frame");
    const image = element("img");
    image.loading = "lazy";
    image.decoding = "async";
    image.alt = "";
    image.width = picture.size[0];
    image.height = picture.size[1];
    image.src = `gallery/thumbs/${picture.key}.jpg`;
    frame.append(image, element("i"));
    const words = element("span", "label");
    const title = element("b", "", picture.title);
    title.dir = "auto";
    words.append(title);
    if (picture.by) words.append(element("span", "", picture.by));
    button.append(frame, words);
    item.append(button);
    return button;
  });
  wall.append(...pieces.map((button) => button.parentElement));

  const seen = () => pieces.flatMap((button, index) => (button.parentElement.hidden ? [] : [index]));

  wall.addEventListener("click", (event) => {
    const button = event.target.closest(".piece");
    if (!button) return;
    hold(Number(button.dataset.index));
    toggle(Number(button.dataset.index));
  });

  /** Make this the one that Tab comes to. */
  function hold(index, focus = false) {
    for (const button of wall.querySelectorAll('[tabindex="0"]')) button.tabIndex = -1;
    pieces[index].tabIndex = 0;
    if (focus) {
      pieces[index].focus({ preventScroll: true });
      pieces[index].parentElement.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    }
  }

  wall.addEventListener("keydown", (event) => {
    const button = event.target.closest(".piece");
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const open = seen();
    const at = open.indexOf(Number(button.dataset.index));
    const to = { ArrowRight: () => open[at + 1], ArrowLeft: () => open[at - 1], Home: () => open[0], End: () => open.at(-1),
      ArrowDown: () => beyond(open, at, 1), ArrowUp: () => beyond(open, at, -1) }[event.key];
    if (!to) return;
    event.preventDefault();
    if (to() !== undefined) hold(to(), true);
  });

  /** The picture of the next row, down or up, that lies nearest below or above. */
  function beyond(open, at, way) {
    const here = pieces[open[at]].getBoundingClientRect();
    const middle = here.left + here.width / 2;
    let row, best, least = Infinity;
    for (let i = at + way; i >= 0 && i < open.length; i += way) {
      const there = pieces[open[i]].getBoundingClientRect();
      if (Math.abs(there.top - here.top) < 4) continue;
      row ??= there.top;
      if (Math.abs(there.top - row) >= 4) break;
      const off = Math.abs(there.left + there.width / 2 - middle);
      if (off < least) [best, least] = [open[i], off];
    }
    return best;
  }

  $("find").addEventListener("input", () => {
    const wanted = plain($("find").value).split(/\s+/).filter(Boolean);
    pictures.forEach((picture, index) => { pieces[index].parentElement.hidden = !wanted.every((word) => picture.words.includes(word)); });
    const open = seen();
    $("none").hidden = open.length > 0;
    if (open.length) hold(open[0]);
    count(open.length);
    say(wanted.length ? `${open.length} found.` : `All ${open.length} pictures.`);
  });
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (seen().length) hold(seen()[0], true);
  });

  function count(number) {
    const all = `${pictures.length.toLocaleString("en")} picture${pictures.length === 1 ? "" : "s"}`;
    $("count").textContent = number === pictures.length ? `${all}, each with its music` : `${number.toLocaleString("en")} of ${all}`;
  }

  // ---- desk

  function show(index) {
    if (shown >= 0 && shown !== index) mark(shown, false);
    shown = index;
    const picture = pictures[index];
    const first = $("desk").hidden;
    $("desk").hidden = false;
    if (first) measure();
    for (const place of ["desk", "large"]) {
      $(`${place}-title`).textContent = picture.title;
      $(`${place}-artist`).textContent = picture.by;
    }
    $("desk-picture").src = `gallery/thumbs/${picture.key}.jpg`;
    if ($("large").open) enlarge();
    const links = picture.files.map((file) => {
      const link = element("a", "", file.endsWith(".wav") ? "WAV" : "MIDI");
      link.href = file;
      link.download = "";
      link.setAttribute("aria-label", `${link.textContent} file of ${picture.title}`);
      return link;
    });
    $("files").replaceChildren(...links);
    document.body.classList.add("sounding");
    document.title = `▶ ${picture.title}`;
    mark(index, true);
    label();
    if (!$("large").open) pieces[index].parentElement.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    requestAnimationFrame(frame);
  }

  function mark(index, on) {
    pieces[index].setAttribute("aria-pressed", String(on));
    if (!on) pieces[index].style.removeProperty("--at");
  }

  function label() {
    for (const id of ["play", "large-play"]) $(id).setAttribute("aria-label", now < 0 ? "Play" : "Stop");
  }

  function enlarge() {
    const picture = pictures[shown];
    $("large-picture").src = `gallery/pictures/${picture.key}.jpg`;
    $("large-picture").alt = picture.by ? `${picture.title}, ${picture.by}` : picture.title;
  }

  function say(words) {
    $("said").textContent = "";
    requestAnimationFrame(() => { $("said").textContent = words; });
  }

  function measure() {
    document.documentElement.style.setProperty("--desk", $("desk").hidden ? "0px" : `${$("desk").offsetHeight}px`);
    draw();
  }

  for (const prefix of ["", "large-"]) {
    $(`${prefix}back`).addEventListener("click", () => step(-1));
    $(`${prefix}on`).addEventListener("click", () => step(1));
    $(`${prefix}play`).addEventListener("click", () => toggle(shown));
  }
  $("enlarge").addEventListener("click", () => { enlarge(); $("large").showModal(); $("large-play").focus(); draw(); });
  $("close").addEventListener("click", () => $("large").close());
  $("large").addEventListener("close", () => { hold(shown); $("enlarge").focus(); });
  $("volume").addEventListener("input", () => { if (synth) synth.volume = $("volume").value / 100; });
  $("walk").addEventListener("click", () => {
    $("walk").setAttribute("aria-pressed", String(!walking()));
    if (walking() && now < 0) step(shown < 0 ? 0 : 1);
    else say(walking() ? "The next picture follows by itself." : "The music ends with this picture.");
  });
  addEventListener("keydown", (event) => {
    if ($("large").open && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "Escape" && !$("large").open && event.target !== $("find")) stop();
  });
  addEventListener("resize", measure);

  // ---- score: the notes of what sounds, and where it is

  function frame() {
    if (now < 0) return;
    draw();
    requestAnimationFrame(frame);
  }

  function draw() {
    if (shown < 0) return;
    let at = now < 0 ? 0 : Math.max(0, context.currentTime - started);
    if (calm.matches) at = Math.floor((at * gallery.bpm) / 60) * 60 / gallery.bpm; // from beat to beat
    if (now >= 0) pieces[now].style.setProperty("--at", Math.min(1, at / LENGTH_S).toFixed(4));
    paint($($("large").open ? "large-score" : "desk-score"), pictures[shown].notes, at);
  }

  function paint(canvas, all, at) {
    const notes = all.filter((note) => !note.drum);
    const scale = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const ink = canvas.getContext("2d");
    ink.setTransform(scale, 0, 0, scale, 0, 0);
    ink.clearRect(0, 0, width, height);
    ink.fillStyle = "#2b2c30";
    for (let bar = 4; bar < gallery.beats; bar += 4) ink.fillRect((bar / gallery.beats) * width, 0, 1, height);
    const pitches = notes.map((note) => note.pitch);
    const low = Math.min(60, ...pitches) - 2, high = Math.max(72, ...pitches) + 2;
    const thick = Math.max(3, Math.min(7, height / (high - low)));
    for (const { at: start, length, pitch } of notes) {
      const sounds = now >= 0 && at >= start && at < start + length;
      ink.fillStyle = sounds ? "#fff3d6" : now >= 0 && at >= start ? "#f0b440" : "#7d786e";
      ink.fillRect((start / LENGTH_S) * width, height - ((pitch - low) / (high - low)) * height - thick / 2, Math.max(2, (length / LENGTH_S) * width - 1), thick);
    }
    if (now >= 0) {
      ink.fillStyle = "#f0b440";
      ink.fillRect(Math.min(1, at / LENGTH_S) * width, 0, 1.5, height);
    }
  }

  count(pictures.length);
  window.livesynPlayer = { counts, get playing() { return now; }, get context() { return context; }, get synth() { return synth; } };
})();
