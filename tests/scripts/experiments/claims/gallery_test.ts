import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/papers/gallery/claims.ts";
import type { GalleryRun } from "../../../../scripts/experiments/papers/gallery/data.ts";
import { detourOf } from "../../../../scripts/experiments/papers/gallery/measure.ts";
import { stored, verdicts } from "./stored.ts";

type Values = Readonly<Record<string, number | null>>;

const DETOURS: Values = { gd: 9, momentum: 1.5, nesterov: 1.4, adagrad: 1.1, adadelta: 1.2, rmsprop: 1.3 };
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
  { optimizer, detour = null, escapedAt = null, lost = false }: {
    optimizer: string;
    detour?: number | null;
    escapedAt?: number | null;
    lost?: boolean;
  },
): GalleryRun {
  const f = Array.from({ length: 101 }, (_, i) => (lost && i === 100 ? NaN : 1));
  return { picture, optimizer, learningRate: 1, path: [[0, 0]], f, final: f.at(-1)!, detour, escapedAt };
}

function claimsOf(
  { detours = {}, left = {}, lost = [] }: { detours?: Values; left?: Values; lost?: readonly string[] } = {},
) {
  return claims(stored({
    runs: [
      ...Object.entries({ ...DETOURS, ...detours }).map(([optimizer, detour]) =>
        run("beale", { optimizer, detour })
      ),
      ...Object.entries({ ...LEFT, ...left }).map(([optimizer, escapedAt]) =>
        run("saddle", { optimizer, escapedAt, lost: lost.includes(optimizer) })
      ),
    ],
  }));
}

Deno.test("gallery: direct paths on Beale's function and quick paths off the saddle hold", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    ": adagrad 1.10, adadelta 1.20, rmsprop 1.30; momentum 1.50, nesterov 1.40. Test",
  );
  assertStringIncludes(found[1]!.evidence, "nadam 8, amsgrad 9; gd 90, momentum 50, nesterov 40. Test");
});

Deno.test("gallery: one adaptive rule with a detour like NAG's, or one that never arrives, contradicts", () => {
  assertEquals(claimsOf({ detours: { rmsprop: 1.4 } })[0]!.verdict, "contradicted");
  assertEquals(claimsOf({ detours: { adagrad: null } })[0]!.verdict, "contradicted");
  const [never] = claimsOf({ detours: { momentum: null } });
  assertEquals(never!.verdict, "contradicted");
  assertStringIncludes(never!.evidence, "momentum not there");
  // Gradient descent is not part of the claim.
  assertEquals(claimsOf({ detours: { gd: 1 } })[0]!.verdict, "holds");
});

Deno.test("gallery: a rule that stays at the saddle counts as the last to leave; one that diverges decides nothing", () => {
  const [, stays] = claimsOf({ left: { gd: null } });
  assertEquals(stays!.verdict, "holds");
  assertStringIncludes(stays!.evidence, "gd never");
  assertEquals(claimsOf({ left: { adam: null } })[1]!.verdict, "contradicted");
  assertEquals(claimsOf({ left: { adadelta: 40 } })[1]!.verdict, "contradicted");
  const [, diverged] = claimsOf({ left: { gd: null }, lost: ["gd"] });
  assertEquals(diverged!.verdict, "contradicted");
  assertStringIncludes(diverged!.evidence, "gd diverged");
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
