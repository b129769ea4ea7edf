/**
 * The loss of all examples and its gradient, as a function of the parameters.
 *
 * @module
 */
import { ops, optimizer, perParameter } from "../../optim/mod.ts";
import type { ValueAndGrads } from "../../optim/minimize/mod.ts";
import type { Batches, TrainState } from "../program/mod.ts";
import type { Programs } from "./programs.ts";
import type { SizedProgram } from "./sized_program.ts";

/** The slot that a program leaves the gradient in. */
const SLOT = "gradient";

/** A rule that keeps the parameters and stores their gradient in its state. */
export const GRADIENT_RULE = optimizer({
  name: "gradient",
  rule: perParameter({ [SLOT]: 0 }, ({ g, w }) => ({ u: ops.mul(0, w), [SLOT]: g })),
});

/** The loss of all examples in one batch, computed by a program. */
export class WholeLoss {
  readonly #programs: Programs;
  readonly #batches: Batches;
  #program: SizedProgram | undefined;

  /** @param examples the number of examples */
  constructor(programs: Programs, examples: number) {
    this.#programs = programs;
    this.#batches = { rows: Uint32Array.from({ length: examples }, (_, i) => i), batchSize: examples };
  }

  /** Compiles the program, and returns it. */
  async open(): Promise<SizedProgram> {
    const { batchSize } = this.#batches;
    return this.#program ??= await this.#programs.for(GRADIENT_RULE, { statistics: [], batchSize });
  }

  /** Chooses the session by an evaluation, unless an earlier training did. */
  async chooseSession(at: Pick<TrainState, "params" | "buffers">): Promise<void> {
    const options = { optimizer: GRADIENT_RULE };
    await this.#programs.choose(await this.open(), { state: stateAt(at), batches: this.#batches, options });
  }

  /** Returns the loss and its gradients. @param loss the name of the model's output */
  async at(params: TrainState["params"], { buffers, loss }: {
    readonly buffers: TrainState["buffers"];
    readonly loss: string;
  }): Promise<ValueAndGrads> {
    const program = await this.open();
    const { state, reports } = await program.run(stateAt({ params, buffers }), this.#batches);
    const { slots } = state.optimizer;
    return {
      value: reports[loss]![0]!,
      grads: Object.fromEntries(Object.keys(params).map((name) => [name, slots[`${SLOT}/${name}`]!])),
    };
  }
}

/** Returns the state of a program at parameters. */
export function stateAt({ params, buffers }: Pick<TrainState, "params" | "buffers">): TrainState {
  return { params, buffers, optimizer: GRADIENT_RULE.init(params, buffers), step: 0 };
}
