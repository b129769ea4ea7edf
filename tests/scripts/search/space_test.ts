import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  drawSettings,
  edgesOf,
  positionOf,
  type SearchInterval,
  type Setting,
  settingsWith,
  valueAt,
} from "../../../scripts/lab/search/mod.ts";

const RATE = { low: 1e-4, high: 1e-1, scale: "log" } as const;
const DECAY = { low: 0.9, high: 0.999, scale: "one-minus-log" } as const;
const SHARE = { low: -1, high: 3, scale: "linear" } as const;

Deno.test("valueAt() spaces values by the scale, and positionOf() is its inverse", () => {
  assertEquals([0, 1 / 3, 2 / 3, 1].map((p) => valueAt(RATE, p)), [1e-4, 1e-3, 1e-2, 1e-1]);
  assertEquals([0, 0.5, 1].map((p) => valueAt(DECAY, p)), [0.9, 0.99, 0.999]);
  assertEquals([0, 0.25, 1].map((p) => valueAt(SHARE, p)), [-1, 0, 3]);
  for (const interval of [RATE, DECAY, SHARE]) {
    for (const position of [0, 0.1, 0.37, 0.9, 1]) {
      const value = valueAt(interval, position);
      assert(typeof value === "number");
      assertAlmostEquals(positionOf(interval, value), position, 1e-5);
    }
  }
});

Deno.test("valueAt() gives each choice an equal share, and never leaves its interval", () => {
  const choices = { choices: ["a", "b", "c"] };
  assertEquals([0, 0.3, 0.4, 0.6, 0.7, 1].map((p) => valueAt(choices, p)), ["a", "a", "b", "b", "c", "c"]);
  const narrow: SearchInterval = { low: 0.1234567, high: 0.12345671, scale: "log" };
  for (const p of [0, 0.5, 1]) {
    const value = valueAt(narrow, p) as number;
    assert(value >= narrow.low && value <= narrow.high);
  }
});

Deno.test("drawSettings() draws typeable values, and takes the same points in each space", () => {
  const one = drawSettings({ learningRate: RATE, beta1: DECAY }, { count: 16, seed: 3 });
  const other = drawSettings({ learningRate: { ...RATE, low: 1e-3, high: 10 } }, { count: 16, seed: 3 });
  for (const [i, { learningRate, beta1 }] of one.entries()) {
    assert(typeof learningRate === "number" && typeof beta1 === "number");
    assert(String(learningRate).replace(/e.*|^0\.0*|\./g, "").length <= 6, String(learningRate));
    const there = positionOf({ ...RATE, low: 1e-3, high: 10 }, other[i]!.learningRate as number);
    assertAlmostEquals(positionOf(RATE, learningRate), there, 1e-5);
  }
  assertEquals(drawSettings({}, { count: 2, seed: 0 }), [{}, {}]);
});

Deno.test("settingsWith() begins with the given setting, in place of the nearest that is drawn", () => {
  const space = {
    learningRate: { low: 1e-4, high: 1, scale: "log" },
    form: { choices: ["a", "b"] },
  } as const;
  for (const seed of [0, 1, 2]) {
    const drawn = drawSettings(space, { count: 8, seed });
    const first = { learningRate: 3e-3, form: "b" };
    const [given, ...others] = settingsWith(first, { space, count: 8, seed });
    assertEquals(given, first);
    const [left, ...more] = drawn.filter((d) =>
      !others.includes(d) && !others.some((o) => o.learningRate === d.learningRate)
    );
    assertEquals([more, others.length], [[], 7]);
    // In decades of four, and a whole interval between two choices.
    const far = (s: Setting) =>
      (Math.log10(Number(s.learningRate) / 3e-3) / 4) ** 2 + (s.form === "b" ? 0 : 1);
    assertEquals(far(left!), Math.min(...drawn.map(far)));
  }
  // What lies outside of the interval, or has no place in it, counts too.
  const settings = (learningRate: number) =>
    settingsWith({ learningRate, form: "b" }, { space, count: 4, seed: 0 });
  assertEquals([settings(9).length, settings(0).length, settings(NaN).length], [4, 4, 4]);
  // Four trials cover each quarter of the rates, whose declared one stands for its own.
  const rate = { learningRate: space.learningRate };
  const four = settingsWith({ learningRate: 1.1e-2 }, { space: rate, count: 4, seed: 0 });
  const quarters = four.map((s) => Math.floor(Math.log10(Number(s.learningRate)) + 4));
  assertEquals(quarters.sort(), [0, 1, 2, 3]);
});

Deno.test("edgesOf() names what lies in the outermost tenth of its interval", () => {
  const space = { learningRate: RATE, beta1: DECAY, kind: { choices: [1, 2] } };
  const at = (learningRate: number, beta1: number) =>
    edgesOf({ learningRate, beta1, kind: 1 }, space).map((e) => `${e.name} ${e.edge}`);
  assertEquals(at(1e-3, 0.99), []);
  // A tenth of three decades is a factor of two.
  assertEquals(at(1.99e-4, 0.99), ["learningRate low"]);
  assertEquals(at(2.01e-4, 0.99), []);
  assertEquals(at(0.06, 0.9985), ["learningRate high", "beta1 high"]);
});

Deno.test("settingsWith(): four rates with one in the middle reach the outer quarters, for every seed", () => {
  const space = { learningRate: { low: 1e-4, high: 1, scale: "log" } } as const;
  for (let seed = 0; seed < 50; seed++) {
    const rates = settingsWith({ learningRate: 1e-2 }, { space, count: 4, seed }).map((s) =>
      Number(s.learningRate)
    );
    assert(Math.min(...rates) < 1e-3 && Math.max(...rates) > 1e-1, `seed ${seed}: ${rates}`);
  }
});
