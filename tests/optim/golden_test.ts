import { assertEquals } from "@std/assert";
import { follow, trajectories, trajectoryNames } from "./golden.ts";
import { AUTHORS } from "./golden_authors.ts";
import { OPTAX } from "./golden_optax.ts";
import { OPTAX_LINKS } from "./golden_optax_links.ts";
import { TORCH } from "./golden_torch.ts";

/** Cases that the library does not support, as documented: the count must not grow unnoticed. */
const LEFT_OUT: Record<string, string[]> = {};

/**
 * PyTorch's Muon iterates in bfloat16, whose numbers have 8 bits: the documented difference. Inverse roots of matrices
 * round in proportion to their condition.
 */
const BOUNDS: Readonly<Record<string, number>> = { float64: 1e-12, bfloat16: 0.005, "condition 1e5": 1e-11 };

for (
  const [framework, makers, title] of [
    ["torch", TORCH, "PyTorch"],
    ["optax", { ...OPTAX, ...OPTAX_LINKS }, "Optax"],
    ["authors", AUTHORS, "the authors' packages"],
  ] as const
) {
  for (const [name, make] of Object.entries(makers)) {
    const { version, cases } = trajectories(framework, name);
    for (const c of cases) {
      const opt = make(c.hyper, c);
      if (opt === null) {
        (LEFT_OUT[`${framework} ${name}`] ??= []).push(c.name);
        continue;
      }
      const bound = BOUNDS[c.precision ?? "float64"]!;
      Deno.test(`${opt.name}() follows ${title} ${version}'s ${name}, ${c.name}, to ${bound}`, () =>
        follow(opt, c, bound));
    }
  }
  Deno.test(`every stored trajectory of ${title} is followed`, () => {
    assertEquals(Object.keys(makers).sort(), trajectoryNames(framework));
  });
}

Deno.test("the library does not support only these cases of PyTorch and Optax", () => {
  assertEquals(LEFT_OUT, {
    "optax amsgrad": ["first moment alone corrected"],
    "optax radam": ["nesterov"],
    "optax momo": ["weight decay"],
    "optax momo_adam": ["weight decay"],
  });
});
