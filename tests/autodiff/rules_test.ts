import { assert, assertEquals } from "@std/assert";
import { RULES } from "../../autodiff/rules/table.ts";
import { check } from "./check.ts";
import { COMPOSITE } from "./composite_cases.ts";
import { CONTROL } from "./control_cases.ts";
import { CONVOLUTION } from "./convolution_cases.ts";
import { NORMALIZATION } from "./normalization_cases.ts";
import { RECURRENT } from "./recurrent_cases.ts";
import { SINGLE } from "./single_cases.ts";

for (const [op, list] of SINGLE) {
  Deno.test(`the rule of ${op} agrees with central differences`, async (t) => {
    for (const c of list) {
      await t.step(c.name, async () => {
        const errors = await check(c);
        // Rounding in float32 is 6e-8 of the value; differences over 0.02 magnify it to about 1e-5.
        const bound = errors.precision === "float64" ? 1e-6 : 1e-3;
        assert(errors.static < bound, `relative error ${errors.static} in ${errors.precision}`);
        assert(
          errors.symbolic < bound,
          `relative error ${errors.symbolic} in ${errors.precision}, symbolic shapes`,
        );
      });
    }
  });
}

Deno.test("the gradient of a loss of float64 scores is computed in float64", async () => {
  for (const c of SINGLE.get("SoftmaxCrossEntropyLoss")!) assertEquals((await check(c)).precision, "float64");
});

Deno.test("every rule has cases", () => {
  const tested = [SINGLE, COMPOSITE, CONTROL, CONVOLUTION, NORMALIZATION, RECURRENT];
  const missing = Object.keys(RULES).filter((op) => !tested.some((family) => family.has(op)));
  assert(missing.length === 0, `no cases for ${missing.join(", ")}`);
});
