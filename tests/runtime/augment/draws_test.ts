import { assert, assertEquals } from "@std/assert";
import { type Augmentation, cutout, horizontalFlip, mixup, randomCrop, type StepDraw } from "../../../mod.ts";
import { planAugment } from "../../../runtime/augment/mod.ts";

const [BATCH, STEPS, SIDE] = [50, 120, 12];

/** Returns the draws of augmentations of square images, by the end of their names. */
function drawsOf(...list: Augmentation[]): Readonly<Record<string, StepDraw>> {
  const image = [2, SIDE, SIDE];
  const { draws } = planAugment({ x: list }, {
    x: { stored: image, read: image, dtype: "float32", black: 0 },
  });
  return Object.fromEntries(draws.map((d) => [d.name.split("/").at(-1)!, d]));
}

/** Returns what `of` finds in the elements of each example, of all steps. */
function perExample({ draw }: StepDraw, of: (own: number[], example: number) => number): number[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const all = Array.from(draw({ step, batchSize: BATCH, seed: 11 }));
    const each = all.length / BATCH;
    return Array.from({ length: BATCH }, (_, i) => of(all.slice(i * each, (i + 1) * each), i));
  }).flat();
}

/** Returns the chi-square statistic of counts against expected ones. */
function chiSquare(values: readonly number[], shares: readonly number[]): number {
  const counts = shares.map(() => 0);
  for (const v of values) counts[v]!++;
  assertEquals(counts.reduce((a, b) => a + b), values.length);
  return counts.reduce(
    (sum, n, k) => sum + (n - values.length * shares[k]!) ** 2 / (values.length * shares[k]!),
    0,
  );
}

const even = (n: number) => new Array<number>(n).fill(1 / n);

/** The 99.9 % points of the chi-square distribution, by degrees of freedom. */
const LIMIT: Readonly<Record<number, number>> = { 1: 10.83, 8: 26.12, 11: 31.26, 24: 51.18, 80: 124.84 };

Deno.test("randomCrop() shifts rows and columns evenly and apart, and each example by itself", () => {
  const { rows, columns } = drawsOf(randomCrop({ padding: 4 }));
  // Place 5 is inside after any shift.
  const down = perExample(rows!, (own, i) => own[5]! - i * 2 * (SIDE + 1) - 6 + 4);
  const right = perExample(columns!, (own) => own[5]! - 6 + 4);
  assert(chiSquare(down, even(9)) < LIMIT[8]!);
  assert(chiSquare(right, even(9)) < LIMIT[8]!);
  assert(chiSquare(down.map((v, i) => 9 * v + right[i]!), even(81)) < LIMIT[80]!);
  assert(chiSquare(down.slice(1).map((v, i) => 9 * v + down[i]!), even(81)) < LIMIT[80]!);
});

Deno.test("horizontalFlip() turns with its probability, independently of a crop before it", () => {
  for (const probability of [0, 0.25, 0.5, 1]) {
    const { columns } = drawsOf(horizontalFlip({ probability }));
    const turned = perExample(columns!, (own) => Number(own[0] === SIDE - 1));
    if (probability % 1 === 0) assertEquals(new Set(turned), new Set([probability]));
    else assert(chiSquare(turned, [1 - probability, probability]) < LIMIT[1]!);
  }
  const { rows, columns } = drawsOf(randomCrop({ padding: 2 }), horizontalFlip());
  const down = perExample(rows!, (own, i) => own[5]! - i * 2 * (SIDE + 1) - 6 + 2);
  const turned = perExample(columns!, (own) => Number(own[5]! > own[6]!));
  assert(
    chiSquare(down.map((v, i) => 2 * v + turned[i]!), even(10)) < 27.88,
    "99.9 % point of 9 degrees of freedom",
  );
});

Deno.test("cutout() erases about any pixel, and less at the borders", () => {
  const { rows, columns } = drawsOf(cutout({ size: 5 }));
  for (const band of [rows!, columns!]) {
    // The center: the last erased place less 2, or the first plus 2 where the border cuts the band.
    const centers = perExample(
      band,
      (own) => own[SIDE - 1] === 1 ? own.indexOf(1) + 2 : own.lastIndexOf(1) - 2,
    );
    assert(chiSquare(centers, even(SIDE)) < LIMIT[11]!);
    const lengths = perExample(band, (own) => own.reduce((a, b) => a + b));
    assertEquals([Math.min(...lengths), Math.max(...lengths)], [3, 5]);
  }
});

Deno.test("mixup() pairs by a permutation, each partner equally likely", () => {
  const { partners, share } = drawsOf(mixup({ alpha: 0.4 }));
  const first: number[] = [];
  for (let step = 0; step < 2000; step++) {
    const order = Array.from(partners!.draw({ step, batchSize: 25, seed: 3 }));
    first.push(order[0]!);
    if (step < 20) assertEquals(order.toSorted((a, b) => a - b), Array.from({ length: 25 }, (_, i) => i));
  }
  assert(chiSquare(first, even(25)) < LIMIT[24]!);
  const shares = Array.from({ length: 5000 }, (_, step) => share!.draw({ step, batchSize: 9, seed: 3 })[0]!);
  const variance = shares.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / shares.length;
  assert(Math.abs(variance - 0.25 / 1.8) < 0.004, "that of Beta(0.4, 0.4) is 1 / (4 (2 alpha + 1))");
});
