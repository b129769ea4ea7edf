/**
 * The table of works.
 *
 * @module
 */
import { type DataTensor, mlp, randomBits, tensor, withLoss } from "../mod.ts";
import type { Work } from "./work.ts";

const EXAMPLES = 10_000;

/** Random bytes as images, and random classes: time does not depend on what is learnt. */
function images(shape: readonly number[], classes: number): Readonly<Record<"x" | "target", DataTensor>> {
  const size = shape.reduce((a, b) => a * b, 1);
  const bytes = Uint8Array.from(randomBits({ seed: 1, stream: "x" }, EXAMPLES * size), (b) => b >>> 24);
  const labels = BigInt64Array.from(
    randomBits({ seed: 1, stream: "y" }, EXAMPLES),
    (b) => BigInt(b % classes),
  );
  return {
    x: { ...tensor(bytes, [EXAMPLES, ...shape]), scale: 1 / 255 },
    target: tensor(labels),
  };
}

/** A perceptron on images of 784 bytes; without hidden units, logistic regression. */
function perceptron(hidden: number, batchSize: number): Work {
  const sizes = hidden === 0 ? [784, 10] : [784, hidden, 10];
  return {
    name: `${hidden === 0 ? "logistic" : "mlp"} ${sizes.join("-")} b${batchSize}`,
    architecture: { kind: "mlp", sizes },
    batchSize,
    model: () =>
      withLoss(mlp({ inputs: 784, hidden: hidden === 0 ? [] : [hidden], outputs: 10, seed: 1 }), {
        loss: "cross-entropy",
      }),
    data: () => images([784], 10),
  };
}

/** All works, in the order of the table. */
export const WORKS: readonly Work[] = [
  perceptron(0, 128),
  perceptron(256, 32),
  perceptron(256, 128),
  perceptron(1000, 128),
];
