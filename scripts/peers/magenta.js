// Two bars from z by Magenta.js: a MusicVAE of our decoder's sizes with random weights (time does
// not depend on what was learnt), given to it the way it loads published ones. The same lines as
// peers/serve.py: one JSON answer when ready, then one for each line of stdin.
//
//     NODE_PATH=... node magenta.js wasm|cpu 1|64

const readline = require("readline");
const path = require("path");

const [backend, many] = [process.argv[2], Number(process.argv[3])];
const [D, H, V, STEPS] = [256, 256, 90, 32];
const answer = (value) => process.stdout.write(JSON.stringify(value) + "\n");
for (const name of ["log", "info", "warn"]) console[name] = console.error;

// Name to shape, as in a published checkpoint; matrices are (inputs, outputs).
const ENCODER = (way) => `encoder/cell_0/bidirectional_rnn/${way}/multi_rnn_cell/cell_0/lstm_cell/`;
const SHAPES = {
  [ENCODER("fw") + "kernel"]: [V + H, 4 * H],
  [ENCODER("fw") + "bias"]: [4 * H],
  [ENCODER("bw") + "kernel"]: [V + H, 4 * H],
  [ENCODER("bw") + "bias"]: [4 * H],
  "encoder/mu/kernel": [2 * H, D],
  "encoder/mu/bias": [D],
  "decoder/multi_rnn_cell/cell_0/lstm_cell/kernel": [V + D + H, 4 * H],
  "decoder/multi_rnn_cell/cell_0/lstm_cell/bias": [4 * H],
  "decoder/multi_rnn_cell/cell_1/lstm_cell/kernel": [2 * H, 4 * H],
  "decoder/multi_rnn_cell/cell_1/lstm_cell/bias": [4 * H],
  "decoder/z_to_initial_state/kernel": [D, 4 * H],
  "decoder/z_to_initial_state/bias": [4 * H],
  "decoder/output_projection/kernel": [H, V],
  "decoder/output_projection/bias": [V],
};

async function main() {
  delete globalThis.fetch; // the wasm module then reads its file, as in older versions of node
  const nothing = async () => ({ json: async () => [] }); // weights come from below
  const fetched = require.resolve("node-fetch");
  require.cache[fetched] = { id: fetched, loaded: true, exports: nothing };
  const tf = require("@tensorflow/tfjs");
  if (backend === "wasm") {
    const wasm = require("@tensorflow/tfjs-backend-wasm");
    const folder = path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json"));
    wasm.setWasmPaths(path.join(folder, "dist") + path.sep);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend ${backend} here`);
  await tf.ready();
  tf.io.loadWeights = async () => {
    const made = {};
    for (const [name, shape] of Object.entries(SHAPES)) made[name] = tf.randomNormal(shape, 0, 0.05);
    return made;
  };
  const { MusicVAE } = require("@magenta/music/node/music_vae");
  const net = new MusicVAE("memory:", {
    type: "MusicVAE",
    dataConverter: {
      type: "MelodyConverter",
      args: { numSteps: STEPS, minPitch: 21, maxPitch: 108, numSegments: undefined },
    },
  });
  await net.initialize();
  const z = tf.randomNormal([many, D], 0, 1);
  const decode = async () => {
    const events = await net.decodeTensors(z); // the likeliest: wasm draws no random events
    const found = await events.data();
    events.dispose();
    return found;
  };
  const first = await decode();
  if (first.length !== many * STEPS * V) throw new Error(`${first.length} numbers came`);
  for (let call = 0; call < 3; call++) await decode();
  answer({ ready: {} });
  const calls = backend === "cpu" ? 2 : many > 1 ? 4 : 20;
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    const values = [];
    for (let call = 0; call < calls; call++) {
      const start = process.hrtime.bigint();
      await decode();
      values.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    answer({ values });
  }
}

main().catch((error) => {
  answer({ failed: String(error && error.message ? error.message : error).split("\n")[0] });
  process.exitCode = 1;
});
