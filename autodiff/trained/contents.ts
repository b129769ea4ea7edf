/**
 * Recognizes constants by the numbers that an initializer holds: masks and tables of positions.
 *
 * @module
 */
import { numbersOf, type StaticShape, type Tensor } from "../../onnx/mod.ts";

/** The largest number that additive masks hold at hidden places: exporters write -1e4, -1e9 or the lowest float. */
const LOWEST = -1e4;

/** The most rows and columns to look at: the first few show that a tensor is no table. */
const MOST_COLUMNS = 256;
const MOST_ROWS = 64;

/** Returns whether any element is infinite or NaN. */
export function notFinite({ dtype, data }: Tensor): boolean {
  if (dtype === "bfloat16") return (data as Uint16Array).some((bits) => (bits & 0x7f80) === 0x7f80);
  return (data as Float32Array).some((v) => !Number.isFinite(v));
}

/** Returns the value that all elements have; `undefined` if they differ or there are none. */
export function uniformOf(tensor: Tensor): number | undefined {
  const values = numbersOf(tensor);
  return Array.prototype.every.call(values, (v: number) => v === values[0]) ? values[0] : undefined;
}

/** Returns whether a tensor is an additive mask: 0 at visible places, one or two very low numbers at hidden ones. */
export function isAdditiveMask(tensor: Tensor): boolean {
  const values = new Set(numbersOf(tensor));
  const low = [...values].filter((v) => v <= LOWEST);
  return low.length >= 1 && low.length <= 2 && [...values].every((v) => v === 0 || v <= LOWEST);
}

/** Returns whether a tensor holds both 0 and 1, and nothing else. */
export function isZeroOneMask(tensor: Tensor): boolean {
  const values = new Set(numbersOf(tensor));
  return values.size === 2 && values.has(0) && values.has(1);
}

/**
 * Returns the kind of a table of positions: `"waves"` if every column along one axis is a sine or cosine of any
 * frequency, `"lines"` if every column is a straight line, `undefined` for anything else. Columns may be constant, but
 * not all. The test is x[t+1] + x[t-1] = k x[t] with |k| <= 2 (k = 2 for lines), which no trained weight satisfies.
 */
export function positionTable(tensor: Tensor): "waves" | "lines" | undefined {
  const values = numbersOf(tensor);
  const { shape } = tensor;
  if (shape.filter((d) => d > 1).length < 2) return undefined;
  // Allows for the rounding of the stored numbers when two of them are added and compared.
  const tolerance = tensor.dtype === "float16" || tensor.dtype === "bfloat16" ? 2e-2 : 2e-4;
  for (const [axis, rows] of shape.entries()) {
    const kind = rows < 4 ? undefined : columnsOf(values, { rows, stride: strideOf(shape, axis), tolerance });
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function strideOf(shape: StaticShape, axis: number): number {
  return shape.slice(axis + 1).reduce((a, b) => a * b, 1);
}

function columnsOf(
  values: ArrayLike<number>,
  { rows, stride, tolerance }: { rows: number; stride: number; tolerance: number },
): "waves" | "lines" | undefined {
  const columns = values.length / rows;
  const count = Math.min(rows, MOST_ROWS);
  const found = { waves: 0, lines: 0, constant: 0 };
  for (let c = 0; c < Math.min(columns, MOST_COLUMNS); c++) {
    const start = Math.floor(c / stride) * stride * rows + c % stride;
    const column = Array.from({ length: count }, (_, t) => values[start + t * stride]!);
    const kind = recurrence(column, tolerance);
    if (kind === undefined) return undefined;
    found[kind]++;
  }
  if (found.waves + found.lines < (rows >= 6 ? 1 : 2)) return undefined;
  return found.waves > 0 ? "waves" : "lines";
}

function recurrence(x: readonly number[], tolerance: number): "waves" | "lines" | "constant" | undefined {
  const size = x.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  if (x.every((v) => Math.abs(v - x[0]!) <= 1e-7 * size)) return "constant";
  let at = 1;
  for (let t = 1; t < x.length - 1; t++) if (Math.abs(x[t]!) > Math.abs(x[at]!)) at = t;
  const k = (x[at + 1]! + x[at - 1]!) / x[at]!;
  if (!(Math.abs(k) <= 2 + tolerance)) return undefined;
  for (let t = 1; t < x.length - 1; t++) {
    if (!(Math.abs(x[t + 1]! + x[t - 1]! - k * x[t]!) <= tolerance * size)) return undefined;
  }
  return Math.abs(k - 2) <= tolerance ? "lines" : "waves";
}
