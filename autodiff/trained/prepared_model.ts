/**
 * A model that is prepared for training: what was read, and what was decided.
 *
 * @module
 */
import type { DType, Graph, Model, StaticShape, Value } from "../../onnx/mod.ts";
import { graphFor, type Imported, type ImportOptions } from "../../onnx/convert/mod.ts";
import { runningStatistics, type Tie, tiesOf, tieText, toFloat32 } from "../../onnx/weights/mod.ts";
import { type Quantization, StraightThrough } from "../straight_through.ts";
import { exportWarnings } from "./doubts.ts";
import { type BufferSpec, type Dropout, type RunningStatistics, statisticsIn } from "./layers.ts";
import { ModelGraph } from "./model_graph.ts";
import { lossOf, selection } from "./reaching.ts";
import type { ModelParameter } from "./trainable.ts";

/** A model that is read, with what is trained decided, as `prepareModel` makes it. */
export interface PreparedModel {
  /**
   * The model, in the element types that it has: the named hidden weights are initializers, and the initializers of
   * `untie` are split. Trained parameters fit it.
   */
  readonly model: Model;
  /** The output to minimize. */
  readonly loss: string;
  /** The gradient of rounding. */
  readonly quantization: Quantization;
  /** The trained parameters, by name; float32 if the model has narrower floats. */
  readonly parameters: Readonly<Record<string, { readonly dtype: DType; readonly shape: StaticShape }>>;
  /** The float initializers that the loss depends on and that are not trained; `constant` gives the reason. */
  readonly leftOut: readonly ModelParameter[];
  /**
   * Warnings to read before training: branches that no gradient passes, initializers that stand for several parameters
   * and initializers that the exporter computed. Empty for most models.
   */
  readonly warnings: readonly string[];
  /** The running statistics of batch normalizations, by the names of their initializers. */
  readonly statistics: Readonly<Record<string, BufferSpec>>;
  /** The dropouts, in the order of their nodes. */
  readonly dropouts: readonly Pick<Dropout, "name" | "ratio">[];
}

/** The options that a model was prepared with. */
export interface Given {
  readonly loss: string;
  readonly parameters: readonly string[] | undefined;
  readonly untie: boolean | readonly string[];
  readonly quantization: Quantization;
}

/** The decision about what is trained. */
interface Decision {
  readonly graph: Graph;
  readonly trained: readonly Value[];
  readonly leftOut: readonly ModelParameter[];
  /** Warnings about branches, and about initializers that stand for several tensors. */
  readonly warnings: readonly string[];
}

/** The prepared model of this library: each property is computed once, when it is first read. */
export class Prepared implements PreparedModel {
  readonly loss: string;
  readonly quantization: Quantization;
  /** The options that it was prepared with. */
  readonly given: Given;
  /** The names to train that were given, with the copies of those that were split. */
  readonly names: readonly string[] | undefined;
  /** The model in the element types that it has. */
  readonly exact: ModelGraph;
  #wide: ModelGraph | undefined;
  #decision: Decision | undefined;
  #warnings: readonly string[] | undefined;
  #statistics: RunningStatistics | undefined;

  constructor(exact: ModelGraph, { given, names }: { given: Given; names: readonly string[] | undefined }) {
    this.exact = exact;
    this.given = given;
    this.names = names;
    this.loss = given.loss;
    this.quantization = given.quantization;
  }

  get model(): Model {
    return this.exact.model;
  }

  /** The model with float32 instead of narrower floats: the form that is trained and evaluated. */
  get wide(): ModelGraph {
    if (this.#wide === undefined) {
      const widened = toFloat32(this.model);
      this.#wide = widened === this.model ? this.exact : new ModelGraph(widened);
    }
    return this.#wide;
  }

  get parameters(): PreparedModel["parameters"] {
    return Object.fromEntries(
      this.decide().trained.map((v) => [v.name, { dtype: v.dtype, shape: v.shape as StaticShape }]),
    );
  }

  get leftOut(): readonly ModelParameter[] {
    return this.decide().leftOut;
  }

  get warnings(): readonly string[] {
    if (this.#warnings === undefined) {
      const { graph, trained, warnings } = this.decide();
      this.#warnings = [...warnings, ...exportWarnings(graph, trained)];
    }
    return this.#warnings;
  }

  /** The warnings without those about initializers that the exporter computed. */
  get gradientWarnings(): readonly string[] {
    return this.decide().warnings;
  }

  get statistics(): PreparedModel["statistics"] {
    return this.runningStatistics.specs;
  }

  /** The running statistics, and how many layers each belongs to. */
  get runningStatistics(): RunningStatistics {
    return this.#statistics ??= statisticsIn(this.wide.graph);
  }

  get dropouts(): readonly Dropout[] {
    return this.wide.dropouts();
  }

  /** Adds the model to a graph of the training, with the gradient of rounding of the options. */
  addTo(
    into: Graph,
    { bind, replace }: ImportOptions = {},
  ): Imported & { readonly straight: StraightThrough | undefined } {
    const straight = this.quantization === "straight-through" ? new StraightThrough(into) : undefined;
    const added = this.wide.addTo(into, {
      ...(bind === undefined ? {} : { bind }),
      replace: (node, g) => replace?.(node, g) ?? straight?.replace(node, g),
    });
    return { ...added, straight };
  }

  /** Decides what is trained. @throws {RangeError} as `prepareModel` does. */
  decide(): Decision {
    return this.#decision ??= this.#decide();
  }

  #decide(): Decision {
    const { wide: { model }, names } = this;
    const { graph, values, straight } = this.#differentiated();
    const { trained, parameters, warnings } = selection(graph, {
      model,
      values,
      loss: lossOf(values, this.loss),
      names,
      ...(straight ? { passing: straight.passing } : {}),
    });
    const ties = tiesAmong(model, trained.map((v) => v.name));
    return {
      graph,
      trained,
      leftOut: parameters.filter((p) => p.constant !== undefined),
      warnings: [...warnings, ...ties.map(tieText)],
    };
  }

  /** Returns the graph that gradients pass: another one than the model's own where rounding is passed straight through. */
  #differentiated(): {
    graph: Graph;
    values: ReadonlyMap<string, Value>;
    straight?: StraightThrough | undefined;
  } {
    if (this.quantization === "exact") return this.wide;
    const graph = graphFor(this.wide.model);
    return { graph, ...this.addTo(graph) };
  }

  /**
   * Checks that options are those that the model was prepared with, where they are given.
   *
   * @throws {RangeError} naming the first that differs.
   */
  requireSame(options: Partial<Given>): void {
    for (const name of ["loss", "parameters", "untie", "quantization"] as const) {
      const [now, before] = [options[name], this.given[name]];
      if (now === undefined || JSON.stringify(now) === JSON.stringify(before)) continue;
      throw new RangeError(
        `${name} was decided when the model was prepared (${JSON.stringify(before) ?? "by default"}): ` +
          `leave it out, or give ${JSON.stringify(now)} to prepareModel`,
      );
    }
  }
}

/**
 * Returns the trained initializers and running statistics that stand for several tensors.
 *
 * @throws {RangeError} when a trained initializer also holds running statistics.
 */
function tiesAmong(model: Model, trained: readonly string[]): Tie[] {
  const statistics = runningStatistics(model);
  const both = trained.filter((name) => statistics.includes(name));
  if (both.length > 0) {
    throw new RangeError(
      `${
        tiesOf(model, both).map(tieText).join("; ")
      }; set untie to true, or list in parameters only other weights`,
    );
  }
  return tiesOf(model, [...trained, ...statistics]);
}
