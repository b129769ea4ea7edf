/** Matches a decimal number. Other forms that JavaScript reads, such as `0x10`, are not numbers in a table. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Matches a number with a comma as decimal point or between thousands. */
const WITH_COMMA = /^[+-]?\d*,\d+$/;

/** Parses a number. Returns what would be valid, in words, if the text is no finite number within float32. */
export function decimal(text: string): number | string {
  if (!DECIMAL.test(text)) return "a finite number";
  const value = Number(text);
  if (!Number.isFinite(Math.fround(value))) return "a number within float32 (up to 3.4e38 in size)";
  return value;
}

/** Returns whether a text is a number with a comma, such as `0,5`. */
export function hasDecimalComma(text: string): boolean {
  return WITH_COMMA.test(text);
}
