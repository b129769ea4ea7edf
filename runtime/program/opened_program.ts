/**
 * A training program whose session is open.
 *
 * @module
 */
import { checkOptions } from "../../options/mod.ts";
import { preparedOf } from "../../autodiff/trained/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import { checkOptimizer, kindOf, ofRule, type Optimizer, ruleOf, unflattenState } from "../../optim/mod.ts";
import { checkTensors } from "./check_tensors.ts";
import { firstBatches } from "./batches.ts";
import {
  DeviceTensor,
  freeTensors,
  NAMES,
  openPassThrough,
  ownMemory,
  type Session,
  sessionOptionsIn,
  takeTensors,
} from "../session/mod.ts";
import { deviceLeaves, initialValues, leafSpecs, type Leaves, leavesOf, readOnce } from "./leaves.ts";
import { optimizerFor } from "./model_layers.ts";
import type { PlacedData } from "./place_data.ts";
import {
  type Batches,
  type ProgramOptions,
  type ProgramRun,
  RUN_OPTIONS,
  type RunOptions,
  type TrainingProgram,
  type TrainState,
} from "./program_types.ts";
import type { ProgramSession, SessionChoice } from "./session_choice.ts";
import { type StepInputs, stepInputs, stepOf } from "./step_inputs.ts";
import type { TrainingModel } from "./training_types.ts";

/** The parts of a program. */
interface Parts {
  readonly options: ProgramOptions;
  readonly compiled: TrainingModel;
  readonly session: ProgramSession;
  readonly placed: PlacedData;
}

/** The result of some steps. */
interface Taken {
  readonly leaves: Leaves;
  readonly reports: ProgramRun["reports"];
}

/** The program of {@linkcode trainingProgram}. */
export class OpenedProgram implements TrainingProgram {
  /** The model that is run, and the meaning of its inputs and outputs. */
  readonly compiled: TrainingModel;
  readonly #parts: Parts;
  #readOnce: ReadonlySet<string> | undefined;
  #reader: Promise<Pick<Session, "run" | "close">> | undefined;
  /** The compiled model with the host's part of each rule that the program was run with. */
  readonly #rules = new WeakMap<Optimizer, TrainingModel>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.compiled = parts.compiled;
  }

  get resident(): number {
    return this.#parts.session.current.resident;
  }

  get session(): SessionChoice {
    return this.#parts.session.choice;
  }

  init(): TrainState {
    const { options } = this.#parts;
    const { params, buffers } = initialValues(preparedOf(options.model, options), this.compiled);
    return { params, optimizer: options.optimizer.init(params, buffers), buffers, step: 0 };
  }

  async run(state: TrainState, batches: Batches, options: RunOptions = {}): Promise<ProgramRun> {
    const prepared = this.#prepare(state, batches, options);
    const { compiled, optimizer, onDevice, consume, steps, take } = prepared;
    // Once it is chosen, the run reads its rows before the caller can ask for those of the next one.
    if (!this.#parts.session.decided) await prepared.choose();
    const taken = await take(this.#parts.session.current, batches, consume);
    const { counter } = compiled.trace;
    // Clocks are float64, so they return to the host after every run.
    const count = counter === null
      ? state.optimizer.count + steps
      : Number(taken.leaves[NAMES.state(counter)]!.data[0]);
    const kind = kindOf(optimizer);
    const after = this.#state(taken.leaves, { count, step: state.step + steps, kind });
    if (onDevice) return { state: after, reports: taken.reports };
    try {
      return { state: await this.fetch(after), reports: taken.reports };
    } finally {
      this.release(after);
    }
  }

  async chooseThreads(
    state: TrainState,
    batches: Batches,
    options: RunOptions = {},
  ): Promise<SessionChoice> {
    if (!this.#parts.session.decided) await this.#prepare(state, batches, options).choose();
    return this.session;
  }

  /** Checks what a run is given. `choose` times a part of it to choose the session. */
  #prepare(state: TrainState, batches: Batches, options: RunOptions) {
    checkOptions("run", options, RUN_OPTIONS);
    const { learningRateScale = 1, seed, onDevice = false, consume = false } = options;
    const optimizer = this.#ruleOf(options);
    if (!(Number.isFinite(learningRateScale) && learningRateScale >= 0)) {
      throw new RangeError(
        `learningRateScale must be a finite number of at least 0, got ${String(learningRateScale)}`,
      );
    }
    const compiled = this.#compiledFor(optimizer);
    checkTensors(state, compiled, { what: "the state", rule: optimizer });
    const { data, batchSize = batches.batchSize } = this.#parts.options;
    if (batches.batchSize !== batchSize) {
      throw new RangeError(
        `run: the program was compiled for batches of ${batchSize} examples, got batches of ${batches.batchSize}: ` +
          "leave batchSize out of its options for any",
      );
    }
    const examples = Object.values(data)[0]!.shape[0]!;
    const inputsOf = (batches: Batches) =>
      stepInputs(compiled, {
        state,
        batches,
        examples,
        learningRateScale,
        seed,
        gradientsPerUpdate: optimizer.rule.gradientsPerUpdate ?? 1,
      });
    const inputs = inputsOf(batches);
    const steps = batches.rows.length / batches.batchSize;
    const leaves = leavesOf(state);
    const take = (session: Session, some: Batches, consume: boolean) => {
      const given = some === batches ? inputs : inputsOf(some);
      const from = consume ? takeTensors(leaves) : leaves;
      return compiled.form === "scan"
        ? this.#scan(session, from, given, { steps, consume })
        : this.#steps(session, from, given, consume);
    };
    const trial = async (session: Session, some: number) =>
      freeTensors((await take(session, firstBatches(batches, some), false)).leaves);
    const choose = () => this.#parts.session.choose(trial, steps);
    return { compiled, optimizer, onDevice, consume, steps, take, choose };
  }

  /** Returns the rule of a run, for the model. */
  #ruleOf({ optimizer }: RunOptions): Optimizer {
    const { options } = this.#parts;
    if (optimizer === undefined) return options.optimizer;
    checkOptimizer("run: optimizer", optimizer);
    return optimizerFor(optimizer, preparedOf(options.model, options));
  }

  prefetch({ rows, batchSize }: Batches): void {
    const needed = this.compiled.form === "scan" ? rows : Array.prototype.slice.call(rows, 0, batchSize);
    this.#parts.placed.prefetch(needed);
  }

  async fetch(state: TrainState): Promise<TrainState> {
    const leaves = leavesOf(state);
    if (!Object.values(leaves).some((t) => t instanceof DeviceTensor)) return state;
    const { optimization: _, ...session } = sessionOptionsIn(this.#parts.options);
    this.#reader ??= openPassThrough(deviceLeaves(this.compiled), {
      to: "host",
      ...session,
      threads: this.session.threads,
    });
    const here = await (await this.#reader).run(leaves);
    const { optimizer, step } = state;
    const kind = ruleOf(optimizer) ?? kindOf(this.#parts.options.optimizer);
    return this.#state({ ...leaves, ...here }, { count: optimizer.count, step, kind });
  }

  release(state: TrainState): void {
    for (const t of Object.values(leavesOf(state))) if (t instanceof DeviceTensor) t.release();
  }

  async close(): Promise<void> {
    const { session, placed } = this.#parts;
    await session.close();
    await placed.close();
    await this.#reader?.then((r) => r.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Returns the compiled model with what the host computes for a rule of the same graph. */
  #compiledFor(optimizer: Optimizer): TrainingModel {
    const { options: { optimizer: own } } = this.#parts;
    if (optimizer === own) return this.compiled;
    const known = this.#rules.get(optimizer);
    if (known !== undefined) return known;
    const { trace, parameters, buffers, noises } = this.compiled;
    const other = optimizer.trace(parameters, buffers);
    if (other.signature !== trace.signature) {
      throw new RangeError(
        `run: optimizer: this ${optimizer.name} computes another update than the ${own.name} that the program was ` +
          "compiled for: compile a program for it",
      );
    }
    // The probes of the Hessian, which come after the rule's own numbers, are the same for all rules.
    const compiled = {
      ...this.compiled,
      trace: other,
      noises: [...other.noises, ...noises.slice(trace.noises.length)],
    };
    this.#rules.set(optimizer, compiled);
    return compiled;
  }

  async #scan(
    session: Session,
    leaves: Leaves,
    { steps: inputs, tables }: StepInputs,
    { steps, consume }: { steps: number; consume: boolean },
  ): Promise<Taken> {
    const { placed } = this.#parts;
    // The loop reads the given state in its first step alone and writes the new one in its last.
    const reused = consume && steps > 1 && session.device === "cpu" ? this.#reusable(leaves) : [];
    const into = Object.fromEntries(reused.map((n) => [NAMES.next(n), leaves[n]!]));
    const left = Object.entries(leaves).filter(([n]) => !reused.includes(n));
    let out: Leaves;
    try {
      out = await session.run({ ...leaves, ...tables, ...await placed.withData(inputs) }, into);
    } finally {
      if (consume) freeTensors(Object.fromEntries(left));
    }
    const reports = this.compiled.reports.map((r) => [r, out[NAMES.report(r)]!.data as Float32Array]);
    return { leaves: this.#next(out), reports: Object.fromEntries(reports) };
  }

  /** Returns the names of those tensors of a state that a run may overwrite. */
  #reusable(leaves: Leaves): string[] {
    this.#readOnce ??= readOnce(this.compiled.model);
    return ownMemory(leaves).filter((n) => this.#readOnce!.has(n));
  }

  async #steps(
    session: Session,
    start: Leaves,
    { steps: inputs, tables }: StepInputs,
    consume: boolean,
  ): Promise<Taken> {
    const { placed } = this.#parts;
    const rows = inputs[NAMES.indices]!;
    const steps = rows.shape[0]!;
    const told: Record<string, number[]> = {};
    let leaves = start;
    for (let k = 0; k < steps; k++) {
      const own = Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, stepOf(t, k)]));
      // The caller owns the first state unless the run consumes it; the intermediate ones are freed here.
      const before = leaves;
      try {
        const running = session.run({ ...before, ...tables, ...await placed.withData(own) });
        if (k + 1 < steps) placed.prefetch(stepOf(rows, k + 1).data as BigInt64Array);
        const out = await running;
        for (const r of this.compiled.reports) (told[r] ??= []).push(Number(out[NAMES.report(r)]!.data[0]));
        leaves = this.#next(out);
      } finally {
        if (k > 0 || consume) freeTensors(before);
      }
    }
    const double = Object.values(this.compiled.parameters)[0]!.dtype === "float64";
    const reports = Object.entries(told).map(([r, values]) => [
      r,
      double ? Float64Array.from(values) : Float32Array.from(values),
    ]);
    return { leaves, reports: Object.fromEntries(reports) };
  }

  #next(out: Readonly<Record<string, Tensor>>): Leaves {
    return Object.fromEntries(Object.keys(leafSpecs(this.compiled)).map((n) => [n, out[NAMES.next(n)]!]));
  }

  #state(
    leaves: Leaves,
    { count, step, kind }: { count: number; step: number; kind: string },
  ): TrainState {
    const { parameters, buffers, trace } = this.compiled;
    const of = (names: readonly string[]) => Object.fromEntries(names.map((n) => [n, leaves[n]!]));
    const slots = Object.fromEntries(trace.state.map((s) => [s.name, leaves[NAMES.state(s.name)]!]));
    return {
      params: of(Object.keys(parameters)),
      optimizer: ofRule(kind, unflattenState(slots, count)),
      buffers: of(Object.keys(buffers)),
      step,
    };
  }
}
