/**
 * Axes of heat maps: names and a few numbers have a label each, a fine grid of numbers has round ticks.
 *
 * @module
 */

/** The number of even steps from which on numbers are a grid. */
const GRID = 12;

/** Labels of many cells would overlap: some are left out. */
interface GridAxisOptions {
  readonly title: string;
  /** The largest number of labels of cells. */
  readonly labels: number;
  /** The approximate number of ticks of a grid. */
  readonly ticks: number;
}

/** The layout of cells along an axis. */
export interface GridAxis {
  /** The encoding of rectangles: of their position, or of their two edges. */
  readonly cells: Readonly<Record<string, object>>;
  /** The encoding of what stands in the middle of a cell. */
  readonly middle: object;
  /** The transforms that compute the edges. */
  readonly transform: readonly object[];
}

/** Returns how cells lie along an axis, by their values in ascending order. */
export function gridAxis(
  field: "x" | "y",
  values: readonly (number | string)[],
  { title, labels, ticks }: GridAxisOptions,
): GridAxis {
  const step = evenStep(values);
  if (step === undefined) {
    const middle = {
      field,
      type: "ordinal",
      title,
      sort: sorted(field, values),
      axis: labelAxis(values, labels),
    };
    return { cells: { [field]: middle }, middle, transform: [] };
  }
  const [low, high] = [Number(values[0]) - step / 2, Number(values.at(-1)) + step / 2];
  const middle = {
    field,
    type: "quantitative",
    title,
    scale: { domain: [low, high], nice: false, zero: false },
    axis: { grid: false, tickCount: ticks, labelOverlap: true, labelSeparation: 4 },
  };
  return {
    cells: { [field]: { ...middle, field: `${field}From` }, [`${field}2`]: { field: `${field}To` } },
    middle,
    transform: [
      { calculate: `datum.${field} - ${step / 2}`, as: `${field}From` },
      { calculate: `datum.${field} + ${step / 2}`, as: `${field}To` },
    ],
  };
}

/** Returns the distance of neighbors if the values are many numbers at even distances. */
function evenStep(values: readonly (number | string)[]): number | undefined {
  if (values.length < GRID || !values.every((v) => typeof v === "number")) return undefined;
  const step = (values.at(-1)! - values[0]!) / (values.length - 1);
  const isEven = values.every((v, i) => Math.abs(v - (values[0]! + i * step)) < 1e-6 * step);
  return isEven ? step : undefined;
}

function sorted(field: "x" | "y", values: readonly (number | string)[]): readonly (number | string)[] {
  // Numbers grow upward.
  return field === "y" && values.every((v) => typeof v === "number") ? values.toReversed() : values;
}

function labelAxis(values: readonly (number | string)[], most: number): object {
  return {
    labelOverlap: true,
    labelAngle: 0,
    ...(values.length > most
      ? { values: values.filter((_, i) => i % Math.ceil(values.length / most) === 0) }
      : {}),
    ...(values.every((v) => typeof v === "number") ? { format: ".3~g", formatType: "number" } : {}),
  };
}
