import { assert, assertEquals } from "@std/assert";
import {
  adam,
  adamw,
  applyIfFinite,
  cosineDecay,
  lookahead,
  multiSteps,
  type Optimizer,
  sam,
  sgd,
} from "../../../mod.ts";
import { scheduled } from "../../../scripts/lab/optimizers/scheduled.ts";

const factor = cosineDecay({ initial: 1, steps: 10 });
const learningRate = (count: number) => 0.1 * factor(count);

/** Returns the parameters after each of some calls; the gradients of `bad` calls are NaN. */
function path(rule: Optimizer, bad: readonly number[] = []): Float64Array[] {
  let params = { w: Float64Array.of(3, -2) };
  let state = rule.init(params);
  return Array.from({ length: 12 }, (_, call) => {
    const g = params.w.map((w) => (bad.includes(call) ? NaN : 2 * w + 0.1 * call));
    [params, state] = rule.step({ w: g }, state, params);
    return params.w;
  });
}

Deno.test("scheduled() multiplies a rule's rate as the rule's own schedule would", () => {
  const pairs = [
    [adamw({ learningRate: 0.1 }), adamw({ learningRate })],
    [sgd({ learningRate: 0.1, momentum: 0.9 }), sgd({ learningRate, momentum: 0.9 })],
    [lookahead(adam({ learningRate: 0.1 })), lookahead(adam({ learningRate }))],
  ] as const;
  for (const [fixed, own] of pairs) {
    const made = scheduled(fixed, factor);
    assertEquals(path(made), path(own), made.name);
    for (let t = 0; t <= 10; t++) assertEquals(made.learningRate!(t), own.learningRate!(t));
  }
});

Deno.test("scheduled() counts the batches of a rule that takes several gradients of each", () => {
  for (
    const [made, own] of [
      [sam(adam({ learningRate: 0.1 })), sam(adam({ learningRate }))],
      [lookahead(sam(sgd({ learningRate: 0.1 }))), lookahead(sam(sgd({ learningRate })))],
      [sam(lookahead(adam({ learningRate: 0.1 }))), sam(lookahead(adam({ learningRate })))],
      [
        sam(sgd({ learningRate: 0.1 }), { gradients: 3 }),
        sam(sgd({ learningRate }), { gradients: 3 }),
      ],
    ] as const
  ) {
    assertEquals(path(scheduled(made, factor)), path(own), made.name);
    for (let t = 0; t <= 12; t++) {
      assertEquals(scheduled(made, factor).learningRate!(t), own.learningRate!(t));
    }
  }
});

Deno.test("scheduled() follows the clock of a rule that leaves out updates", () => {
  for (
    const [made, own] of [
      [applyIfFinite(adam({ learningRate: 0.1 })), applyIfFinite(adam({ learningRate }))],
      [applyIfFinite(sam(adam({ learningRate: 0.1 }))), applyIfFinite(sam(adam({ learningRate })))],
      [sam(applyIfFinite(adam({ learningRate: 0.1 }))), sam(applyIfFinite(adam({ learningRate })))],
      [
        lookahead(applyIfFinite(sam(adam({ learningRate: 0.1 })))),
        lookahead(applyIfFinite(sam(adam({ learningRate })))),
      ],
    ] as const
  ) {
    for (const bad of [[], [2, 3, 7]]) {
      const taken = path(scheduled(made, factor), bad);
      assert(taken.at(-1)!.every(Number.isFinite), made.name);
      assertEquals(taken, path(own, bad), `${made.name}, NaN at ${bad}`);
    }
  }
});

Deno.test("scheduled() counts the batches of multiSteps, not its updates", () => {
  const every = 3;
  // The update after the batches 3 k, 3 k + 1 and 3 k + 2 is made at the last of them.
  const atTheLast = (update: number) => 0.1 * factor(every * update + every - 1);
  assertEquals(
    path(scheduled(multiSteps(adam({ learningRate: 0.1 }), { every }), factor)),
    path(multiSteps(adam({ learningRate: atTheLast }), { every })),
  );
});
