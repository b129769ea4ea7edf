/**
 * `Slice`.
 *
 * @module
 */
import { type Dim, normalizeAxis, shapeText } from "../tensor/mod.ts";
import { shapeAt, shaped } from "./common.ts";
import { contentsOf, heldIn, lengthOf, numbersIn, pick } from "./contents.ts";
import { freshShape } from "./dims.ts";
import type { InferNode, Inferred } from "./types.ts";

/** Sizes no tensor has: bounds beyond them mean "to the end". */
const FAR = 2 ** 31 - 1;

/** Ends that ONNX Runtime takes for "to the end" even backwards: the greatest int32 and, as a double, int64. */
const OPEN_ENDS: readonly number[] = [FAR, 2 ** 63];

/** A slice along one axis. */
interface Cut {
  readonly start: Dim | undefined;
  readonly end: Dim | undefined;
  readonly step: number | undefined;
}

/**
 * Infers `Slice`: bounds by attribute (up to opset 9) or input, clamped to the axis; a negative step walks backwards.
 */
export function slice(node: InferNode): readonly Inferred[] {
  const data = shapeAt(node, 0);
  if (data === undefined) return [];
  const byInput = node.inputs.length > 1;
  const starts = byInput ? contentsOf(node.inputs[1]) : node.ints("starts");
  const ends = byInput ? contentsOf(node.inputs[2]) : node.ints("ends");
  const count = starts?.length ?? ends?.length ?? lengthOf(node.inputs[1]) ?? lengthOf(node.inputs[2]);
  const axes = axesOf(node, count);
  if (axes === undefined) return shaped(freshShape(data.length, node.freshDim));
  const steps = node.inputs[4] == null ? axes.map(() => 1) : numbersIn(node.inputs[4]);
  for (const [name, list] of Object.entries({ starts, ends, steps })) {
    if (list !== undefined && list.length !== axes.length) {
      throw new RangeError(`${name} must have ${axes.length} entries, one an axis, got ${list.length}`);
    }
  }
  const at = axes.map((a) => normalizeAxis(a, data.length, "axes"));
  const cuts = data.map((_, i): Cut | undefined => {
    const j = at.indexOf(i);
    return j < 0 ? undefined : { start: starts?.[j], end: ends?.[j], step: steps?.[j] };
  });
  if (cuts.some((c) => c?.step === 0)) {
    throw new RangeError(`steps must not be 0 for input data ${shapeText(data)}`);
  }
  return cut(node, data, cuts);
}

function axesOf(node: InferNode, count: number | undefined): readonly number[] | undefined {
  if (node.inputs[3] != null) return numbersIn(node.inputs[3]);
  return node.ints("axes") ?? (count === undefined ? undefined : Array.from({ length: count }, (_, i) => i));
}

function cut(node: InferNode, data: readonly Dim[], cuts: readonly (Cut | undefined)[]): Inferred[] {
  const from: number[] = [];
  const shape = data.map((d, i): Dim => {
    from[i] = 0;
    const c = cuts[i];
    if (c === undefined) return d;
    const { start, end, step } = c;
    if (typeof d === "number" && typeof start === "number" && typeof end === "number" && step !== undefined) {
      const range = clamp(start, end, step, d);
      from[i] = range.start;
      return range.length;
    }
    return symbolic(d, c) ?? node.freshDim();
  });
  const source = (index: readonly number[]) => index.map((v, i) => from[i]! + v * (cuts[i]?.step ?? 1));
  return shaped(shape, pick(heldIn(node.inputs[0]), shape, source));
}

/** Returns where a slice of an axis of `size` entries starts, and how many entries it has. */
function clamp(start: number, end: number, step: number, size: number): { start: number; length: number } {
  const within = (v: number, least: number, most: number) =>
    Math.min(Math.max(v < 0 ? v + size : v, least), most);
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  // Backward, the last entry is 0; an end before it is -1, which as a start would mean the last entry.
  const a = within(start, step > 0 ? 0 : Math.min(0, most), most);
  const b = step < 0 && OPEN_ENDS.includes(end) ? -1 : within(end, least, most);
  return { start: a, length: Math.max(0, Math.ceil((b - a) / step)) };
}

/** Returns the size where not everything is a number; `undefined` when it does not follow. */
function symbolic(d: Dim, { start, end, step }: Cut): Dim | undefined {
  if (step === 1 && start !== undefined && (start === d || start === end)) return 0;
  const whole = typeof end === "number" ? end >= FAR : end === d;
  if (start === 0 && step === 1 && whole) return d;
  const backwards = start === -1 || typeof start === "number" && start >= FAR;
  return step === -1 && backwards && typeof end === "number" && end <= -FAR ? d : undefined;
}
