/** Golden models trained for a few steps, and written back: for tests, and for `tools/golden/trained_models.ts`. */
import { adam } from "../../optim/rules/adam.ts";
import { type Model, parseModel, type Tensor, toFloat32, withWeights } from "../../onnx/mod.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { feedsOf, GOLDEN, goldenBytes, withGoldenLoss } from "../autodiff/exported.ts";

/** A golden model before and after training. */
export interface Trained {
  /** As it was read. */
  readonly before: Model;
  /** With the parameters that training gave. */
  readonly after: Model;
  /** The parameters as training gave them. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** The loss before each step. */
  readonly losses: readonly number[];
  /** The inputs that it was trained on, targets left out, in the model's own types. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** Trains a golden model on its one batch, and writes what came of it back into the model as it was. */
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
    // As it was exported: the golden losses are of that.
    batchStatistics: false,
    dropout: false,
  });
  const rows = Array.from({ length: steps * batchSize }, (_, i) => i % batchSize);
  const { state, reports } = await program.run(program.init(), { rows, batchSize });
  const after = withWeights(before, state.params, { partial: true });
  const { target: _, ...inputs } = feeds;
  return { before, after, params: state.params, losses: [...reports[loss]!], feeds: inputs };
}
