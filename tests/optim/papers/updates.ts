/**
 * What rules around `sam` and gathered gradients come to, over plain numbers: loops whose unit is the update.
 *
 * @module
 */

/** A point. */
export type Point = readonly number[];

/** The gradient at a point. */
export type Gradient = (w: Point) => Point;

/** One update from a point. */
export type Update = (w: Point) => Point;

/** `w + by v`. */
export function along(w: Point, v: Point, by: number): Point {
  return w.map((x, i) => x + by * v[i]!);
}

/** Where sharpness-aware minimization takes the gradient that it descends by, after so many ascents. */
export function sharp(g: Gradient, { rho, ascents = 1 }: { rho: number; ascents?: number }): Gradient {
  return (w) => {
    let at = w;
    for (let k = 0; k < ascents; k++) at = along(at, g(at), rho / Math.hypot(...g(at)));
    return g(at);
  };
}

/** Descent. */
export function descent(g: Gradient, rate: number): Update {
  return (w) => along(w, g(w), -rate);
}

/** The points after each of some updates. */
export function points(update: Update, start: Point, updates: number): Point[] {
  const all = [start];
  for (let k = 0; k < updates; k++) all.push(update(all.at(-1)!));
  return all.slice(1);
}

/** The mean of points. */
export function meanOf(all: readonly Point[]): Point {
  return all[0]!.map((_, i) => all.reduce((s, w) => s + w[i]!, 0) / all.length);
}

/** An exponential average of points, from the start. */
export function emaOf(all: readonly Point[], start: Point, decay: number): Point {
  return all.reduce((a, w) => a.map((x, i) => decay * x + (1 - decay) * w[i]!), start);
}

/** Lookahead's fast and slow points. */
export function lookahead(
  update: Update,
  start: Point,
  { updates, period, alpha }: { updates: number; period: number; alpha: number },
): { fast: Point; slow: Point } {
  let [fast, slow] = [start, start];
  for (let t = 1; t <= updates; t++) {
    fast = update(fast);
    if (t % period === 0) fast = slow = slow.map((s, i) => s + alpha * (fast[i]! - s));
  }
  return { fast, slow };
}

/** Schedule-free descent at a constant rate: the points `y` and `x`. */
export function scheduleFree(
  g: Gradient,
  start: Point,
  { updates, rate, beta }: { updates: number; rate: number; beta: number },
): { y: Point; x: Point } {
  let [x, y, z] = [start, start, start];
  for (let t = 1; t <= updates; t++) {
    z = along(z, g(y), -rate);
    x = x.map((a, i) => a + (z[i]! - a) / t);
    y = x.map((a, i) => beta * a + (1 - beta) * z[i]!);
  }
  return { y, x };
}
