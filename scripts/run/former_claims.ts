/**
 * Claims as earlier versions spelled them.
 *
 * @module
 */

// cspell:ignore optimiser generalises
/** How claims of 0.1.0 were spelled, and how they are spelled now. */
const SPELLINGS: readonly (readonly [former: string, present: string])[] = [
  ["optimiser", "optimizer"],
  ["generalises", "generalizes"],
  ["uses the hardware badly", "uses the hardware poorly"],
];

/** Returns a claim in its present spelling, so that runs of different versions are compared claim by claim. */
export function presentClaim(claim: string): string {
  return SPELLINGS.reduce((text, [former, present]) => text.replaceAll(former, present), claim);
}
