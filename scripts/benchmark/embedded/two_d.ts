/**
 * DeepOBS's noisy functions of two variables.
 *
 * @module
 */
import { buildModel, type Data, Graph, type Model, tensor, tensorOf, type Value } from "../../../mod.ts";
import { numpyNormal } from "../../../random/numpy_normal.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { Problem } from "../problem.ts";

/** Values of the noise. */
const COUNT = 10_000;

/** A function of two variables, and the point where trainings begin. */
interface Surface {
  readonly name: string;
  readonly start: readonly [u: number, v: number];
  /** Adds the function's value, of the shape of `u` and `v`. */
  readonly value: (g: Graph, u: Value, v: Value) => Value;
}

const square = (g: Graph, x: Value) => g.mul(x, x);

/** Rosenbrock's function, (1 - u)^2 + 100 (v - u^2)^2. */
const ROSENBROCK: Surface = {
  name: "Rosenbrock's function",
  start: [-0.5, 1.5],
  value: (g, u, v) => g.add(square(g, g.sub(1, u)), g.mul(square(g, g.sub(v, square(g, u))), 100)),
};

/** Branin's function, (v - 5.1 u^2 / (4 pi^2) + 5 u / pi - 6)^2 + 10 (1 - 1 / (8 pi)) cos u + 10: three equal minima. */
const BRANIN: Surface = {
  name: "Branin's function",
  start: [2.5, 12.5],
  value(g, u, v) {
    const parabola = g.sub(g.mul(u, 5 / Math.PI), g.mul(square(g, u), 5.1 / (4 * Math.PI ** 2)));
    const waves = g.mul(g.cos(u), 10 * (1 - 1 / (8 * Math.PI)));
    return g.add(g.add(square(g, g.sub(g.add(v, parabola), 6)), waves), 10);
  },
};

/**
 * Returns the model of a noisy function: parameters `u` and `v` `[1]`, and the mean over `noise` `[N, 2]` of
 * f(u, v) + u x + v y.
 */
export function surfaceModel({ name, start, value }: Surface): Model {
  const g = new Graph({ name });
  const noise = g.input("noise", "float32", ["N", 2]);
  const [u, v] = [
    g.initializer("u", tensorOf([start[0]])),
    g.initializer("v", tensorOf([start[1]])),
  ];
  const tilt = g.reduceMean(g.matMul(noise, g.concat([u, v], { axis: 0 })), null, { keepdims: 0 });
  g.output(g.add(g.reshape(value(g, u, v), []), tilt), "loss");
  return buildModel(g);
}

/** Returns the noise of a seed: as DeepOBS does, first all x and then all y. */
function drawnNoise(seed: number): Data {
  const columns = numpyNormal(2 * COUNT, { seed });
  const rows = columns.map((_, i) => columns[(i % 2) * COUNT + (i >> 1)]!);
  return { noise: tensor(rows, [COUNT, 2]) };
}

function surfaceProblem(
  surface: Surface,
  { name, title, epochs }: Pick<Problem, "name" | "title" | "epochs">,
): Problem {
  const model = () => surfaceModel(surface);
  return {
    name,
    title,
    about:
      `DeepOBS's ${name}: ${surface.name} plus u x + v y for 10,000 normal pairs (x, y), its own, from (${
        surface.start.join(", ")
      }). The test is the function itself, as in DeepOBS. So is the validation, where DeepOBS has other noise, which would decide between good settings. DeepOBS trains for 100 epochs.`,
    set: "embedded",
    metric: "loss",
    batchSize: 128,
    epochs,
    load({ published = false }) {
      const train = drawnNoise(42);
      const test: Data = { noise: tensor(new Float32Array(2), [1, 2]) };
      const validation = published ? train : test;
      SUBJECTS.noteData(name, { train, validation, test });
      SUBJECTS.noteModel(name, model);
      return Promise.resolve({
        model,
        train,
        evaluate: { train, validation, test },
        metrics: ["loss"],
        // By default an initializer of one element is a constant.
        trainer: { parameters: ["u", "v"] },
      });
    },
  };
}

/** Rosenbrock's function with noise. */
export const twoDRosenbrock: Problem = surfaceProblem(ROSENBROCK, {
  name: "two_d_rosenbrock",
  title: "Rosenbrock's function with noise",
  epochs: 10,
});

/** Branin's function with noise. */
export const twoDBranin: Problem = surfaceProblem(BRANIN, {
  name: "two_d_branin",
  title: "Branin's function with noise",
  epochs: 5,
});
