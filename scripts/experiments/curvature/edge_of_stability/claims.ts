/**
 * The claims of `edge-of-stability`.
 *
 * @module
 */
import type { Claim } from "../../../report/mod.ts";
import { EDGE_TEXTS, type EdgeData, type EdgeRule, type EdgeRun } from "./data.ts";
import { type EdgeSummary, NEAR, summaryOf } from "./summary.ts";

/** How far the mean sharpness of the last third may be from the edge, as a share of it. */
export const TOLERANCE: Readonly<Record<EdgeRule, number>> = { gd: 0.1, momentum: 0.1, adam: 0.15 };

const CLAIMS: Readonly<Record<EdgeRule, string>> = {
  gd:
    "Gradient descent comes to the edge of stability: the sharpness stays at 2 over the rate, while the loss still falls.",
  momentum: "With momentum it stays at (2 + 2 beta) over the rate, while the loss still falls.",
  adam: "Full-batch Adam comes to an edge of its own: the sharpness that it sees stays at 38 over the rate.",
};

/** Decides a claim for each rule that was trained. */
export function claims({ runs }: Pick<EdgeData, "runs">): Claim[] {
  const rules = [...new Set(runs.map((r) => r.rule))];
  return rules.map((rule) => edgeClaim(rule, runs.filter((r) => r.rule === rule)));
}

type Summed = EdgeRun & { readonly summary: EdgeSummary | null };

function edgeClaim(rule: EdgeRule, runs: readonly EdgeRun[]): Claim {
  const summed = runs.map((r): Summed => ({ ...r, summary: summaryOf(r) }));
  const tolerance = TOLERANCE[rule];
  const reached = summed.filter((r) => r.summary?.reachedAt != null);
  const wrong = reached.filter(({ summary }) => !atEdge(summary!, tolerance));
  const short = summed.filter((r) => r.summary?.reachedAt == null);
  const percent = 100 * tolerance;
  const evidence = `The sharpness over the last third: ${
    summed.map(figures).join("; ")
  }. Test: the mean over the last third of the measurements within ${percent} % of the edge, ${
    EDGE_TEXTS[rule]
  }, and a lower loss in its second half than in its first, for each rate.`;
  const claim = { claim: CLAIMS[rule], evidence };
  if (wrong.length > 0) return { ...claim, verdict: "contradicted" };
  if (short.length === 0) return { ...claim, verdict: "holds" };
  const rates = short.map((r) => r.learningRate).join(", ");
  return {
    ...claim,
    verdict: "undecided",
    needs: {
      text: `At rate ${rates} it did not come within ${
        Math.round(100 * (1 - NEAR))
      } % of the edge: take more steps, or other rates.`,
      seeds: null,
    },
  };
}

function atEdge({ ratio, falls }: EdgeSummary, tolerance: number): boolean {
  return Math.abs(ratio - 1) <= tolerance && falls;
}

function figures({ learningRate, summary }: Summed): string {
  if (summary === null) return `rate ${learningRate} diverged`;
  const { ratio, losses, reachedAt } = summary;
  const when = reachedAt === null ? "never near it" : `near it from step ${reachedAt}`;
  return `rate ${learningRate}, ${ratio.toFixed(3)} of the edge (${when}), loss ${
    losses[0].toExponential(2)
  } to ${losses[1].toExponential(2)}`;
}
