import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { twoConvNetwork } from "../../../scripts/benchmark/deepobs/networks/two_conv.ts";
import { countOf, initialOf } from "./facts.ts";

Deno.test("2c2d has 832 + 51,264 + 3,212,288 + 10,250 parameters, normal of 0.05 within two deviations, biases 0.05", () => {
  const initial = initialOf(twoConvNetwork({ seed: 3 }));
  assertEquals(countOf(initial), 3_274_634);
  assertEquals(initial["fc1.weight"]!.shape, [1024, 7 * 7 * 64]);
  for (const [name, { mean, std, greatest }] of Object.entries(initial)) {
    if (name.endsWith("bias")) {
      assertEquals([Math.fround(mean), greatest], [Math.fround(0.05), Math.fround(0.05)], name);
    } else {
      // SciPy: truncnorm(-2, 2).std() * 0.05. The smallest weight has 800 numbers.
      assertAlmostEquals(std, 0.04398128305, 0.004, name);
      assertAlmostEquals(mean, 0, 0.006, name);
      assert(greatest <= Math.fround(0.1), name);
    }
  }
});
