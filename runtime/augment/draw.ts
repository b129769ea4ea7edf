/**
 * Numbers that the host draws for each step of a program.
 *
 * @module
 */
import type { DType, Graph, Value } from "../../onnx/mod.ts";
import type { RandomKey } from "../../random/mod.ts";

/** The step and the batch that numbers are drawn for. */
export interface DrawnFor {
  /** The step: its number is part of the key of all random numbers. */
  readonly step: number;
  /** Examples in the batch. */
  readonly batchSize: number;
  /** The seed of the training. */
  readonly seed: number;
}

/** An input of the program that the host fills in each step. */
export interface StepDraw {
  /** Its name: random numbers come from streams that begin with it. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: DType;
  /** Its shape; `"batch"` stands for the examples of the batch. */
  readonly shape: readonly ("batch" | number)[];
  /** Returns its elements for a step. */
  draw(of: DrawnFor): Int32Array | Uint8Array | Float32Array;
}

/** A part of the augmentation of an input: what the host draws, and the nodes that read it. */
export interface Stage {
  readonly draws: readonly StepDraw[];
  /** Adds the nodes. @param drawn the values of `draws`, by name */
  apply(g: Graph, x: Value, drawn: Readonly<Record<string, Value>>): Value;
}

/** The size of an image `[channels, height, width]`. */
export type ImageSize = readonly [channels: number, height: number, width: number];

/** Returns the key of the random numbers of a step. */
export function keyOf(stream: string, { seed, step }: DrawnFor): RandomKey {
  return { seed, stream, step };
}
