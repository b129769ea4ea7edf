/**
 * A schedule: the value of a hyper-parameter, most often the learning rate, at each step.
 *
 * Pure functions of the step alone, so they can be evaluated at any step in any order: a program evaluates a whole
 * chunk of steps at once. Steps count from 0, the step of the first update; every schedule here takes any finite
 * number from 0
 * up, fractions included, and gives a float64.
 *
 * @module
 */

/** The value at a step; `step` is a finite number, 0 at the first update. */
export type Schedule = (step: number) => number;
