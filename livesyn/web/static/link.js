// The one WebSocket: opens, measures the clocks, notices silence, comes back with back-off.

import { pageNow } from "./time.js";

const PING_MS = 1500;
const FIRST_PINGS = 6;
const SILENCE_S = 4;
const BACKOFF_S = [0.5, 1, 2, 4, 8];

export class Link {
  /** `on` has text(message), picture(tag, blob), open(), lost(secondsToNextTry). */
  constructor(clock, on, token) {
    this.clock = clock;
    this.on = on;
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws${token ? `?token=${encodeURIComponent(token)}` : ""}`;
    this.failures = 0;
    this.socket = null;
    this.heard = 0;
    setInterval(() => this.#look(), PING_MS);
    this.open();
  }

  get up() { return this.socket?.readyState === WebSocket.OPEN; }

  open() {
    clearTimeout(this.timer);
    this.#drop();
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.failures = 0;
      this.heard = pageNow();
      this.clock.reset();
      for (let i = 0; i < FIRST_PINGS; i++) setTimeout(() => this.#ping(), i * 60);
      this.on.open();
    };
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = () => { if (this.socket === socket) this.#later(); };
    this.socket = socket;
    this.heard = pageNow();
  }

  /** Send a message; false when there is nobody to send it to. */
  send(message) {
    if (!this.up) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  #ping() { this.send({ t: "ping", c: pageNow() }); }

  #look() {
    if (!this.socket) return;
    if (pageNow() - this.heard > SILENCE_S) this.#later();
    else this.#ping();
  }

  #later() {
    this.#drop();
    const wait = BACKOFF_S[Math.min(this.failures++, BACKOFF_S.length - 1)];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait * 1000);
    this.on.lost(wait);
  }

  #drop() {
    const socket = this.socket;
    this.socket = null;
    if (socket) { socket.onclose = socket.onmessage = socket.onopen = null; socket.close(); }
  }

  #hear(data) {
    this.heard = pageNow();
    if (typeof data !== "string") {
      this.on.picture(new Uint8Array(data, 0, 1)[0], new Blob([new Uint8Array(data, 1)], { type: "image/jpeg" }));
      return;
    }
    const message = JSON.parse(data);
    if (message.t === "pong") this.clock.learn(message.c, message.s, this.heard);
    else this.on.text(message);
  }
}
