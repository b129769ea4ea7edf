/** The measurements of `flat-minima`: the rise of the loss in a box, and a small run. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { boxSharpness } from "../../../scripts/experiments/curvature/flat_minima/box_sharpness.ts";
import { claims } from "../../../scripts/experiments/curvature/flat_minima/claims.ts";
import { measure, prepare } from "../../../scripts/experiments/curvature/flat_minima/measure.ts";
import { page } from "../../../scripts/experiments/curvature/flat_minima/page.ts";
import { parseOptions } from "../../../scripts/cli/mod.ts";
import { allCommands } from "../../../scripts/experiments/registry.ts";
import { type Context, Lab } from "../../../scripts/run/mod.ts";

/** Returns the loss `sum a w^2 / 2` and its gradient. */
function quadratic(a: readonly number[], point: readonly number[]) {
  return {
    point: Float64Array.from(point),
    gradient(at: ArrayLike<number> = point) {
      const w = Array.from(at);
      return Promise.resolve({
        loss: w.reduce((sum, v, i) => sum + a[i]! * v * v / 2, 0),
        gradient: Float64Array.from(w, (v, i) => a[i]! * v),
        batchNorms: new Float64Array(0),
      });
    },
  };
}

Deno.test("the sharpness in a box is that of its highest corner", async () => {
  const [a, w, epsilon] = [[1, 4, 100], [2, -1, 0.5], 0.01];
  const lossAt = (x: readonly number[]) => x.reduce((sum, v, i) => sum + a[i]! * v * v / 2, 0);
  // Where all curvatures are positive, each parameter moves away from 0, to the edge of the box.
  const corner = w.map((v) => v + Math.sign(v) * epsilon * (Math.abs(v) + 1));
  const expected = 100 * (lossAt(corner) - lossAt(w)) / (1 + lossAt(w));
  assertAlmostEquals(await boxSharpness(quadratic(a, w), { epsilon, steps: 100 }), expected, 1e-9);
  // A loss that falls all around it, and one at whose gradient is 0, do not rise.
  assertEquals(await boxSharpness(quadratic([-1, -1], [0, 0]), { epsilon, steps: 100 }), 0);
});

Deno.test("the box ends the rise: an ascent of more steps finds no more", async () => {
  const sharpness = (steps: number) => boxSharpness(quadratic([1, 2], [1, 1]), { epsilon: 1e-3, steps });
  const [few, many, more] = [await sharpness(1), await sharpness(50), await sharpness(500)];
  assert(few < many);
  assertEquals(many, more);
});

Deno.test("flat-minima: a small run ends at the target, and the way between its ends begins and ends there", async () => {
  const { options } = parseOptions(
    ["flat-minima", "--seeds", "2", "--target", "0.5", "--small", "20"],
    await allCommands(),
  );
  const setup = prepare(options);
  const data = await measure(setup, { options, progress: () => {}, lab: new Lab() } as unknown as Context);
  assertEquals(data.runs.map((r) => [r.batch, r.seed]), [["small", 0], ["small", 1], ["large", 0], [
    "large",
    1,
  ]]);
  for (const run of data.runs) {
    assert(run.reached && !run.diverged && run.trainLoss <= 0.5 && run.trainLoss > 0.3, `${run.trainLoss}`);
    assert(run.trainAccuracy > 0.7 && run.testAccuracy > 0.6);
    assert(run.sharpness > 0 && run.largest > 0);
  }
  const { at } = data.config;
  for (const { seed, losses } of data.paths) {
    const [small, large] = (["small", "large"] as const).map((b) =>
      data.runs.find((r) => r.batch === b && r.seed === seed)!.trainLoss
    );
    const near = (position: number) => losses[at.findIndex((v) => Math.abs(v - position) < 1e-9)]!;
    assertAlmostEquals(near(0), small!, 1e-4);
    assertAlmostEquals(near(1), large!, 1e-4);
  }
  assertEquals(claims(data).map((c) => c.verdict), ["undecided", "undecided", "undecided"]);
  assertEquals(page(data).tables![0]!.rows.length, 4);
});
