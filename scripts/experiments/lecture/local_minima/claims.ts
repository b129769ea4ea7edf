/**
 * The claims of `local-minima`.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { decidedByNumbers } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type BasinRun, type LocalMinimaData, percent, runsOn, share } from "./data.ts";
import { barrier, SMALL } from "./functions.ts";

/** The part of the data that the claims read. */
type Decided = Pick<LocalMinimaData, "runs" | "small">;

/** Decides the claims. */
export function claims({ runs, small }: Decided): Claim[] {
  return [
    basinClaim(runWith(small, "gd")),
    momentumClaim(runWith(small, "gd"), runWith(small, "momentum")),
    dependsClaim(runsOn(runs, "himmelblau")),
    lowestClaim(runsOn(runs, "rastrigin")),
  ];
}

function runWith(runs: readonly BasinRun[], optimizer: string): BasinRun {
  return required(Object.fromEntries(runs.map((r) => [r.optimizer, r])), optimizer, "run with the optimizer");
}

/** Returns whether any descent diverged: its end then is no minimum. */
function diverged({ ends }: BasinRun): boolean {
  return !ends.flat().every(Number.isFinite);
}

/** Returns whether each start is on the right of the barrier. */
function rightOf({ starts }: BasinRun, top: number): boolean[] {
  return starts.map(([x]) => x > top);
}

function basinClaim(gd: BasinRun): Claim {
  const top = barrier();
  const right = rightOf(gd, top);
  // The lower minimum is on the left, and has the number 0.
  const own = share(gd.found, (minimum, i) => minimum === (right[i] ? 1 : 0));
  return decidedByNumbers(
    "Gradient descent with a small rate ends in the minimum on whose side it starts, be it the lower one or not.",
    own === 1,
    `On the double well, at the rate ${SMALL}, ${
      percent(own)
    } of ${gd.starts.length} starts end on their own side of the barrier at ${
      top.toFixed(3)
    }. Test: all of them.`,
  );
}

/** Returns the share of starts on the right of the barrier that end in the lower minimum, on its left. */
function crossed(run: BasinRun): number {
  const right = rightOf(run, barrier());
  return share(run.found.filter((_, i) => right[i]), (minimum) => minimum === 0);
}

function momentumClaim(gd: BasinRun, momentum: BasinRun): Claim {
  const [plain, rolling] = [crossed(gd), crossed(momentum)];
  return decidedByNumbers(
    "Momentum carries a descent over barriers that gradient descent at the same rate does not cross.",
    rolling > plain && !diverged(gd) && !diverged(momentum),
    `On the double well, at the rate ${SMALL}, ${
      percent(rolling)
    } of the starts on the right of the barrier end in the lower minimum with momentum, ${
      percent(plain)
    } without. Test: the first is larger.`,
  );
}

function dependsClaim(runs: readonly BasinRun[]): Claim {
  const gd = runWith(runs, "gd");
  const others = runs.filter((r) => r !== gd).map((r) => ({
    name: r.optimizer,
    elsewhere: share(r.found, (minimum, i) => minimum !== gd.found[i]),
  }));
  return decidedByNumbers(
    "Which minimum is found depends on the optimizer, not on the start alone.",
    others.every((o) => o.elsewhere > 0.01) && !runs.some(diverged),
    `On Himmelblau's function, starts that end elsewhere than with gradient descent: ${
      others.map((o) => `${o.name} ${percent(o.elsewhere)}`).join(", ")
    }. Test: more than 1% for each.`,
  );
}

function lowestClaim(runs: readonly BasinRun[]): Claim {
  const shares = runs.map((r) => ({
    name: r.optimizer,
    lowest: share(r.found, (minimum) => minimum === 0),
  }));
  return decidedByNumbers(
    "Among many minima, descents from most starts end in one that is not the lowest, whichever the optimizer.",
    shares.every((s) => s.lowest < 0.5) && !runs.some(diverged),
    `On Rastrigin's function, starts that end in the lowest of 25 minima: ${
      shares.map((s) => `${s.name} ${percent(s.lowest)}`).join(", ")
    }. Test: below 50% for each.`,
  );
}
