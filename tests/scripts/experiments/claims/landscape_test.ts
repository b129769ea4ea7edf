import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/curvature/landscape/claims.ts";
import type {
  Extremes,
  LandscapeConfig,
  LandscapeRun,
  NetworkName,
} from "../../../../scripts/experiments/curvature/landscape/data.ts";
import { interpolated } from "../../../../scripts/experiments/curvature/landscape/page.ts";
import { summaryOf } from "../../../../scripts/experiments/curvature/landscape/summary.ts";
import { stored, verdicts } from "./stored.ts";

/** The results of one network: a number holds for every seed. */
interface Given {
  readonly loss: number | ((seed: number) => number);
  /** The number of near ones among the ten points of the plane. */
  readonly near: number;
  readonly least: number;
  readonly diverged?: (seed: number) => boolean;
}

const USUAL: Readonly<Record<NetworkName, Given>> = {
  plain: { loss: 0.5, near: 2, least: -10 },
  shortcuts: { loss: 0.1, near: 6, least: -1 },
};

function runOf(
  network: NetworkName,
  seed: number,
  { loss, near, least, diverged = () => false }: Given,
): LandscapeRun {
  const end = typeof loss === "number" ? loss : loss(seed);
  const lost = diverged(seed);
  const extremes: Extremes[] = [{ x: 0, y: 0, least, largest: 10 }];
  return {
    network,
    seed,
    diverged: lost,
    loss: lost ? NaN : end,
    testAccuracy: lost ? NaN : 0.9,
    plane: lost ? [] : [Array.from({ length: 10 }, (_, i) => end + (i < near ? 1.1 : 1.2))],
    extremes: lost ? [] : extremes,
  };
}

function claimsOf(changes: Partial<Record<NetworkName, Partial<Given>>> = {}, seeds = 6) {
  const config: LandscapeConfig = {
    architecture: "mlp",
    examples: 10,
    layers: 4,
    width: 2,
    learningRate: 0.1,
    batchSize: 5,
    epochs: 1,
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
    at: [-1, 0, 1],
    curvatureAt: [0],
  };
  const runs = (["plain", "shortcuts"] as const).flatMap((network) =>
    config.seeds.map((seed) => runOf(network, seed, { ...USUAL[network], ...changes[network] }))
  );
  return claims(stored({ config, runs }));
}

Deno.test("landscape: all claims hold where shortcuts train better, and end flatter and closer to convex", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    "over that without shortcuts: 0.200 times (0.200 to 0.200), p = 0.031",
  );
  assertStringIncludes(found[1]!.evidence, "less that without shortcuts: 40.0 points (40.0 to 40.0)");
  // 1 / 11 less 10 / 20.
  assertStringIncludes(found[2]!.evidence, "less that without shortcuts: -40.9 points");
  assertEquals(verdicts(claimsOf({}, 5)), ["undecided", "undecided", "undecided"]);
  assertEquals(claimsOf({}, 5).map((c) => c.needs!.seeds), [6, 6, 6]);
});

Deno.test("landscape: each claim is contradicted by its own measurement", () => {
  assertEquals(verdicts(claimsOf({ plain: { loss: 0.05 } })), ["contradicted", "holds", "holds"]);
  assertEquals(verdicts(claimsOf({ plain: { near: 7 } })), ["holds", "contradicted", "holds"]);
  assertEquals(verdicts(claimsOf({ plain: { least: 3 } })), ["holds", "holds", "contradicted"]);
  // Seeds that disagree decide nothing.
  assertEquals(
    claimsOf({ shortcuts: { loss: (seed) => (seed < 3 ? 0.1 : 2) } })[0]!.verdict,
    "undecided",
  );
});

Deno.test("landscape: a training that diverged is the worst", () => {
  assertEquals(verdicts(claimsOf({ plain: { diverged: () => true } })), ["holds", "holds", "holds"]);
  assertEquals(verdicts(claimsOf({ shortcuts: { diverged: () => true } })), Array(3).fill("contradicted"));
});

Deno.test("landscape: only negative eigenvalues count, and points just within the rise do", () => {
  const run = runOf("plain", 0, { loss: 1, near: 3, least: 2 });
  assertEquals(summaryOf(run), { near: 0.3, negative: 0 });
  const extremes = [{ x: 0, y: 0, least: -1, largest: 3 }, { x: 1, y: 0, least: -1, largest: -0.5 }];
  assertEquals(summaryOf({ ...run, extremes }).negative, (0.25 + 1) / 2);
});

Deno.test("landscape: a plane between its points is linear in each direction", () => {
  const at = [-1, -0.5, 0, 0.5, 1];
  const f = (x: number, y: number) => 2 + 3 * x - y + 4 * x * y;
  const between = interpolated(at.map((y) => at.map((x) => f(x, y))), at);
  for (const [x, y] of [[-1, -1], [1, 1], [0.3, -0.7], [-0.25, 0.9]] as const) {
    assertAlmostEquals(between(x, y), f(x, y), 1e-12, `${x}, ${y}`);
  }
});
