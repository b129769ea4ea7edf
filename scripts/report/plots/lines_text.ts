/**
 * Describes line plots in words, for readers who do not see them.
 *
 * @module
 */

/** The most lines to describe. */
const MOST = 12;

/** Returns a sentence about the axes, and one for each line: its first, its last and its least and largest point. */
export function linesText(
  points: readonly { readonly x: number; readonly y: number; readonly line: string }[],
  { x, y, names }: { readonly x: string; readonly y: string; readonly names: readonly string[] },
): string {
  const drawn = names.filter((name) => points.some((p) => p.line === name));
  const sentences = drawn.slice(0, MOST).map((name) => {
    const own = points.filter((p) => p.line === name).toSorted((a, b) => a.x - b.x);
    const [first, last] = [own[0]!, own.at(-1)!];
    if (own.length === 1) return `${name}: ${short(first.y)} at ${short(first.x)}.`;
    const least = own.reduce((a, b) => (b.y < a.y ? b : a));
    const most = own.reduce((a, b) => (b.y > a.y ? b : a));
    return `${name}: from ${short(first.y)} at ${short(first.x)} to ${short(last.y)} at ${short(last.x)}; ` +
      `least ${short(least.y)} at ${short(least.x)}, largest ${short(most.y)} at ${short(most.x)}.`;
  });
  const count = `${drawn.length} ${drawn.length === 1 ? "line" : "lines"}`;
  const more = drawn.length > MOST ? ` And ${drawn.length - MOST} more.` : "";
  return `${count} of ${y} over ${x}. ${sentences.join(" ")}${more}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
