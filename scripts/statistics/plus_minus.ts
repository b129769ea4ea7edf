import { deviation, mean } from "../../stats/mod.ts";

/**
 * Returns mean and standard deviation, followed by a unit: `0.972 ± 0.004`; only the mean for a sample of one;
 * `diverged` or `1 of 3 diverged` if values are not finite.
 */
export function plusMinus(
  values: readonly number[],
  format: (v: number) => string,
  { unit = "" }: { unit?: string } = {},
): string {
  const diverged = values.filter((v) => !Number.isFinite(v)).length;
  if (diverged > 0) {
    return diverged === values.length ? "diverged" : `${diverged} of ${values.length} diverged`;
  }
  const middle = format(mean(values));
  return (values.length < 2 ? middle : `${middle} ± ${format(deviation(values))}`) + unit;
}
