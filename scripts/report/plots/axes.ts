/**
 * Axes of line plots: ticks at round numbers, and at powers on logarithmic scales.
 *
 * @module
 */

/** The content of an axis. */
export interface AxisOptions {
  readonly title: string;
  /** The base of a logarithmic scale at first, `false` for a linear one; a page lets readers change it. */
  readonly log: false | 2 | 10;
  /** All values, to choose the labels by. */
  readonly values: readonly number[];
}

/** Without a gap, labels as long as their distance would read as one. */
const SEPARATION = { labelOverlap: true, labelSeparation: 8 };

/** Labels short numbers as they are, and others as 1e-5. */
const NUMBER = "datum.value !== 0 && (abs(datum.value) < 1e-3 || abs(datum.value) >= 1e5) " +
  "? replace(format(datum.value, '~e'), '+', '') : format(datum.value, ',~r')";

/** Returns the horizontal axis. A page sets the signal `zoomX` to a part of the scale. */
export function xAxis({ title, log, values }: AxisOptions): object {
  const whole = values.every(Number.isInteger);
  const ticks = log === 2 ? { values: [...new Set(values)] } : whole ? { tickMinStep: 1 } : {};
  return {
    field: "x",
    type: "quantitative",
    title,
    axis: { grid: false, ...SEPARATION, ...ticks, labelExpr: log === 2 ? NUMBER : labelOf("x") },
    scale: {
      ...(log === false ? { zero: false } : { type: "log", base: log }),
      nice: false,
      domainRaw: { expr: "zoomX" },
    },
  };
}

/** Returns the vertical axis. A page sets the signal `zoomY` to a part of the scale. */
export function yAxis({ title, log }: Omit<AxisOptions, "values">): object {
  return {
    field: "y",
    type: "quantitative",
    title,
    axis: { ...SEPARATION, labelSeparation: 2, labelExpr: labelOf("y"), gridOpacity: AT_POWERS },
    scale: {
      ...(log === false ? { zero: false } : { type: "log", nice: false }),
      domainRaw: { expr: "zoomY" },
    },
  };
}

/** An expression: the number of decades that a scale spans. */
function decades(scale: "x" | "y"): string {
  return `abs(log(domain('${scale}')[1] / domain('${scale}')[0])) / LN10`;
}

/** An expression: the leading digit of a tick. */
const DIGIT = "round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))";

/**
 * Returns the expression of a tick's label: on a logarithmic scale of two decades or more only powers of ten have one, of
 * less than that also their doubles and fives.
 */
function labelOf(scale: "x" | "y"): string {
  const shown = `${decades(scale)} >= 2 ? ${DIGIT} === 1 : ${decades(scale)} >= 0.7 ` +
    `? indexof([1, 2, 5], ${DIGIT}) >= 0 : true`;
  return `log${scale.toUpperCase()} && !(${shown}) ? '' : ${NUMBER}`;
}

/** Hides grid lines between powers of ten if there are many decades: they would merge into a gray area. */
const AT_POWERS = {
  condition: { test: `logY && ${decades("y")} > 3 && ${DIGIT} !== 1`, value: 0 },
  value: 1,
};
