/** Returns whether all values are finite and each of `a` is below each of `b`: a diverged run neither wins nor loses. */
export function allBelow(a: readonly number[], b: readonly number[]): boolean {
  return [...a, ...b].every(Number.isFinite) && Math.max(...a) < Math.min(...b);
}
