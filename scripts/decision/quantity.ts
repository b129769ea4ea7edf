/**
 * What claims measure: the scale on which two values are compared, which end of it is the better one, and the smallest
 * difference that matters.
 *
 * @module
 */

/** A scale: values become numbers whose differences are compared. */
export interface Scale {
  /** The unit of a difference. */
  readonly unit: string;
  /** Returns a value on the scale. */
  readonly of: (value: number) => number;
  /** Returns a difference in the unit. */
  readonly shown: (difference: number) => number;
  /** Returns a difference in the unit as text, such as `0.5 points` or `1.3 times`. */
  readonly text: (difference: number) => string;
}

/** Shares, such as accuracies: a difference is in points, hundredths. */
export const POINTS: Scale = {
  unit: "points",
  of: (share) => 100 * share,
  shown: (difference) => difference,
  text: (difference) => `${short(difference)} points`,
};

/**
 * Values whose ratio is compared, such as losses and times, by the differences of their logarithms. A value of 0 is
 * infinitely far from any other.
 */
export const RATIO: Scale = {
  unit: "times",
  of(value) {
    if (value < 0) throw new RangeError(`a ratio needs values of at least 0, got ${value}`);
    return Math.log(value);
  },
  shown: Math.exp,
  text: (difference) => `${short(Math.exp(difference))} times`,
};

/** What a claim measures. */
export interface Quantity {
  readonly scale: Scale;
  /** Which values are the better ones: a measurement that diverged is worse than all that did not. */
  readonly better: "higher" | "lower";
  /** The smallest difference that matters, on the scale: above 0. */
  readonly smallest: number;
  /** What a difference below the smallest is called: `0.5 points`, `1 %`. */
  readonly smallestText: string;
}

/** What the command line asks of the decisions. */
export interface Asked {
  /** The smallest effect that matters: points of an accuracy, percent of a loss or a time; absent for the defaults. */
  readonly effect?: number;
  /** The expected standard deviation of a difference over the seeds, in the same unit; absent if it is not known. */
  readonly deviation?: number;
}

/** The smallest effects that matter: points of an accuracy, percent of a loss, percent of a time. */
export const SMALLEST = { accuracy: 0.5, loss: 1, time: 5 };

/** Returns accuracies as a quantity: the higher the better, compared in points. */
export function accuracy({ effect = SMALLEST.accuracy }: Asked = {}): Quantity {
  return { scale: POINTS, better: "higher", smallest: effect, smallestText: `${effect} points` };
}

/** Returns errors in percent as a quantity: the lower the better, compared in points. */
export function percentErrors({ effect = SMALLEST.accuracy }: Asked = {}): Quantity {
  return numbers("points", { better: "lower", smallest: effect });
}

/** Returns losses as a quantity: the lower the better, compared by their ratio. */
export function loss({ effect = SMALLEST.loss }: Asked = {}): Quantity {
  return percentages(effect);
}

/** Returns times as a quantity: the lower the better, compared by their ratio. */
export function time({ effect = SMALLEST.time }: Asked = {}): Quantity {
  return percentages(effect);
}

/** Returns plain numbers as a quantity, compared by their differences in a unit. */
export function numbers(
  unit: string,
  { better, smallest }: { better: "higher" | "lower"; smallest: number },
): Quantity {
  const scale = {
    unit,
    of: (value: number) => value,
    shown: (difference: number) => difference,
    text: (difference: number) => `${short(difference)} ${unit}`,
  };
  return { scale, better, smallest, smallestText: `${Number(short(smallest))} ${unit}` };
}

function percentages(percent: number): Quantity {
  return {
    scale: RATIO,
    better: "lower",
    smallest: Math.log1p(percent / 100),
    smallestText: `${percent} %`,
  };
}

/** Returns a number with three significant digits. */
export function short(value: number): string {
  return value.toPrecision(3);
}
