/** Trains golden models for a few steps and writes them back: for tests and `tools/golden/trained_models.ts`. */
import { adam } from "../../optim/rules/adam.ts";
import { type Model, parseModel, type Tensor, toFloat32, withWeights } from "../../onnx/mod.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { feedsOf, GOLDEN, goldenBytes, withGoldenLoss } from "../autodiff/exported.ts";

/** A golden model before and after training. */
export interface Trained {
  /** The model before training. */
  readonly before: Model;
  /** The model with the trained parameters. */
  readonly after: Model;
  /** The trained parameters. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The loss before each step. */
  readonly losses: readonly number[];
  /** The inputs of the training without targets, in the model's own types. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** Trains a golden model on its one batch, and writes the parameters back into the original model. */
export async function trainGolden(network: string, file: string, steps: number): Promise<Trained> {
  const before = parseModel(goldenBytes(file));
  const { model, loss } = withGoldenLoss(network, toFloat32(before));
  const feeds = feedsOf(network);
  const places = Object.values(GOLDEN.networks[network]!.files[file]!.parameters).flat();
  const batchSize = Object.values(feeds)[0]!.shape[0]!;
  await using program = await trainingProgram({
    model,
    loss,
    optimizer: adam({ learningRate: 3e-3 }),
    data: feeds,
    parameters: [...new Set(places.map((p) => p.initializer))],
    batchSize,
    // In the exported form, because the golden losses belong to it.
    batchStatistics: false,
    dropout: false,
  });
  const rows = Array.from({ length: steps * batchSize }, (_, i) => i % batchSize);
  const { state, reports } = await program.run(program.init(), { rows, batchSize });
  const after = withWeights(before, state.params, { partial: true });
  const { target: _, ...inputs } = feeds;
  return { before, after, params: state.params, losses: [...reports[loss]!], feeds: inputs };
}
