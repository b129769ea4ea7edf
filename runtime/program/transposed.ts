/**
 * Returns whether two shapes have the same dimensions in another order, apart from those of size 1: channels first and last.
 *
 * @example
 * ```ts
 * import { isTransposed } from "./transposed.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(isTransposed([32, 32, 3], [3, 32, 32]), true);
 * assertEquals(isTransposed([28, 28, 1], [1, 28, 28]), false);
 * ```
 */
export function isTransposed(a: readonly number[], b: readonly number[]): boolean {
  const [left, right] = [a, b].map((shape) => shape.filter((d) => d !== 1));
  const sorted = (shape: readonly number[]) => shape.toSorted((x, y) => x - y).join();
  return left!.join() !== right!.join() && sorted(left!) === sorted(right!);
}
