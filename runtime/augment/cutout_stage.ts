/**
 * Cutout: rows and columns of the erased square, drawn by the host.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { randomInt } from "../../random/mod.ts";
import type { Cutout } from "./augmentation.ts";
import { type ImageSize, keyOf, type Stage, type StepDraw } from "./draw.ts";

/** Returns the stage of a cutout. @param options.name its name in the program, and its stream of random numbers */
export function cutoutStage(
  { size }: Cutout,
  { name, image: [, height, width] }: { name: string; image: ImageSize },
): Stage {
  const rows = bandOf(`${name}/rows`, { size, of: height });
  const columns = bandOf(`${name}/columns`, { size, of: width });
  return {
    draws: [rows, columns],
    apply(g: Graph, x: Value, drawn) {
      const as = (band: StepDraw, axes: number[]) =>
        g.cast(g.unsqueeze(drawn[band.name]!, axes), { to: x.dtype });
      return g.mul(x, g.sub(1, g.mul(as(rows, [1, 3]), as(columns, [1, 2]))));
    },
  };
}

/** Returns which of the places along an axis the square covers, `[N, of]`, about a center that is any of them. */
function bandOf(name: string, { size, of: places }: { size: number; of: number }): StepDraw {
  return {
    name,
    dtype: "bool",
    shape: ["batch", places],
    draw(of) {
      const band = new Uint8Array(of.batchSize * places);
      const centers = randomInt(keyOf(name, of), of.batchSize, { high: places });
      centers.forEach((center, example) => {
        const start = center - Math.floor(size / 2);
        const from = example * places;
        band.fill(1, from + Math.max(0, start), from + Math.min(places, start + size));
      });
      return band;
    },
  };
}
