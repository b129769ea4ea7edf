import { assertEquals, assertRejects } from "@std/assert";
import { firstError } from "../../scripts/console/first_error.ts";

Deno.test("firstError() is what failed in a block, not what failed when it was left", async () => {
  const thrown = await assertRejects(async () => {
    await using _outer = { [Symbol.asyncDispose]: () => Promise.reject(new Error("third")) };
    await using _inner = { [Symbol.asyncDispose]: () => Promise.reject(new Error("second")) };
    await Promise.reject(new RangeError("first"));
  }, SuppressedError);
  assertEquals((firstError(thrown) as Error).message, "first");
  const alone = new Error("alone");
  assertEquals(firstError(alone), alone);
  assertEquals(firstError("text"), "text");
});
