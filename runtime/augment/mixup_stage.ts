/**
 * Mixup: a batch mixed with a permutation of it.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { beta, permutation } from "../../random/mod.ts";
import type { Mixup } from "./augmentation.ts";
import { keyOf, type Stage, type StepDraw } from "./draw.ts";

/** The stage of a mixup, with what the labels' mixture reads. */
export interface MixupStage extends Stage {
  /** The share of each example in its mixture: a scalar for the batch. */
  readonly share: StepDraw;
  /** The number in the batch of each example's partner. */
  readonly partners: StepDraw;
}

/** Returns the stage of a mixup. @param name its name in the program, and the beginning of its streams of random numbers */
export function mixupStage({ alpha }: Mixup, name: string): MixupStage {
  const share: StepDraw = {
    name: `${name}/share`,
    dtype: "float32",
    shape: [],
    draw: (of) => beta(keyOf(`${name}/share`, of), 1, { a: alpha, b: alpha }),
  };
  const partners: StepDraw = {
    name: `${name}/partners`,
    dtype: "int32",
    shape: ["batch"],
    draw: (of) => Int32Array.from(permutation(keyOf(`${name}/partners`, of), of.batchSize)),
  };
  return {
    share,
    partners,
    draws: [share, partners],
    apply: (g, x, drawn) =>
      mixed(g, { share: drawn[share.name]!, own: x, other: g.gather(x, drawn[partners.name]!, { axis: 0 }) }),
  };
}

/** Returns whether a stage is that of a mixup. */
export function isMixup(stage: Stage): stage is MixupStage {
  return "share" in stage;
}

/** Adds `share own + (1 - share) other`. */
export function mixed(
  g: Graph,
  { share, own, other }: Readonly<Record<"share" | "own" | "other", Value>>,
): Value {
  const lambda = g.cast(share, { to: own.dtype });
  return g.add(g.mul(own, lambda), g.mul(other, g.sub(1, lambda)));
}
