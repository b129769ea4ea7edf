import { assertEquals, assertThrows } from "@std/assert";
import { DataError, tensor } from "../../mod.ts";
import { checkedInput } from "../../scripts/lab/own/check_examples.ts";

/** Returns the shape of two examples as the model reads them. */
function read(...example: number[]): readonly number[] {
  const size = example.reduce((a, b) => a * b, 2);
  const input = { name: "x", dtype: "float32", shape: ["N", 3, 4, 5] } as const;
  return checkedInput(tensor(new Float32Array(size), [2, ...example]), { file: "x.npy", input, scale: 1 })
    .shape;
}

Deno.test("examples take the shape of the model's input, unless their dimensions are in another order", () => {
  for (const example of [[3, 4, 5], [60], [3, 20], [3, 4, 5, 1]]) {
    assertEquals(read(...example), [2, 3, 4, 5]);
  }
  for (const example of [[4, 5, 3], [3, 5, 4], [5, 1, 4, 3]]) {
    assertThrows(
      () => read(...example),
      DataError,
      `x.npy: input 'x' takes examples of shape [3, 4, 5], got [${
        example.join(", ")
      }]: the same dimensions in ` +
        "another order, so transpose the data",
    );
  }
});
