/**
 * Names of the inputs and outputs of a training program.
 *
 * @module
 */

/** Names of the program's own inputs and outputs, apart from those of any model. */
export const NAMES = {
  indices: "descent.indices",
  data: (input: string): string => `descent.data.${input}`,
  coefficient: (name: string): string => `descent.coefficient.${name}`,
  noise: (name: string): string => `descent.noise.${name}`,
  clock: (slot: string): string => `descent.clock.${slot}`,
  mask: (name: string): string => `descent.mask.${name}`,
  draw: (name: string): string => `descent.draw.${name}`,
  state: (name: string): string => `descent.state.${name}`,
  next: (name: string): string => `descent.next.${name}`,
  report: (name: string): string => `descent.report.${name}`,
};

/** Returns whether a value may be a clock, by its name: the first count of its tables, or a slot. */
export function isClock(name: string): boolean {
  return [NAMES.clock(""), NAMES.state(""), NAMES.next(NAMES.state(""))].some((start) =>
    name.startsWith(start)
  );
}
