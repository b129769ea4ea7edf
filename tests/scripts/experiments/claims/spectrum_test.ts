import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/curvature/spectrum/claims.ts";
import type { Spectrum, SpectrumConfig } from "../../../../scripts/experiments/curvature/spectrum/data.ts";
import { bulkOf, outliersOf } from "../../../../scripts/experiments/curvature/spectrum/summary.ts";
import { stored, verdicts } from "./stored.ts";

/** Returns 20 eigenvalues of which some stand out: from 10 down to 5, and from 0.1 down to 0.05. */
function valuesWith(outliers: number): number[] {
  return Array.from({ length: 20 }, (_, i) => (i < outliers ? 10 : 0.1) * (1 - i / 40));
}

interface Made {
  readonly seeds?: number;
  readonly outliers?: (seed: number) => number;
  /** The share of the spectrum at 0; the rest is at the largest eigenvalue. */
  readonly bulk?: (seed: number) => number;
  readonly converged?: (seed: number) => boolean;
}

function claimsOf({ seeds = 8, outliers = () => 10, bulk = () => 0.99, converged = () => true }: Made = {}) {
  const spectra = Array.from({ length: seeds }).flatMap((_, seed) => {
    const after: Spectrum = {
      seed,
      moment: "after",
      loss: 0.1,
      values: valuesWith(outliers(seed)),
      residuals: [],
      converged: converged(seed),
      nodes: [0, 10],
      weights: [bulk(seed), 1 - bulk(seed)],
      places: [],
      density: [],
    };
    // What comes before training decides nothing.
    return [
      { ...after, moment: "before" as const, values: [1, 1], weights: [0, 1], converged: false },
      after,
    ];
  });
  return claims(stored({ config: { classes: 10, top: 20 } as SpectrumConfig, spectra }));
}

Deno.test("spectrum: the outliers end at the largest ratio of neighbors above 0", () => {
  assertEquals(outliersOf({ values: [8, 4, 0.4, 0.2, -1] }), 2);
  // The largest difference is not the largest ratio.
  assertEquals(outliersOf({ values: [100, 60, 50, 5] }), 3);
  assertEquals([outliersOf({ values: [1] }), outliersOf({ values: [1, 0, -1] })], [0, 0]);
});

Deno.test("spectrum: the bulk is what lies within a twentieth of the largest eigenvalue from 0", () => {
  const spectrum = { values: [2], nodes: [-0.2, -0.09, 0, 0.09, 0.11], weights: [0.1, 0.2, 0.3, 0.25, 0.15] };
  assertAlmostEquals(bulkOf(spectrum), 0.75);
});

Deno.test("spectrum: ten outliers of ten classes and 99 % in the bulk hold with eight seeds, p = 2 / 256", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds"]);
  assertEquals(found.map((c) => c.test!.p), [2 / 256, 2 / 256]);
  assertStringIncludes(
    found[1]!.evidence,
    "10, 10, 10, 10, 10, 10, 10, 10 (one figure a seed), with 10 classes",
  );
  assertEquals(verdicts(claimsOf({ seeds: 5 })), ["undecided", "undecided"]);
});

Deno.test("spectrum: up to two outliers more or fewer than classes are about as many, four are not", () => {
  const verdictAt = (outliers: (seed: number) => number) => claimsOf({ outliers })[1]!.verdict;
  assertEquals([8, 12].map((n) => verdictAt(() => n)), ["holds", "holds"]);
  assertEquals([1, 6, 14, 19].map((n) => verdictAt(() => n)), Array(4).fill("contradicted"));
  assertEquals(verdictAt((s) => (s % 2 === 0 ? 9 : 5)), "undecided");
});

Deno.test("spectrum: a bulk of less than nine tenths is contradicted", () => {
  assertEquals(claimsOf({ bulk: () => 0.8 })[0]!.verdict, "contradicted");
  assertEquals(claimsOf({ bulk: (s) => (s % 2 === 0 ? 0.99 : 0.8) })[0]!.verdict, "undecided");
});

Deno.test("spectrum: eigenvalues that did not converge leave both claims open", () => {
  const found = claimsOf({ converged: (s) => s !== 3 });
  assertEquals(verdicts(found), ["undecided", "undecided"]);
  assertEquals(
    found[1]!.needs!.text,
    "The eigenvalues did not converge with 1 seed: allow more --products.",
  );
});
