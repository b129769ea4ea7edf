/**
 * Functions to minimize, with gradients worked out by hand, on plain arrays.
 *
 * @module
 */
import { breastCancer } from "../../../data/mod.ts";

/** A vector of parameters by name. */
export type Vectors = Record<string, Float64Array>;

/** A function: its value and gradients. */
export type Function = (params: Vectors) => { value: number; grads: Vectors };

/** A function, and where to start. */
export interface Problem {
  readonly start: Readonly<Record<string, readonly number[]>>;
  readonly evaluate: Function;
}

/** Returns a problem's start in new arrays. */
export function startOf({ start }: Problem): Vectors {
  return Object.fromEntries(Object.entries(start).map(([name, values]) => [name, Float64Array.from(values)]));
}

const rosenbrock: Function = ({ x }) => {
  const g = new Float64Array(x!.length);
  let value = 0;
  for (let i = 0; i + 1 < g.length; i++) {
    const [a, b] = [x![i]!, x![i + 1]!];
    const bend = b - a ** 2;
    value += 100 * bend ** 2 + (1 - a) ** 2;
    g[i]! += -400 * a * bend - 2 * (1 - a);
    g[i + 1]! += 200 * bend;
  }
  return { value, grads: { x: g } };
};

/** The features in float64 with mean 0 and deviation 1, and the classes as signs. */
function standardized(): { x: readonly Float64Array[]; signs: readonly number[] } {
  const { x, y } = breastCancer().inputs;
  const [rows, width] = x!.shape as [number, number];
  const table = Array.from(
    { length: rows },
    (_, i) => Float64Array.from({ length: width }, (_, j) => Number(x!.data[i * width + j])),
  );
  for (let j = 0; j < width; j++) {
    const mean = table.reduce((sum, row) => sum + row[j]!, 0) / rows;
    const deviation = Math.sqrt(table.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / rows);
    for (const row of table) row[j] = (row[j]! - mean) / deviation;
  }
  return { x: table, signs: Array.from(y!.data as BigInt64Array, (c) => 2 * Number(c) - 1) };
}

/** Logistic regression with an L2 penalty on the weights. */
function logistic(penalty: number): Function {
  const { x, signs } = standardized();
  return ({ weight, bias }) => {
    const grad = weight!.map((w) => penalty * w);
    let [value, gradBias] = [0.5 * penalty * weight!.reduce((sum, w) => sum + w * w, 0), 0];
    x.forEach((row, i) => {
      const margin = signs[i]! * row.reduce((sum, v, j) => sum + v * weight![j]!, bias![0]!);
      const tail = Math.exp(-Math.abs(margin));
      value += (Math.log1p(tail) + Math.max(-margin, 0)) / x.length;
      const sigmoid = (margin > 0 ? tail : 1) / (1 + tail);
      const factor = -signs[i]! * sigmoid / x.length;
      row.forEach((v, j) => (grad[j]! += factor * v));
      gradBias += factor;
    });
    return { value, grads: { weight: grad, bias: Float64Array.of(gradBias) } };
  };
}

const steep: Function = ({ x }) => ({
  value: x!.reduce((sum, v) => sum + Math.exp(v * v) - v, 0),
  grads: { x: x!.map((v) => 2 * v * Math.exp(v * v) - 1) },
});

const domain: Function = ({ x }) => ({
  value: x!.reduce((sum, v) => sum + v - Math.log(v), 0),
  grads: { x: x!.map((v) => 1 - 1 / v) },
});

/** The problems of the stored trajectories. @param penalty that of the logistic regression */
export function problems(penalty: number): Readonly<Record<string, Problem>> {
  return {
    rosenbrock2: { start: { x: [-1.2, 1] }, evaluate: rosenbrock },
    rosenbrock10: {
      start: { x: Array.from({ length: 10 }, (_, i) => (i % 2 ? 1 : -1.2)) },
      evaluate: rosenbrock,
    },
    logistic: { start: { weight: Array(30).fill(0), bias: [0] }, evaluate: logistic(penalty) },
    steep: { start: { x: [0.1, -0.2] }, evaluate: steep },
    domain: { start: { x: [3, 5] }, evaluate: domain },
  };
}
