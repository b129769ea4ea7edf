/** Compares nested rules with hand-written processes: each pair in both orders, and triples of rules that need several calls. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Optimizer } from "../../optim/optimizer.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import { applyIfFinite } from "../../optim/transforms/apply_if_finite.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { chain } from "../../optim/transforms/chain.ts";
import { clip } from "../../optim/transforms/clip.ts";
import { ema } from "../../optim/transforms/ema.ts";
import { injectHyperparams } from "../../optim/transforms/inject_hyperparams.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { multiSteps } from "../../optim/transforms/multi_steps.ts";
import { freeze } from "../../optim/transforms/freeze.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scheduleFree } from "../../optim/transforms/schedule_free.ts";
import { decoupledWeightDecay } from "../../optim/transforms/weight_decay.ts";
import * as by from "./papers/processes.ts";

const START = [1, -2, 0.5];
const RHO = 0.1;
const schedule = (done: number) => 0.1 / (1 + 0.3 * done);

/** The examples of the current batch. */
let examples = 1;

/** A rule around another: the tested one, and the process. */
interface Around {
  readonly rule: (o: Optimizer) => Optimizer;
  readonly process: (make: by.Make) => by.Make;
}

const AROUND: Readonly<Record<string, Around>> = {
  sam: {
    rule: (o) => sam(o, { rho: RHO }),
    process: (make) => by.sharp(make, { rho: RHO, gradients: 2 }),
  },
  "sam of three": {
    rule: (o) => sam(o, { rho: RHO, gradients: 3 }),
    process: (make) => by.sharp(make, { rho: RHO, gradients: 3 }),
  },
  multiSteps: {
    rule: (o) => multiSteps(o, { every: 2 }),
    process: (make) => by.gathered(make, { every: 2, sum: false, examples: () => examples }),
  },
  averaged: {
    rule: (o) => averaged(o, { start: 2 }),
    process: (make) => by.averaging(make, (t) => (t < 2 ? 1 : 1 / (t - 1))),
  },
  lookahead: {
    rule: (o) => lookahead(o, { syncPeriod: 2 }),
    process: (make) => by.slowed(make, { every: 2, share: 0.5, anew: false }),
  },
  "lookahead that starts anew": {
    rule: (o) => lookahead(o, { syncPeriod: 3, resetState: true }),
    process: (make) => by.slowed(make, { every: 3, share: 0.5, anew: true }),
  },
  scheduleFree: { rule: (o) => scheduleFree(o), process: (make) => by.free(make, 0.9) },
  injectHyperparams: { rule: injectHyperparams, process: (make) => make },
  "clip before": {
    rule: (o) => chain(clip(0.7), o),
    process: (make) => by.chained(by.link((g) => g.map((x) => Math.max(-0.7, Math.min(0.7, x)))), make),
  },
  "ema behind": {
    rule: (o) => chain(o, ema({ decay: 0.8 })),
    process: (make) => by.chained(make, by.average(0.8)),
  },
  "decay behind": {
    rule: (o) => chain(o, decoupledWeightDecay({ weightDecay: 0.01 })),
    process: (make) => by.chained(make, by.link((u, w) => u.map((x, i) => x - 0.01 * w[i]!))),
  },
  freeze: {
    rule: (o) => freeze(o, (name) => name === "b"),
    process: (make) => by.frozen(make, 2),
  },
};

/** Returns the optimizer and the process of nested rules, innermost first. */
function nested(names: readonly string[]): { opt: Optimizer; process: by.Process } {
  const opt = names.reduce(
    (o, n) => AROUND[n]!.rule(o),
    sgd({ learningRate: schedule, momentum: 0.9 }) as Optimizer,
  );
  // Around sam, multiSteps gathers the gradients at the ascended points, so its process is the inner one.
  const sharp = names.findIndex((n) => n.startsWith("sam"));
  const order = sharp < 0 ? names : [
    ...names.slice(0, sharp),
    ...names.slice(sharp).filter((n) => n === "multiSteps"),
    ...names.slice(sharp).filter((n) => n !== "multiSteps"),
  ];
  const make = order.reduce((m, n) => AROUND[n]!.process(m), by.descent(schedule, 0.9));
  return { opt, process: make() };
}

type Params = Record<"a" | "b", Float64Array>;
const vector = ({ a, b }: Params) => [...a, ...b];
const record = (v: by.Vector): Params => ({
  a: Float64Array.from(v.slice(0, 2)),
  b: Float64Array.from(v.slice(2)),
});

/** Returns the gradient of a batch, a nonlinear function. */
function gradientAt(w: by.Vector, batch: number): by.Vector {
  return w.map((x, i) => (1.3 + 0.3 * i) * (x - Math.sin(i + 1 + 1.7 * batch)) + 0.2 * x * x);
}

function assertNear(got: by.Vector, right: by.Vector, what: string): void {
  got.forEach((x, i) => assertAlmostEquals(x, right[i]!, 1e-10, what));
}

/** Compares the points at which gradients are taken, and the evaluation points after each update. */
function compare(names: readonly string[]): void {
  const { opt, process } = nested(names);
  const each = opt.rule.gradientsPerUpdate ?? 1;
  let params = record(START);
  let state = opt.init(params);
  let w: by.Vector = START;
  let updates = 0;
  let course = process.update(w, by.asked);
  let wanted = course.next();
  for (let call = 0; call < 24; call++) {
    const batch = Math.floor(call / each);
    const what = `${names.join(" in ")}, call ${call}`;
    assertNear(vector(params), wanted.value, what);
    const g = gradientAt(vector(params), batch);
    examples = [4, 4, 1, 3][batch % 4]!;
    if (call % 2 === 0) [params, state] = opt.step(record(g), state, params, { examples });
    else {
      const [u, next] = opt.update(record(g), state, params, { examples });
      [params, state] = [applyUpdates(params, u), next];
    }
    wanted = course.next(g);
    if (!wanted.done) continue;
    updates++;
    w = w.map((x, i) => x + (wanted.value as by.Vector)[i]!);
    assertNear(vector(opt.evaluationParams(params, state)), process.evaluated(w), what);
    course = process.update(w, by.asked);
    wanted = course.next();
  }
  assert(updates > 0, names.join(" in "));
}

const NAMES = Object.keys(AROUND);
const TWICE = new Set(["freeze"]);

Deno.test("nested rules take gradients and evaluate at the points of hand-written processes, in each pair", () => {
  for (const first of NAMES) {
    compare([first]);
    for (const second of NAMES) if (first !== second || !TWICE.has(first)) compare([first, second]);
  }
});

Deno.test("nested rules take gradients and evaluate at the points of hand-written processes, in triples around sam", () => {
  for (const middle of NAMES) {
    for (const outer of NAMES) {
      if (outer === middle && TWICE.has(outer)) continue;
      // A link before sam sees the gathered gradients, so it does not commute with gathering. Rules that restart counts are refused.
      if (outer === "multiSteps" && ["clip before", "lookahead that starts anew"].includes(middle)) continue;
      compare(["sam", middle, outer]);
    }
  }
});

for (const gathers of [(o: Optimizer) => multiSteps(o, { every: 4 }), (o: Optimizer) => applyIfFinite(o)]) {
  const plain = () => sgd({ learningRate: 0.1 });
  Deno.test(`freeze() of ${gathers(plain()).name} ends updates with the inner rule, not at each call`, () => {
    const still = (name: string) => name === "b";
    const run = (opt: Optimizer) => {
      let params = record(START);
      let state = opt.init(params);
      for (let call = 0; call < 12; call++) {
        const g = call === 5 ? [NaN, 1, 1] : gradientAt(vector(params), Math.floor(call / 4));
        [params, state] = opt.step(record(g), state, params);
      }
      return vector(opt.evaluationParams(params, state));
    };
    // The order of the two makes no difference: updates are averaged.
    const outside = run(averaged(freeze(gathers(plain()), still), { decay: 0.9 }));
    const inside = run(averaged(gathers(plain()), { decay: 0.9 }));
    assertEquals(outside.slice(0, 2), inside.slice(0, 2));
    assertEquals(outside[2], START[2]);
  });
}

Deno.test("lookahead() keeps a NaN between two slow steps out of the slow parameters", () => {
  const opt = lookahead(sam(applyIfFinite(sgd({ learningRate: 0.1 }))), { syncPeriod: 2 });
  let params = record(START);
  let state = opt.init(params);
  for (let call = 0; call < 8; call++) {
    const g = call === 2 ? [NaN, 1, 1] : gradientAt(vector(params), Math.floor(call / 2));
    [params, state] = opt.step(record(g), state, params);
    assert(vector(opt.evaluationParams(params, state)).every(Number.isFinite), `call ${call}`);
  }
  assert(vector(params).every(Number.isFinite));
});

Deno.test("applyIfFinite() around sam() within sam() returns to the start of the update", () => {
  for (const bad of [0, 1, 2, 3]) {
    const opt = applyIfFinite(sam(sam(sgd({ learningRate: 0.1 }), { rho: RHO }), { rho: RHO }));
    let params = record(START);
    let state = opt.init(params);
    for (let call = 0; call < 4; call++) {
      const g = call === bad ? [NaN, 1, 1] : gradientAt(vector(params), 0);
      [params, state] = opt.step(record(g), state, params);
    }
    assertNear(vector(params), START, `gradient ${bad} is NaN`);
  }
});
