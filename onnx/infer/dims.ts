/**
 * Arithmetic on dimensions that may be symbols.
 *
 * @module
 */
import { type Dim, type Shape, shapeText } from "../tensor/mod.ts";

/** Makes a symbol for a size that nothing known determines. */
export type Fresh = (hint?: string) => string;

/** Returns the size of two dimensions laid end to end. */
export function addDims(a: Dim, b: Dim, fresh: Fresh): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === 0) return b;
  return b === 0 ? a : fresh();
}

/**
 * Returns the product of dimensions; a symbol where exactly one is not 1, a fresh one where that does not settle it.
 */
export function multiplyDims(dims: readonly Dim[], fresh: Fresh): Dim {
  return divideDims(dims, [1]) ?? fresh();
}

/**
 * Returns the product of `dividend` over the product of `divisor`, symbols canceled; `undefined` if that is no
 * number and no single symbol.
 */
export function divideDims(dividend: readonly Dim[], divisor: readonly Dim[]): Dim | undefined {
  if (dividend.includes(0) && !divisor.includes(0)) return 0;
  const symbols = dividend.filter((d) => typeof d === "string");
  for (const d of divisor) {
    if (typeof d === "number") continue;
    const at = symbols.indexOf(d);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  const ratio = numbersProduct(dividend) / numbersProduct(divisor);
  if (symbols.length === 0) return Number.isInteger(ratio) ? ratio : undefined;
  return symbols.length === 1 && ratio === 1 ? symbols[0] : undefined;
}

/** Returns the product of those dimensions that are numbers. */
export function numbersProduct(dims: readonly Dim[]): number {
  return dims.reduce<number>((p, d) => (typeof d === "number" ? p * d : p), 1);
}

/**
 * Returns the dimension that two values share: a number rather than a symbol.
 *
 * @throws {RangeError} for different numbers.
 */
export function unifyDims(a: Dim, b: Dim, what: string): Dim {
  if (typeof a === "string") return b === a || typeof b === "number" ? b : a;
  if (typeof b === "number" && a !== b) {
    throw new RangeError(`${what} must be equal, got ${a} and ${b}`);
  }
  return a;
}

/** Returns the shape that two values share, dimension by dimension. @throws {RangeError} when they cannot be equal. */
export function unifyShapes(a: Shape | undefined, b: Shape | undefined, what: string): Shape | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.length !== b.length) {
    throw new RangeError(`${what} must be of one rank, got ${shapeText(a)} and ${shapeText(b)}`);
  }
  return a.map((d, i) =>
    unifyDims(d, b[i]!, `${what}, dimension ${i} of ${shapeText(a)} and ${shapeText(b)},`)
  );
}

/**
 * Returns a shape that holds for both of two values, either of which may be the result; fresh symbols where they
 * differ.
 */
export function joinShapes(a: Shape | undefined, b: Shape | undefined, fresh: Fresh): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((d, i) => (d === b[i] ? d : fresh()));
}

/** Returns a shape with `dims` put in from `axis` on. */
export function insertDims(shape: Shape, axis: number, dims: Shape): Shape {
  return [...shape.slice(0, axis), ...dims, ...shape.slice(axis)];
}

/** Returns a shape with the dimension at `axis` replaced. */
export function withDim(shape: Shape, axis: number, dim: Dim): Shape {
  return shape.map((d, i) => (i === axis ? dim : d));
}

/** Returns as many fresh symbols as `rank`. */
export function freshShape(rank: number, fresh: Fresh): Shape {
  return Array.from({ length: rank }, () => fresh());
}
