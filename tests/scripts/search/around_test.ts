import { assert, assertEquals } from "@std/assert";
import { drawAround, drawSettings, type SearchSpace } from "../../../scripts/lab/search/mod.ts";

const SPACE: SearchSpace = {
  learningRate: { low: 1e-5, high: 1e-1, scale: "log" },
  nesterov: { choices: [true, false] },
};

Deno.test("drawAround() puts the given setting first, in the place of the nearest drawn one", () => {
  const first = { learningRate: 1e-3, nesterov: true };
  const drawn = drawSettings(SPACE, { count: 8, seed: 3 });
  const around = drawAround(first, SPACE, { count: 8, seed: 3 });
  assertEquals(around.length, 8);
  assertEquals(around[0], first);
  const [left] = drawn.filter((s) =>
    !around.includes(s) && !around.some((a) => a.learningRate === s.learningRate)
  );
  const apart = (s: typeof drawn[number]) =>
    (Math.log10(Number(s.learningRate) / 1e-3) / 4) ** 2 + (s.nesterov === true ? 0 : 1);
  assert(drawn.every((s) => apart(s) >= apart(left!)));
});

Deno.test("drawAround(): four rates around the middle reach the outer quarters, for every seed", () => {
  const space: SearchSpace = { learningRate: { low: 1e-4, high: 1, scale: "log" } };
  for (let seed = 0; seed < 50; seed++) {
    const rates = drawAround({ learningRate: 1e-2 }, space, { count: 4, seed }).map((s) =>
      Number(s.learningRate)
    );
    assert(Math.min(...rates) < 1e-3 && Math.max(...rates) > 1e-1, `seed ${seed}: ${rates}`);
  }
});

Deno.test("drawAround(): a single setting is the given one, also outside of the space or without a number of it", () => {
  assertEquals(drawAround({ learningRate: 7 }, SPACE, { count: 1, seed: 0 }), [{ learningRate: 7 }]);
});
