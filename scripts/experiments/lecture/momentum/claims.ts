/**
 * The claims of `momentum`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { type Asked, decideAbove, decided, decidedByNumbers, loss } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import type { MomentumData } from "./data.ts";
import { AFTER, exponentsOf, movedAfterSpike, ravineEnd } from "./figures.ts";

/** Decides the claims. */
export function claims(data: MomentumData, asked: Asked = {}): Claim[] {
  return [rateClaim(data), oscillationClaim(data), spikeClaim(data, asked)];
}

/** The largest difference between a measured exponent and that in theory. */
const NEAR = 0.1;

function rateClaim(data: MomentumData): Claim {
  const exponents = exponentsOf(data);
  const grown = [["gd", 1], ["momentum", 0.5], ["nesterov", 0.5]] as const;
  const found = grown.map(([rule, theory]) => ({ rule, theory, p: required(exponents, rule, "rule") }));
  return decidedByNumbers(
    "Momentum is faster on badly conditioned problems: its iterations grow with the root of the condition number, those of gradient descent with the number itself.",
    found.every(({ p, theory }) => Math.abs(p - theory) < NEAR),
    `Exponent of the growth: ${
      found.map(({ rule, p }) => `${rule} ${p.toFixed(3)}`).join(", ")
    }. Test: within ${NEAR} of 1, 0.5 and 0.5.`,
  );
}

function oscillationClaim({ paths }: MomentumData): Claim {
  const byName = Object.fromEntries(paths.map((p) => [p.optimizer, p]));
  const end = (name: string) => ravineEnd(required(byName, name, "path"));
  const [gd, momentum, nesterov] = [end("gd"), end("momentum"), end("nesterov")];
  const all = [gd, momentum, nesterov];
  const steps = required(paths, 0, "path").points.length - 1;
  return decidedByNumbers(
    "Momentum goes down a ravine with less oscillation.",
    all.every((r) => Number.isFinite(r.f)) && momentum.turns < gd.turns && nesterov.turns < gd.turns,
    `Crossings of the ravine's ground in ${steps} steps: gd ${gd.turns}, momentum ${momentum.turns}, nesterov ${nesterov.turns}; f at the end ${
      all.map((r) => r.f.toExponential(1)).join(", ")
    }. Test: fewer crossings than gradient descent for both.`,
  );
}

/** How many times smaller the largest update must be with momentum. */
const TIMES = 5;

function spikeClaim({ spiked, largest }: MomentumData, asked: Asked): Claim {
  const byName = Object.fromEntries(spiked.map((s) => [s.optimizer, s]));
  const moved = (name: string) => movedAfterSpike(required(byName, name, "optimizer")).toPrecision(3);
  const pairs = { name: "without", a: largest.map((l) => l.momentum), b: largest.map((l) => l.gd) };
  return decided(
    "Momentum prevents instability from sudden changes: an outlier among the gradients makes no jump.",
    decideAbove([pairs], {
      quantity: loss(asked),
      toward: -1,
      margin: Math.log(TIMES),
      own: "momentum",
      repeated: ["noise", "noises"],
    }),
    `Over the ${AFTER} steps after the outlier both move about as far in all, ${moved("momentum")} and ${
      moved("gd")
    }. The largest update with momentum over that`,
  );
}
