import { assert, assertEquals } from "@std/assert";
import type { AtMultiple, OnLine } from "../../../optim/minimize/line.ts";
import { strongWolfe } from "../../../optim/minimize/strong_wolfe.ts";
import { zoom } from "../../../optim/minimize/zoom.ts";

/** offset + slope t + square t^2 + the sum of a sin(w t + p) over waves [a, w, p]. */
interface Curve {
  readonly offset: number;
  readonly slope: number;
  readonly square: number;
  readonly waves: readonly (readonly [a: number, w: number, p: number])[];
}

/** The result of a peer's search. */
interface Found {
  readonly curve: Curve;
  readonly most: number;
  readonly t: number;
  readonly evaluations: number;
}

function golden<T>(name: string): readonly (Found & T)[] {
  const url = new URL(`../../golden/lbfgs/${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url)).cases;
}

function onCurve({ offset, slope, square, waves }: Curve, t: number): OnLine {
  const value = waves.reduce(
    (sum, [a, w, p]) => sum + a * Math.sin(w * t + p),
    offset + slope * t + square * t ** 2,
  );
  const rise = waves.reduce((sum, [a, w, p]) => sum + a * w * Math.cos(w * t + p), slope + 2 * square * t);
  return { t, value, slope: rise, gradient: Float64Array.of(rise) };
}

/** Compares a search with the peer's, curve by curve: where it ends, and after how many evaluations. */
async function compare<T>(
  cases: readonly (Found & T)[],
  search: (at: AtMultiple, start: OnLine, c: Found & T) => Promise<OnLine>,
) {
  assert(cases.length >= 100);
  for (const [i, c] of cases.entries()) {
    let evaluations = 0;
    const at = (t: number) => (evaluations++, Promise.resolve(onCurve(c.curve, t)));
    const { t } = await search(at, onCurve(c.curve, 0), c);
    const what = `curve ${i + 1}: ${JSON.stringify(c)}`;
    assertEquals(evaluations, c.evaluations, what);
    // Extrapolation multiplies the rounding of values that hardly differ.
    assert(Math.abs(t - c.t) <= 1e-6 * Math.abs(c.t), `${what}, got ${t}`);
  }
}

Deno.test("strongWolfe ends where PyTorch's search ends, on curves", () =>
  compare<{ first: number }>(
    golden("torch_searches"),
    (at, start, { first, most }) =>
      strongWolfe(at, { start, first, most, largest: 1, toleranceChange: 1e-9 }),
  ));

Deno.test("zoom ends where Optax's search ends, on curves", () =>
  compare<{ maxRate: number | null; approximate: boolean }>(
    golden("optax_searches"),
    (at, start, { most, maxRate, approximate }) =>
      zoom(at, {
        start,
        most,
        settings: {
          maxRate: maxRate ?? Infinity,
          slopeTolerance: 1e-4,
          curvatureTolerance: 0.9,
          approximateTolerance: approximate ? 1e-6 : null,
          precision: 1e-5,
        },
      }),
  ));

Deno.test("strongWolfe takes longer steps after its second trial even if the value rose, as PyTorch does", async () => {
  // No point is flat enough; the second is higher than the first, but low enough and still falling.
  const values = [-0.5, -0.4, -3, -4];
  const tried: number[] = [];
  const at = (t: number) => {
    tried.push(t);
    const slope = tried.length === 4 ? 0 : -0.95;
    return Promise.resolve({ t, value: values[tried.length - 1]!, slope, gradient: new Float64Array(1) });
  };
  const start = { t: 0, value: 0, slope: -1, gradient: new Float64Array(1) };
  await strongWolfe(at, { start, first: 1, most: 10, largest: 1, toleranceChange: 1e-9 });
  assertEquals(tried.length, 4);
  assert(tried[2]! > tried[1]!, `${tried}`);
});
