/** Returns the number that a text writes; where float32 holds none that is close to it, what would be right, in words. */
export function decimal(text: string): number | string {
  const value = Number(text);
  if (text === "" || Number.isNaN(value) || /infinity/i.test(text)) return "a finite number";
  if (!Number.isFinite(Math.fround(value))) return "a number that float32 holds, up to 3.4e38 in size";
  return value;
}
