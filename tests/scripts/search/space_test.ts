import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  drawSettings,
  edgesOf,
  positionOf,
  type SearchInterval,
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
