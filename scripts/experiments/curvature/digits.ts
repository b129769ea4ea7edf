/**
 * The digits that experiments on curvature train and test on.
 *
 * @module
 */
import { type DataTensor, digits, takeExamples } from "../../../mod.ts";

/** Digits and their classes. */
export type Examples = Readonly<Record<"x" | "target", DataTensor>>;

/** Returns the first digits to train on and the others to test on, pixels from 0 to 1. */
export function partsOf(examples: number): Record<"train" | "test", Examples> {
  const set = digits();
  const rows = (from: number, to: number): Examples => {
    const { x, y } = takeExamples(set, Array.from({ length: to - from }, (_, i) => from + i)).inputs;
    return { x: { ...x!, shape: [to - from, 64], scale: 1 / 16 }, target: y! };
  };
  return { train: rows(0, examples), test: rows(examples, set.inputs.y!.shape[0]!) };
}
