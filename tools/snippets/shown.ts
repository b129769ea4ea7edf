/**
 * Values that a program shows, as plain numbers. Programs under test import `console` from here; it keeps in place of
 * printing.
 *
 * @module
 */

/** The numbers of a value, in order; those of a record by name. */
export type Shown = number[] | { [name: string]: Shown };

/** The values shown since the last {@linkcode take}. */
const shown: Shown[] = [];

/** Keeps what a program shows. */
export const console = {
  log(...values: readonly unknown[]): void {
    shown.push(...values.map(numbersIn));
  },
};

/** Returns the values shown since the last call. */
export function take(): Shown[] {
  return shown.splice(0);
}

/** Returns the numbers of a value: a number, a tensor of any library, a list or a record of such. */
export function numbersIn(value: unknown): Shown {
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.map(numbersIn).flat() as number[];
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, Number);
  if (typeof value !== "object" || value === null) throw new TypeError(`not a number or a tensor: ${value}`);
  // A tensor of TensorFlow.js, or of ours.
  if ("dataSync" in value) return numbersIn((value.dataSync as () => unknown)());
  if ("data" in value && "shape" in value) return numbersIn(value.data);
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, numbersIn(v)]));
}

/**
 * Returns the largest difference between the numbers of two values, relative to those above 1; `Infinity` if the values
 * differ in kind.
 */
export function distance(a: Shown, b: Shown): number {
  if (Array.isArray(a) !== Array.isArray(b)) return Infinity;
  const [left, right] = [a, b].map((v) => Object.entries(v).toSorted(([m], [n]) => (m < n ? -1 : 1)));
  if (left!.length !== right!.length) return Infinity;
  return Math.max(
    0,
    ...left!.map(([name, v], i) => {
      const [other, w] = right![i]!;
      if (name !== other) return Infinity;
      if (typeof v !== "number" || typeof w !== "number") return distance(v as Shown, w as Shown);
      const far = Math.abs(v - w) / Math.max(1, Math.abs(w));
      return Number.isNaN(far) ? Infinity : far;
    }),
  );
}
