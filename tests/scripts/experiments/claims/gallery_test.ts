import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/gallery/claims.ts";
import type { GalleryRun } from "../../../../scripts/experiments/papers/gallery/data.ts";
import { detourOf, farthestOf } from "../../../../scripts/experiments/papers/gallery/measure.ts";
import { stored, verdicts } from "./stored.ts";

type Values = Readonly<Record<string, number | null>>;

/** Detour, and the farthest distance from the minimum. */
type Paths = Readonly<Record<string, readonly [detour: number | null, farthest: number | null]>>;

const PATHS: Paths = {
  gd: [9, 3],
  momentum: [3.5, 1.6],
  nesterov: [4.3, 1.9],
  adagrad: [1.9, 1.05],
  adadelta: [1.5, 1],
  rmsprop: [1.5, 1.1],
};
const LEFT: Values = {
  gd: 90,
  momentum: 50,
  nesterov: 40,
  adagrad: 5,
  adadelta: 30,
  rmsprop: 4,
  adam: 6,
  adamax: 7,
  nadam: 8,
  amsgrad: 9,
};

function run(
  picture: string,
  { optimizer, detour = null, farthest = null, escapedAt = null, lost = false }: {
    optimizer: string;
    detour?: number | null;
    farthest?: number | null;
    escapedAt?: number | null;
    lost?: boolean;
  },
): GalleryRun {
  const f = Array.from({ length: 101 }, (_, i) => (lost && i === 100 ? NaN : 1));
  const path = [[0, 0]] as const;
  return { picture, optimizer, learningRate: 1, path, f, final: f.at(-1)!, detour, farthest, escapedAt };
}

function claimsOf(
  { paths = {}, left = {}, lost = [] }: { paths?: Paths; left?: Values; lost?: readonly string[] } = {},
) {
  return claims(stored({
    runs: [
      ...Object.entries({ ...PATHS, ...paths }).map(([optimizer, [detour, farthest]]) =>
        run("beale", { optimizer, detour, farthest })
      ),
      ...Object.entries({ ...LEFT, ...left }).map(([optimizer, escapedAt]) =>
        run("saddle", { optimizer, escapedAt, lost: lost.includes(optimizer) })
      ),
    ],
  }));
}

/** The claims in order: three direct paths, two that are led off, the saddle. */
const SADDLE = 5;

Deno.test("gallery: direct paths on Beale's function and quick paths off the saddle hold", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds", "holds", "holds", "holds"]);
  assertEquals(
    found[0]!.evidence,
    "Its path is at most 1.05 times as far from the minimum as its start, and until a tenth of the distance is left " +
      "1.90 times as long as the straight way. Test: at most 1.1 and 2 times.",
  );
  assertStringIncludes(found[SADDLE]!.evidence, "nadam 8, amsgrad 9; gd 90, momentum 50, nesterov 40. Test");
});

Deno.test("gallery: a first step away from the minimum, a long path, or none to the end contradict a direct way", () => {
  for (
    const path of [[1.5, 1.11], [2.01, 1], [null, 1], [null, null]] satisfies Paths[string][]
  ) {
    assertEquals(verdicts(claimsOf({ paths: { adagrad: path } })).slice(0, 2), ["contradicted", "holds"]);
  }
  // Gradient descent is not part of the claims.
  assertEquals(claimsOf({ paths: { gd: [1, 1] } })[0]!.verdict, "holds");
});

Deno.test("gallery: momentum that goes straight contradicts; one that diverged or never arrives decides nothing", () => {
  const momentum = (...path: Paths[string]) => claimsOf({ paths: { momentum: path } })[3]!;
  assertEquals(momentum(2, 1.6).verdict, "contradicted");
  assertEquals(momentum(3, 1.1).verdict, "contradicted");
  const never = momentum(null, 1.6);
  assertEquals([never.verdict, momentum(null, null).verdict], ["undecided", "undecided"]);
  assertStringIncludes(never.needs!.text, "momentum does not diverge, or more steps");
});

Deno.test("gallery: a rule that stays at the saddle counts as the last to leave; one that diverges decides nothing", () => {
  const of = (given: Parameters<typeof claimsOf>[0]) => claimsOf(given)[SADDLE]!;
  const stays = of({ left: { gd: null } });
  assertEquals(stays.verdict, "holds");
  assertStringIncludes(stays.evidence, "gd never");
  assertEquals(of({ left: { adam: null } }).verdict, "contradicted");
  assertEquals(of({ left: { adadelta: 40 } }).verdict, "contradicted");
  const diverged = of({ left: { gd: null }, lost: ["gd"] });
  assertEquals(diverged.verdict, "undecided");
  assertStringIncludes(diverged.evidence, "gd diverged");
  assertStringIncludes(diverged.needs!.text, "with which gd does not diverge");
});

Deno.test("detourOf() divides the path's length until a tenth is left by the straight distance so far", () => {
  // 3 up, 4 right and 3 down to the point (4, 0): 10 long, 4 straight.
  const around = [[0, 0], [0, 3], [4, 3], [4, 0], [9, 0]] as const;
  assertAlmostEquals(detourOf(around, [4.3, 0])!, 10 / 4, 1e-12);
  // A tenth of 5 is left at 4.5, which is not near enough; at 4.6 it is.
  assertEquals(detourOf([[0, 0], [4.5, 0]], [5, 0]), null);
  assertEquals(detourOf([[0, 0], [4.6, 0]], [5, 0]), 1);
  assertEquals(detourOf(around, undefined), null);
});

Deno.test("farthestOf() is the largest distance from the minimum over that of the start", () => {
  assertEquals(farthestOf([[0, 0], [-5, 0], [9, 0]], [10, 0]), 1.5);
  assertEquals(farthestOf([[0, 0], [9, 0]], [10, 0]), 1);
  assertEquals(farthestOf([[0, 0], [NaN, 0]], [10, 0]), null);
  assertEquals(farthestOf([[0, 0]], undefined), null);
});
