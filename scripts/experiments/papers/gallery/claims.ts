/**
 * The claims of `gallery`.
 *
 * @module
 */
import { ADAPTIVE } from "../../../lab/problems/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { allBelow } from "../../../statistics/mod.ts";
import { detourText, type GalleryData, type GalleryRun, runsOf } from "./data.ts";
import { ESCAPED, SADDLE_START } from "./pictures.ts";

/** Decides the claims. */
export function claims({ runs }: Pick<GalleryData, "runs">): Claim[] {
  return [straightClaim(runsOf(runs, "beale")), saddleClaim(runsOf(runs, "saddle"))];
}

/** The rules that the article sees go the direct way, and those that it sees led off it. */
const DIRECT = ["adagrad", "adadelta", "rmsprop"];
const ROLLING = ["momentum", "nesterov"];

function straightClaim(runs: readonly GalleryRun[]): Claim {
  const direct = runs.filter((r) => DIRECT.includes(r.optimizer));
  const rolling = runs.filter((r) => ROLLING.includes(r.optimizer));
  // A run that never arrived has no length to compare.
  const length = (r: GalleryRun) => r.detour ?? NaN;
  const text = (all: readonly GalleryRun[]) => all.map((r) => `${r.optimizer} ${detourText(r)}`).join(", ");
  return {
    claim:
      "On Beale's function Adagrad, Adadelta and RMSProp go the direct way, while momentum and NAG are led off it.",
    verdict: byComparison(allBelow(direct.map(length), rolling.map(length))),
    evidence: `Length of the path until a tenth of the distance is left, over the straight way: ${
      text(direct)
    }; ${text(rolling)}. Test: each of the first is below each of the second.`,
  };
}

/** Returns the step at which a run left the saddle: after the last if it stayed, `NaN` if it diverged. */
function leftAt({ escapedAt, f }: GalleryRun): number {
  return escapedAt ?? (f.every(Number.isFinite) ? f.length : NaN);
}

function leftText(run: GalleryRun): string {
  return `${run.optimizer} ${run.escapedAt ?? (Number.isFinite(leftAt(run)) ? "never" : "diverged")}`;
}

function saddleClaim(runs: readonly GalleryRun[]): Claim {
  const adaptive = runs.filter((r) => ADAPTIVE.has(r.optimizer));
  const others = runs.filter((r) => !ADAPTIVE.has(r.optimizer));
  return {
    claim:
      "At a saddle point gradient descent, momentum and NAG find it hard to break the symmetry, while the adaptive rules head down the slope at once.",
    verdict: byComparison(allBelow(adaptive.map(leftAt), others.map(leftAt))),
    evidence: `Steps until f < ${ESCAPED}, from (${
      SADDLE_START.join(", ")
    }), with the rates tuned on Beale's function: ${adaptive.map(leftText).join(", ")}; ${
      others.map(leftText).join(", ")
    }. Test: each of the first is below each of the second.`,
  };
}
