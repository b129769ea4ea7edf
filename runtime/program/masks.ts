/**
 * Draws the masks of dropout on the host, one for each step.
 *
 * @module
 */
import { type Dropout, dropoutsAmong, isDropout, type Prepared } from "../../autodiff/trained/mod.ts";
import { graphFor } from "../../onnx/convert/mod.ts";
import type { Node, StaticShape, Value } from "../../onnx/mod.ts";
import { shapeText, sizeOf } from "../../onnx/tensor/mod.ts";
import { randomBits } from "../../random/mod.ts";
import { batchInput, type DataInput } from "./batch_input.ts";

/** A dropout of a model, in the order of its nodes. */
export interface Mask {
  /** The node's name, with a number if several have it. Its mask is drawn from the stream `dropout/<name>`. */
  readonly name: string;
  /** The part of the elements that is dropped. */
  readonly ratio: number;
  /**
   * Returns the mask of one step: 1 for each element that stays, 0 for each that is dropped. Element `i` is dropped where word
   * `i` of `randomBits({ seed, stream, step })` is below `ratio 2^32`.
   *
   * @param at.step number of steps taken before
   * @param at.batchSize examples in the batch
   * @param at.seed a seed instead of the program's
   */
  draw(at: { step: number; batchSize: number; seed?: number | undefined }): Uint8Array;
  /** Returns the number of elements of the mask for a batch of `batchSize` examples. */
  size(batchSize: number): number;
}

/**
 * Returns the masks of a model's dropouts, in the order of their nodes.
 *
 * @param options.inputs for each input of the model, what the data set holds for it
 * @param options.seed the seed of the masks
 */
export function masksOf(
  prepared: Prepared,
  { inputs, seed }: { inputs: Readonly<Record<string, DataInput>>; seed: number },
): Mask[] {
  const sizes = new Map<number, readonly number[]>();
  const sizesFor = (batchSize: number) => {
    const known = sizes.get(batchSize) ?? dropoutsFor(prepared, { inputs, batchSize }).map(elements);
    sizes.set(batchSize, known);
    return known;
  };
  return prepared.dropouts.map(({ name, ratio }, i): Mask => ({
    name,
    ratio,
    size: (batchSize) => sizesFor(batchSize)[i]!,
    draw({ step, batchSize, seed: other = seed }) {
      const words = randomBits({ seed: other, stream: `dropout/${name}`, step }, sizesFor(batchSize)[i]!);
      const threshold = ratio * 2 ** 32;
      const mask = new Uint8Array(words.length);
      for (let k = 0; k < mask.length; k++) mask[k] = words[k]! < threshold ? 0 : 1;
      return mask;
    },
  }));
}

/** Returns the dropouts for batches of a given size: their sizes follow by the model's own arithmetic. */
function dropoutsFor(
  { wide }: Prepared,
  { inputs, batchSize }: { inputs: Readonly<Record<string, DataInput>>; batchSize: number },
): Dropout[] {
  const graph = graphFor(wide.model);
  const bind: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(inputs)) {
    const stored = graph.input(graph.freeName(`batch of ${name}`), spec.dtype, [
      batchSize,
      ...spec.shape.slice(1),
    ]);
    bind[name] = batchInput(graph, stored, { name, spec, model: wide.model });
  }
  const found: Node[] = [];
  wide.addTo(graph, {
    bind,
    replace(node) {
      if (isDropout(node)) found.push(node);
      return undefined;
    },
  });
  return dropoutsAmong(found);
}

function elements({ name, shape }: Dropout): number {
  if (shape?.every((d) => typeof d === "number")) return sizeOf(shape as StaticShape);
  throw new RangeError(
    `dropout '${name}' must have a size that follows from that of the batch, got ${shapeText(shape)}`,
  );
}
