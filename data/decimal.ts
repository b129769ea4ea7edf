/** A number as tables write it: the other forms that JavaScript reads, such as `0x10`, are not meant by a table. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number with a comma, for its point or between thousands. */
const WITH_COMMA = /^[+-]?\d*,\d+$/;

/** Returns the number that a text writes; where float32 holds none that is close to it, what would be right, in words. */
export function decimal(text: string): number | string {
  if (!DECIMAL.test(text)) return "a finite number";
  const value = Number(text);
  if (!Number.isFinite(Math.fround(value))) return "a number that float32 holds, up to 3.4e38 in size";
  return value;
}

/** Returns whether a text writes a number with a comma, as `0,5`. */
export function hasDecimalComma(text: string): boolean {
  return WITH_COMMA.test(text);
}
