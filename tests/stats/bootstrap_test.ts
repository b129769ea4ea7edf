import { assert, assertEquals } from "@std/assert";
import { normal } from "../../random/normal.ts";
import { bootstrap } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/sample.ts";

Deno.test("bootstrap() covers the mean about as often as its level", () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const sample = [...normal({ seed: trial, stream: "sample" }, 40)];
    const { low, high } = bootstrap([sample], ([s]) => mean(s!), { resamples: 400, seed: trial });
    if (low <= 0 && 0 <= high) covered++;
  }
  // 95 % of 200 is 190; percentiles of 40 values cover slightly less.
  assert(covered >= 178 && covered <= 199, `covered ${covered} of 200`);
});

Deno.test("bootstrap() resamples each sample independently, and equally with the same seed", () => {
  const ratio = ([a, b]: readonly (readonly number[])[]) => mean(a!) / mean(b!);
  const first = bootstrap([[2, 4, 6], [1, 2, 3]], ratio, { seed: 1 });
  assertEquals(first, bootstrap([[2, 4, 6], [1, 2, 3]], ratio, { seed: 1 }));
  assertEquals(first.value, 2);
  // The samples are drawn independently; otherwise the ratio would always be 2.
  assert(first.low < 1.5 && first.high > 2.5);
});

Deno.test("bootstrap() of a single value has no bounds", () => {
  const { value, low, high } = bootstrap([[3], [1, 2]], ([a, b]) => mean(a!) - mean(b!));
  assertEquals([value, low, high], [1.5, -Infinity, Infinity]);
});

Deno.test("bootstrap() of a statistic that is not a number has no bounds", () => {
  const { low, high } = bootstrap([[1, 2, NaN]], ([s]) => mean(s!));
  assertEquals([low, high], [NaN, NaN]);
});
