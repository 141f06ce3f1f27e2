// A small synthesiser: a struck bell over two soft strings, into an echo and a room.

const ECHO_BEATS = 0.75;
const ROOM_S = 2.6;

// What a drum sounds like: pitch and level of its skin, level and lower edge of its noise, seconds.
const DRUMS = [
  { keys: [35, 36], hz: 52, tone: 1.5, hiss: 0, above: 0, rings: 0.35 },
  { keys: [38, 37, 39, 40], hz: 185, tone: 0.5, hiss: 0.55, above: 1400, rings: 0.22 },
  { keys: [42, 44], hz: 0, tone: 0, hiss: 0.28, above: 7500, rings: 0.07 },
  { keys: [46], hz: 0, tone: 0, hiss: 0.28, above: 6800, rings: 0.35 },
  { keys: [41, 43, 45], hz: 88, tone: 1, hiss: 0.05, above: 900, rings: 0.35 },
  { keys: [47, 48], hz: 124, tone: 0.9, hiss: 0.05, above: 900, rings: 0.3 },
  { keys: [50], hz: 168, tone: 0.8, hiss: 0.05, above: 900, rings: 0.28 },
  { keys: [49, 52, 55, 57], hz: 0, tone: 0, hiss: 0.4, above: 4200, rings: 1.1 },
  { keys: [51, 53, 59], hz: 2900, tone: 0.05, hiss: 0.14, above: 8200, rings: 0.5 },
];

export class Synth {
  constructor(context, volume) {
    this.context = context;
    this.voices = new Set();
    this.out = new GainNode(context);
    const limiter = new DynamicsCompressorNode(context, { threshold: -14, ratio: 6, attack: 0.004, release: 0.2 });
    this.out.connect(limiter).connect(context.destination);
    this.volume = volume;

    this.dry = new GainNode(context, { gain: 0.8 });
    this.dry.connect(this.out);

    this.echo = new DelayNode(context, { maxDelayTime: 3, delayTime: 0.4 });
    const dark = new BiquadFilterNode(context, { type: "lowpass", frequency: 1900 });
    const again = new GainNode(context, { gain: 0.3 });
    const echoed = new GainNode(context, { gain: 0.2 });
    this.dry.connect(this.echo).connect(dark).connect(again).connect(this.echo);
    dark.connect(echoed).connect(this.out);

    const room = new ConvolverNode(context, { buffer: emptyRoom(context) });
    const far = new GainNode(context, { gain: 0.34 });
    this.dry.connect(room).connect(far).connect(this.out);
    dark.connect(room);
  }

  set volume(level) { this.out.gain.setTargetAtTime(level * level, this.context.currentTime, 0.02); }

  set tempo(bpm) { this.echo.delayTime.setTargetAtTime(Math.min(2.9, (ECHO_BEATS * 60) / bpm), this.context.currentTime, 0.1); }

  /** Sound MIDI `pitch` from `at` for `length` seconds of the context's time. */
  play(pitch, velocity, at, length) {
    const context = this.context;
    const hz = 440 * 2 ** ((pitch - 69) / 12);
    const force = velocity / 127;
    const end = at + Math.max(0.06, length);
    const stop = end + 1.2;

    const gate = new GainNode(context); // closed at once by release()
    const swell = new GainNode(context, { gain: 0 });
    const peak = 0.09 + 0.2 * force ** 1.6;
    swell.gain.setValueAtTime(0, at);
    swell.gain.linearRampToValueAtTime(peak, at + 0.006);
    swell.gain.setTargetAtTime(peak * 0.42, at + 0.006, 0.28);
    swell.gain.setTargetAtTime(0, end, 0.16);

    const lid = new BiquadFilterNode(context, { type: "lowpass", Q: 0.4 });
    lid.frequency.setValueAtTime(Math.min(9000, hz * (3 + 7 * force)), at);
    lid.frequency.setTargetAtTime(Math.min(5000, hz * 2.2), at, 0.35);
    const sources = [-6, 6].map((detune) => {
      const string = new OscillatorNode(context, { type: "triangle", frequency: hz, detune });
      string.connect(new GainNode(context, { gain: 0.36 })).connect(lid);
      return string;
    });

    const bell = new OscillatorNode(context, { frequency: hz });
    const hammer = new OscillatorNode(context, { frequency: hz * 3.5 });
    const strike = new GainNode(context);
    strike.gain.setValueAtTime(hz * (0.7 + 2.1 * force), at);
    strike.gain.setTargetAtTime(hz * 0.04, at, 0.16);
    hammer.connect(strike).connect(bell.frequency);
    bell.connect(new GainNode(context, { gain: 0.42 })).connect(lid);
    sources.push(bell, hammer);

    const place = new StereoPannerNode(context, { pan: Math.max(-0.6, Math.min(0.6, (pitch - 64) / 45)) });
    lid.connect(swell).connect(gate).connect(place).connect(this.dry);

    const voice = { gate, sources };
    this.voices.add(voice);
    bell.onended = () => { place.disconnect(); this.voices.delete(voice); };
    for (const source of sources) { source.start(at); source.stop(stop); }
  }

  /** Strike the drum on General MIDI key `pitch` at `at`: a falling tone, noise, or both. */
  strike(pitch, velocity, at) {
    const context = this.context;
    const { hz, tone, hiss, above, rings } = DRUMS.find(({ keys }) => keys.includes(pitch)) ?? DRUMS[0];
    const loud = 0.5 * (velocity / 127) ** 1.6;
    const gate = new GainNode(context);
    gate.connect(this.out);
    const sources = [];
    const voice = (source, through, level) => {
      const fade = new GainNode(context, { gain: 0 });
      fade.gain.setValueAtTime(level * loud, at);
      fade.gain.setTargetAtTime(0, at + 0.002, rings / 4);
      source.connect(through).connect(fade).connect(gate);
      source.start(at);
      source.stop(at + 2 * rings);
      sources.push(source);
    };
    if (tone) {
      const skin = new OscillatorNode(context, { frequency: hz });
      skin.frequency.setValueAtTime(2.4 * hz, at);
      skin.frequency.setTargetAtTime(hz, at, 0.02);
      voice(skin, new GainNode(context), tone);
    }
    if (hiss) {
      this.noise ??= noise(context);
      voice(new AudioBufferSourceNode(context, { buffer: this.noise, loop: true }), new BiquadFilterNode(context, { type: "highpass", frequency: above }), hiss);
    }
    const struck = { gate, sources };
    this.voices.add(struck);
    sources[0].onended = () => { gate.disconnect(); this.voices.delete(struck); };
  }

  /** Let go of everything that sounds or is about to. */
  release() {
    const now = this.context.currentTime;
    for (const { gate, sources } of this.voices) {
      gate.gain.setTargetAtTime(0, now, 0.015);
      for (const source of sources) source.stop(now + 0.15);
    }
  }
}

/** A second of white noise. */
function noise(context) {
  const buffer = new AudioBuffer({ numberOfChannels: 1, length: context.sampleRate, sampleRate: context.sampleRate });
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}

/** A room that was never built: noise that fades, darker as it goes. */
function emptyRoom(context) {
  const rate = context.sampleRate;
  const buffer = new AudioBuffer({ numberOfChannels: 2, length: Math.round(ROOM_S * rate), sampleRate: rate });
  for (let side = 0; side < 2; side++) {
    const samples = buffer.getChannelData(side);
    let held = 0;
    for (let i = 0; i < samples.length; i++) {
      const age = i / samples.length;
      held += (Math.random() * 2 - 1 - held) * (0.5 - 0.42 * age);
      samples[i] = held * (1 - age) ** 3 * Math.min(1, i / (0.012 * rate));
    }
  }
  return buffer;
}
