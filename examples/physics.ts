/**
 * Physics-informed regression: a network and an unknown frequency are fitted to a few noisy measurements of an
 * oscillation, `u'' = -frequency^2 u`, whose equation holds at places where nothing was measured.
 *
 * The second derivative is written into the graph by two forward sweeps; training differentiates the result once more.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/physics.ts
 *
 * @module
 */
import {
  buildModel,
  dense,
  fit,
  forward,
  Graph,
  lbfgs,
  type Model,
  normal,
  openSession,
  tensor,
  tensorOf,
  type Value,
  withWeights,
} from "../mod.ts";

/** The frequency to be found, and how many places are measured and not measured. */
const FREQUENCY = 3;
const MEASURED = 24;
const PLACES = 120;

/** The parameters of the network. */
const LAYERS = [0, 1, 2].flatMap((i) => [`layers.${i}.weight`, `layers.${i}.bias`]);

/** Builds the model: times, measurements and which of them count, to the loss and the curve. */
function oscillation({ physics }: { physics: boolean }): Model {
  const g = new Graph({ name: "oscillation" });
  const t = g.input("t", "float32", ["N", 1]);
  const layer = (x: Value, i: number, size: [number, number]) =>
    dense(g, x, { name: `layers.${i}`, size, seed: 1 });
  const hidden = g.tanh(layer(g.tanh(layer(t, 0, [1, 32])), 1, [32, 32]));
  const u = layer(hidden, 2, [32, 1]);
  const derivative = (v: Value) =>
    forward(g, { directions: [{ value: t, tangent: g.add(g.mul(t, 0), 1) }], of: [v] })[0]!;
  const frequency = g.initializer("frequency", tensorOf([1], [1]));
  const residual = g.add(derivative(derivative(u)), g.mul(g.mul(frequency, frequency), u));
  const counts = g.input("counts", "float32", ["N", 1]);
  const square = (v: Value) => g.mul(v, v);
  const error = g.mul(counts, square(g.sub(u, g.input("measured", "float32", ["N", 1]))));
  const mean = (v: Value) => g.reduceMean(v, null, { keepdims: 0 });
  const fitted = g.mul(mean(error), PLACES / MEASURED);
  g.output(physics ? g.add(fitted, g.mul(0.01, mean(square(residual)))) : fitted, "loss");
  g.output(u, "u");
  return buildModel(g);
}

/** Fits with and without the equation, and returns the frequency found and the root mean square errors of both curves. */
export async function run(
  { iterations = 250 } = {},
): Promise<{ frequency: number; error: number; without: number }> {
  const times = Float32Array.from({ length: PLACES }, (_, i) => 4 * i / (PLACES - 1));
  const truth = times.map((t) => Math.sin(FREQUENCY * t));
  const noise = normal({ seed: 1, stream: "noise" }, PLACES, { std: 0.1 });
  // Measurements end at half of the time: the equation alone continues the curve.
  const counts = times.map((_, i) => (i < 2.5 * MEASURED && i % 2.5 < 1 ? 1 : 0));
  const column = (data: Float32Array<ArrayBuffer>) => tensor(data, [PLACES, 1]);
  const data = {
    t: column(times),
    measured: column(truth.map((u, i) => u + noise[i]!)),
    counts: column(counts),
  };
  const fitted = async (physics: boolean) => {
    const model = oscillation({ physics });
    const { state } = await fit({
      model,
      parameters: [...LAYERS, ...(physics ? ["frequency"] : [])],
      optimizer: lbfgs(),
      train: data,
      epochs: iterations,
      batchSize: PLACES,
    });
    await using session = await openSession(withWeights(model, state.params, { partial: true }));
    const { u } = await session.run(data);
    const squares = (u!.data as Float32Array).map((v, i) => (v - truth[i]!) ** 2);
    return {
      frequency: state.params.frequency?.data[0],
      error: Math.sqrt(squares.reduce((a, b) => a + b) / PLACES),
    };
  };
  const [withEquation, without] = [await fitted(true), await fitted(false)];
  return {
    frequency: Math.abs(Number(withEquation.frequency)),
    error: withEquation.error,
    without: without.error,
  };
}

if (import.meta.main) {
  const { frequency, error, without } = await run();
  console.log(`frequency ${frequency.toFixed(3)} (truth ${FREQUENCY})`);
  console.log(`error of the curve: ${error.toFixed(3)} with the equation, ${without.toFixed(3)} without`);
}
