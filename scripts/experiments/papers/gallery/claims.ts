/**
 * The claims of `gallery`. Each descent is the same each time, so a claim holds or is contradicted; it stays undecided
 * if a run that it needs diverged.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { ADAPTIVE } from "../../../lab/problems/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { allBelow } from "../../../statistics/mod.ts";
import { detourText, type GalleryData, type GalleryRun, runsOf } from "./data.ts";
import { ESCAPED, SADDLE_START } from "./pictures.ts";

/** Decides the claims. */
export function claims({ runs }: Pick<GalleryData, "runs">): Claim[] {
  const beale = runsOf(runs, "beale");
  return [
    ...DIRECT.map((rule) => directClaim(beale, rule)),
    ...ROLLING.map((rule) => rollingClaim(beale, rule)),
    saddleClaim(runsOf(runs, "saddle")),
  ];
}

/** A rule, and its name in sentences. */
interface Named {
  readonly optimizer: string;
  readonly text: string;
}

/** The rules that the article sees head for the minimum at once, and those that it sees led off the track. */
const DIRECT: readonly Named[] = [
  { optimizer: "adagrad", text: "Adagrad" },
  { optimizer: "adadelta", text: "Adadelta" },
  { optimizer: "rmsprop", text: "RMSProp" },
];
const ROLLING: readonly Named[] = [
  { optimizer: "momentum", text: "momentum" },
  { optimizer: "nesterov", text: "NAG" },
];

/** The farthest that a direct path may go from the minimum, over the distance of its start. */
const NEAR_THE_WAY = 1.1;
/** The longest detour of a direct path. */
const SHORT = 2;

function pathText(run: GalleryRun): string {
  return `Its path is at most ${
    run.farthest?.toFixed(2) ?? "infinitely"
  } times as far from the minimum as its ` +
    `start, and until a tenth of the distance is left ${
      run.detour === null ? "it never comes" : `${detourText(run)} times as long as the straight way`
    }.`;
}

function directClaim(runs: readonly GalleryRun[], { optimizer, text }: Named): Claim {
  const run = required(runs, runs.findIndex((r) => r.optimizer === optimizer), "run");
  const { farthest, detour } = run;
  return {
    claim: `On Beale's function ${text} heads for the minimum at once.`,
    verdict: byComparison(
      farthest !== null && farthest <= NEAR_THE_WAY && detour !== null && detour <= SHORT,
    ),
    evidence: `${pathText(run)} Test: at most ${NEAR_THE_WAY} and ${SHORT} times.`,
  };
}

function rollingClaim(runs: readonly GalleryRun[], { optimizer, text }: Named): Claim {
  const run = required(runs, runs.findIndex((r) => r.optimizer === optimizer), "run");
  const claim = `On Beale's function ${text} is led off the track before it turns to the minimum.`;
  const evidence = `${pathText(run)} Test: above ${NEAR_THE_WAY} and ${SHORT} times.`;
  if (run.farthest === null || run.detour === null) return undecided({ claim, evidence }, [optimizer]);
  return {
    claim,
    verdict: byComparison(run.farthest > NEAR_THE_WAY && run.detour > SHORT),
    evidence,
  };
}

/** Returns a claim that rules leave open which diverged or never arrived. */
function undecided(open: Pick<Claim, "claim" | "evidence">, rules: readonly string[]): Claim {
  return {
    ...open,
    verdict: "undecided",
    needs: {
      text: `A learning rate with which ${rules.join(" and ")} ${
        rules.length > 1 ? "do" : "does"
      } not diverge, or more steps (--steps), would decide.`,
      seeds: null,
    },
  };
}

/** Returns the step at which a run left the saddle: after the last if it stayed. */
function leftAt({ escapedAt, f }: GalleryRun): number {
  return escapedAt ?? f.length;
}

function hasDiverged({ escapedAt, f }: GalleryRun): boolean {
  return escapedAt === null && !f.every(Number.isFinite);
}

function leftText(run: GalleryRun): string {
  return `${run.optimizer} ${run.escapedAt ?? (hasDiverged(run) ? "diverged" : "never")}`;
}

function saddleClaim(runs: readonly GalleryRun[]): Claim {
  const adaptive = runs.filter((r) => ADAPTIVE.has(r.optimizer));
  const others = runs.filter((r) => !ADAPTIVE.has(r.optimizer));
  const claim =
    "At a saddle point gradient descent, momentum and NAG find it hard to break the symmetry, while the adaptive rules head down the slope at once.";
  const evidence = `Steps until f < ${ESCAPED}, from (${
    SADDLE_START.join(", ")
  }), with the rates tuned on Beale's function: ${adaptive.map(leftText).join(", ")}; ${
    others.map(leftText).join(", ")
  }. Test: each of the first is below each of the second.`;
  const lost = runs.filter(hasDiverged).map((r) => r.optimizer);
  if (lost.length > 0) return undecided({ claim, evidence }, lost);
  return { claim, verdict: byComparison(allBelow(adaptive.map(leftAt), others.map(leftAt))), evidence };
}
