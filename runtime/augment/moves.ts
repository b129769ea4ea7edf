/**
 * Crops and flips: each output row and column comes from one row and column of the image.
 *
 * The host says which, for every example; several crops and flips in a row are still one pair of tables. A program then
 * gathers whole rows, and columns within them.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import { randomBits, randomInt } from "../../random/mod.ts";
import type { HorizontalFlip, RandomCrop } from "./augmentation.ts";
import { type DrawnFor, type ImageSize, keyOf, type Stage, type StepDraw } from "./draw.ts";

/** A crop or a flip, and the stream of its random numbers. */
export interface Move {
  readonly augmentation: RandomCrop | HorizontalFlip;
  readonly stream: string;
}

/** An axis of images. */
type Axis = "rows" | "columns";

/** Returns for an example and a place along an axis after a move the place before it; below 0 or beyond the end for padding. */
type Source = (example: number, place: number) => number;

/**
 * Returns the stage of crops and flips that follow one another.
 *
 * @param options.name its name in the program
 * @param options.black the number that padding consists of
 */
export function movesStage(
  moves: readonly Move[],
  { name, image: [channels, height, width], black }: { name: string; image: ImageSize; black: number },
): Stage {
  const pads = moves.some((m) => m.augmentation.kind === "randomCrop");
  const columns = tableOf("columns", { moves, name, size: width, pads });
  if (!pads) return { draws: [columns], apply: (g, x, drawn) => takeColumns(g, x, drawn[columns.name]!) };
  const rows = tableOf("rows", { moves, name, size: height, pads, stride: channels * (height + 1) });
  return {
    draws: [rows, columns],
    apply(g, x, drawn) {
      // One row above and one column to the left are enough: the tables send all padding there.
      const padded = g.pad(x, g.constant([0, 0, 1, 1, 0, 0, 0, 0], "int64"), g.constant(black, x.dtype));
      const firsts = g.constant(Array.from({ length: channels }, (_, c) => c * (height + 1)), "int32");
      const wanted = g.add(g.unsqueeze(drawn[rows.name]!, [1]), g.reshape(firsts, [1, channels, 1]));
      const taken = g.gather(g.reshape(padded, [-1, width + 1]), wanted, { axis: 0 });
      return takeColumns(g, taken, drawn[columns.name]!);
    },
  };
}

/** Takes of every row of images `[N, C, H, W']` the columns `[N, W]`. */
function takeColumns(g: Graph, x: Value, columns: Value): Value {
  const [, channels, height] = x.shape as [unknown, number, number];
  const wanted = g.expand(g.unsqueeze(columns, [1, 2]), g.constant([1, channels, height, 1], "int64"));
  return g.gatherElements(x, wanted, { axis: 3 });
}

/**
 * Returns the table of an axis, `[N, size]`.
 *
 * @param options.pads whether place 0 is padding, before the places of the image
 * @param options.stride how far the first places of two examples are apart; 0 by default
 */
function tableOf(
  axis: Axis,
  { moves, name, size, pads, stride = 0 }: {
    moves: readonly Move[];
    name: string;
    size: number;
    pads: boolean;
    stride?: number;
  },
): StepDraw {
  const first = pads ? 1 : 0;
  return {
    name: `${name}/${axis}`,
    dtype: "int32",
    shape: ["batch", size],
    draw(of) {
      // From the last move back to the image.
      const sources = moves.map((m) => sourceOf(m, { axis, size, of })).reverse();
      const table = new Int32Array(of.batchSize * size);
      for (let i = 0; i < table.length; i++) {
        const example = Math.floor(i / size);
        let place = i % size;
        for (const source of sources) if (isInside(place, size)) place = source(example, place);
        table[i] = example * stride + (isInside(place, size) ? place + first : 0);
      }
      return table;
    },
  };
}

function isInside(place: number, size: number): boolean {
  return place >= 0 && place < size;
}

function sourceOf(
  { augmentation, stream }: Move,
  { axis, size, of }: { axis: Axis; size: number; of: DrawnFor },
): Source {
  if (augmentation.kind === "randomCrop") {
    const { padding } = augmentation;
    const shifts = randomInt(keyOf(`${stream}/${axis}`, of), of.batchSize, { high: 2 * padding + 1 });
    return (example, place) => place + shifts[example]! - padding;
  }
  if (axis === "rows") return (_, place) => place;
  const turned = randomBits(keyOf(stream, of), of.batchSize);
  const threshold = augmentation.probability * 2 ** 32;
  return (example, place) => (turned[example]! < threshold ? size - 1 - place : place);
}
