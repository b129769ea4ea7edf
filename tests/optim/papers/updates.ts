/**
 * The results of rules around `sam` and gathered gradients, over plain numbers, as loops over updates.
 *
 * @module
 */

/** A point. */
export type Point = readonly number[];

/** Returns the gradient at a point. */
export type Gradient = (w: Point) => Point;

/** Makes one update from a point. */
export type Update = (w: Point) => Point;

/** `w + by v`. */
export function along(w: Point, v: Point, by: number): Point {
  return w.map((x, i) => x + by * v[i]!);
}

/** Returns the point at which sharpness-aware minimization takes its descent gradient, after some ascents. */
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

/** Returns the points after each of some updates. */
export function points(update: Update, start: Point, updates: number): Point[] {
  const all = [start];
  for (let k = 0; k < updates; k++) all.push(update(all.at(-1)!));
  return all.slice(1);
}

/** Returns the mean of points. */
export function meanOf(all: readonly Point[]): Point {
  return all[0]!.map((_, i) => all.reduce((s, w) => s + w[i]!, 0) / all.length);
}

/** Returns an exponential average of points, from the start. */
export function emaOf(all: readonly Point[], start: Point, decay: number): Point {
  return all.reduce((a, w) => a.map((x, i) => decay * x + (1 - decay) * w[i]!), start);
}

/** Returns lookahead's fast and slow points. */
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

/** Returns the points `y` and `x` of schedule-free descent at a constant rate. */
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
