/**
 * Update rules as hand-written processes that request gradients, in float64: an oracle for nested rules in any
 * order.
 *
 * A rule's update is a generator. It yields the points at which it needs gradients, receives them, and returns the update of
 * the parameters. A rule around another passes points and gradients of its own to it. Nothing has to say which call ends an
 * update: it is the one after which the generator returns.
 *
 * @module
 */

/** A point of the parameters, or a gradient. */
export type Vector = readonly number[];

/** Requests the gradient at a point. */
type Ask = (at: Vector) => Generator<Vector, Vector, Vector>;

/** A rule with the state of one training. */
export interface Process {
  /** One update. */
  update(w: Vector, ask: Ask): Generator<Vector, Vector, Vector>;
  /** The parameters to evaluate at. */
  evaluated(w: Vector): Vector;
  /** The rate of the current update, or of the next one. */
  rate(): number;
}

/** Makes a new rule. */
export type Make = () => Process;

/** Requests the gradient at a point unchanged. */
export function* asked(at: Vector): Generator<Vector, Vector, Vector> {
  return yield at;
}

const plus = (a: Vector, b: Vector) => a.map((x, i) => x + b[i]!);
const times = (k: number, a: Vector) => a.map((x) => k * x);
const toward = (a: Vector, b: Vector, share: number) => a.map((x, i) => x + share * (b[i]! - x));

/** Descent with momentum by a schedule of the number of earlier updates. */
export function descent(schedule: (done: number) => number, momentum = 0): Make {
  return () => {
    let [done, b] = [0, [] as Vector];
    return {
      *update(w, ask) {
        const g = yield* ask(w);
        b = done === 0 ? g : plus(times(momentum, b), g);
        return times(-schedule(done++), b);
      },
      evaluated: (w) => w,
      rate: () => schedule(done),
    };
  };
}

/** A link of a chain that maps a gradient, without a state. */
export function link(f: (g: Vector, w: Vector) => Vector): Make {
  return () => ({
    *update(w, ask) {
      return f(yield* ask(w), w);
    },
    evaluated: (w) => w,
    rate: () => NaN,
  });
}

/** The debiased average of gradients. */
export function average(decay: number): Make {
  return () => {
    let [m, t] = [[] as Vector, 0];
    return {
      *update(w, ask) {
        m = toward(t === 0 ? w.map(() => 0) : m, yield* ask(w), 1 - decay);
        return times(1 / (1 - decay ** ++t), m);
      },
      evaluated: (w) => w,
      rate: () => NaN,
    };
  };
}

const around = (inner: Process, own: Partial<Process>): Process => ({
  update: (w, ask) => inner.update(w, ask),
  evaluated: (w) => inner.evaluated(w),
  rate: () => inner.rate(),
  ...own,
});

/** Ascents before each gradient. */
export const sharp = (make: Make, { rho, gradients }: { rho: number; gradients: number }): Make => () => {
  const inner = make();
  return around(inner, {
    update: (w, ask) =>
      inner.update(w, function* (p) {
        let at = p;
        for (let k = 1; k < gradients; k++) {
          const g = yield* ask(at);
          at = plus(at, times(rho / Math.hypot(...g), g));
        }
        return yield* ask(at);
      }),
  });
};

/** Gathers gradients, as a mean by examples or as a sum. */
export const gathered = (
  make: Make,
  { every, sum, examples }: { every: number; sum: boolean; examples: () => number },
): Make =>
() => {
  const inner = make();
  return around(inner, {
    update: (w, ask) =>
      inner.update(w, function* (p) {
        let [total, size] = [p.map(() => 0) as Vector, 0];
        for (let k = 0; k < every; k++) {
          const g = yield* ask(p);
          const weight = sum ? 1 : examples();
          [total, size] = [plus(total, times(weight, g)), size + weight];
        }
        return sum ? total : times(1 / size, total);
      }),
  });
};

/** The parameters' average, with a given weight of the newest after `t` updates. */
export const averaging = (make: Make, share: (t: number) => number): Make => () => {
  const inner = make();
  let [t, a] = [0, null as Vector | null];
  return around(inner, {
    *update(w, ask) {
      const before = a ?? w;
      const u = yield* inner.update(w, ask);
      a = toward(before, plus(w, u), share(++t));
      return u;
    },
    evaluated: (w) => a ?? w,
  });
};

/** A slow step every few updates, from which the inner rule may restart. */
export const slowed = (
  make: Make,
  { every, share, anew }: { every: number; share: number; anew: boolean },
): Make =>
() => {
  let inner = make();
  let [t, slow] = [0, null as Vector | null];
  return {
    *update(w, ask) {
      const before = slow ?? w;
      const u = yield* inner.update(w, ask);
      slow = before;
      if (++t % every !== 0) return u;
      slow = toward(before, plus(w, u), share);
      if (anew) inner = make();
      return plus(slow, times(-1, w));
    },
    evaluated: (w) => slow ?? w,
    rate: () => inner.rate(),
  };
};

/** Schedule-free averaging; `x` is recomputed from `y` and `z`, so rules around it may move `y`. */
export const free = (make: Make, beta: number): Make => () => {
  const inner = make();
  let [z, greatest, weights] = [null as Vector | null, 0, 0];
  const averageAt = (y: Vector, at: Vector) => y.map((v, i) => (v - (1 - beta) * at[i]!) / beta);
  return around(inner, {
    *update(y, ask) {
      const before = z ?? y;
      const rate = inner.rate();
      z = plus(before, yield* inner.update(y, ask));
      greatest = Math.max(greatest, rate);
      weights += greatest ** 2;
      const x = toward(averageAt(y, before), z, greatest ** 2 / weights);
      return plus(toward(z, x, beta), times(-1, y));
    },
    evaluated: (y) => (z === null ? y : averageAt(y, z)),
  });
};

/** One rule after another. */
export const chained = (first: Make, second: Make): Make => () => {
  const [a, b] = [first(), second()];
  return {
    update: (w, ask) => b.update(w, (p) => a.update(p, ask)),
    evaluated: (w) => a.evaluated(b.evaluated(w)),
    rate: () => (Number.isNaN(a.rate()) ? b.rate() : a.rate()),
  };
};

/** A rule for the first parameters; the others do not change. */
export const frozen = (make: Make, moving: number): Make => () => {
  const inner = make();
  const whole = (some: Vector, all: Vector) => [...some, ...all.slice(moving)];
  return around(inner, {
    *update(w, ask) {
      const u = yield* inner.update(w.slice(0, moving), function* (p) {
        return (yield* ask(whole(p, w))).slice(0, moving);
      });
      return whole(u, w.map(() => 0));
    },
    evaluated: (w) => whole(inner.evaluated(w.slice(0, moving)), w),
  });
};
