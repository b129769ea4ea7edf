import { assert } from "@std/assert";
import { productTimes } from "../../bench/hvp.ts";
import { chosenWorks } from "../../bench/works.ts";

Deno.test("productTimes() times both products of a work, which agree to rounding", async () => {
  const [work] = chosenWorks(["mlp 784-256-10 b32"], { quick: false });
  const { gradient, forward, reverse, apart } = await productTimes(work!, { rounds: 2, threads: 1 });
  assert([gradient, forward, reverse].every((v) => v > 0 && Number.isFinite(v)));
  assert(apart < 1e-5, String(apart));
});
