/**
 * Test functions of one and two variables.
 *
 * @module
 */

/** A point of the plane. */
export type Point = readonly [x: number, y: number];

/** A smooth function of two variables. */
export interface TestFunction {
  /** Its name in titles. */
  readonly title: string;
  readonly f: (x: number, y: number) => number;
  readonly gradient: (x: number, y: number) => Point;
  /** The region of its plots. */
  readonly region: readonly [x: readonly [number, number], y: readonly [number, number]];
  /** Its minima in the region, the lowest first; none for a saddle. */
  readonly minima: readonly Point[];
}

const square = (x: number) => x * x;

/** Beale's function: a flat valley between sharp peaks at the corners. */
export const beale: TestFunction = {
  title: "Beale's function",
  f: (x, y) => square(1.5 - x + x * y) + square(2.25 - x + x * y * y) + square(2.625 - x + x * y * y * y),
  gradient(x, y) {
    const [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y];
    return [
      2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
      2 * x * (a + 2 * b * y + 3 * c * y * y),
    ];
  },
  region: [[-4.5, 4.5], [-4.5, 4.5]],
  minima: [[3, 0.5]],
};

/** Rosenbrock's function: a curved valley with a flat bottom. */
export const rosenbrock: TestFunction = {
  title: "Rosenbrock's function",
  f: (x, y) => square(1 - x) + 100 * square(y - x * x),
  gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  region: [[-2, 2], [-1, 3]],
  minima: [[1, 1]],
};

/** Himmelblau's function: four minima, all of value 0. */
export const himmelblau: TestFunction = {
  title: "Himmelblau's function",
  f: (x, y) => square(x * x + y - 11) + square(x + y * y - 7),
  gradient(x, y) {
    const [a, b] = [x * x + y - 11, x + y * y - 7];
    return [4 * x * a + 2 * b, 2 * a + 4 * y * b];
  },
  region: [[-5, 5], [-5, 5]],
  minima: [
    [3, 2],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.283185991286170],
    [3.584428340330492, -1.848126526964404],
  ],
};

/** The minima of `x^2 - 10 cos 2 pi x` on one side, from the middle outwards. */
const RASTRIGIN_MINIMA = [0, 1, 2, 3, 4, 5].map((start) =>
  rootNear(start, {
    f: (x) => 2 * x + 20 * Math.PI * Math.sin(2 * Math.PI * x),
    slope: (x) => 2 + 40 * Math.PI ** 2 * Math.cos(2 * Math.PI * x),
  })
);

/** Rastrigin's function: a bowl with a minimum near every pair of integers. */
export const rastrigin: TestFunction = {
  title: "Rastrigin's function",
  f: (x, y) => 20 + x * x - 10 * Math.cos(2 * Math.PI * x) + y * y - 10 * Math.cos(2 * Math.PI * y),
  gradient: (x, y) => [
    2 * x + 20 * Math.PI * Math.sin(2 * Math.PI * x),
    2 * y + 20 * Math.PI * Math.sin(2 * Math.PI * y),
  ],
  region: [[-5.12, 5.12], [-5.12, 5.12]],
  minima: bothSigns(RASTRIGIN_MINIMA).flatMap((x) => bothSigns(RASTRIGIN_MINIMA).map((y): Point => [x, y]))
    .sort(([a, b], [c, d]) => (a * a + b * b) - (c * c + d * d)),
};

function bothSigns(values: readonly number[]): number[] {
  return values.flatMap((v) => (v === 0 ? [0] : [v, -v]));
}

/** Returns a root by Newton's method. */
function rootNear(
  start: number,
  { f, slope }: Readonly<Record<"f" | "slope", (x: number) => number>>,
): number {
  let x = start;
  for (let i = 0; i < 20; i++) x -= f(x) / slope(x);
  return x;
}

/** A saddle: `x^2 - y^2`, a minimum along x and a maximum along y. */
export const saddle: TestFunction = {
  title: "a saddle, x² − y²",
  f: (x, y) => x * x - y * y,
  gradient: (x, y) => [2 * x, -2 * y],
  region: [[-1.5, 1.5], [-1.5, 1.5]],
  minima: [],
};

/** Returns the quadratic `(x^2 + condition y^2) / 2`, whose axes are those of the plane. */
export function quadratic(condition: number): TestFunction {
  return {
    title: `a quadratic of condition number ${condition}`,
    f: (x, y) => (x * x + condition * y * y) / 2,
    gradient: (x, y) => [x, condition * y],
    region: [[-10, 10], [-2, 2]],
    minima: [[0, 0]],
  };
}

const [COS, SIN] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];

/**
 * A ravine: a quadratic of condition number 100, rotated by 30 degrees, so that its axes are not those of the plane.
 */
export const ravine: TestFunction = {
  title: "a ravine, 30° across the axes",
  f: (x, y) => (square(COS * x + SIN * y) + 100 * square(COS * y - SIN * x)) / 2,
  gradient(x, y) {
    const [along, across] = [COS * x + SIN * y, 100 * (COS * y - SIN * x)];
    return [COS * along - SIN * across, SIN * along + COS * across];
  },
  region: [[-2, 2], [-2, 2]],
  minima: [[0, 0]],
};

/** A function of one variable. */
export interface LineFunction {
  /** Its name in titles. */
  readonly title: string;
  readonly f: (x: number) => number;
  readonly gradient: (x: number) => number;
  /** The interval of its plots. */
  readonly region: readonly [number, number];
  /** Its minima in the interval, the lowest first. */
  readonly minima: readonly number[];
}

const wellSlope = (x: number) => 4 * x * (x * x - 1) + 0.3;

/** A tilted double well: its left minimum is the lower one. */
export const doubleWell: LineFunction = {
  title: "a tilted double well, (x² − 1)² + 0.3 x",
  f: (x) => square(x * x - 1) + 0.3 * x,
  gradient: wellSlope,
  region: [-2, 2],
  minima: [-1, 1].map((start) => rootNear(start, { f: wellSlope, slope: (x) => 12 * x * x - 4 })),
};

/** The functions by name. */
export const TEST_FUNCTIONS: Readonly<Record<string, TestFunction>> = {
  beale,
  rosenbrock,
  himmelblau,
  rastrigin,
  saddle,
  quadratic: quadratic(100),
  ravine,
};
