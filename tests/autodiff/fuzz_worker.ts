/** Differentiates damaged models, and tells what came of each; apart from the test, so that a hang can be seen. */
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { MissingRuleError } from "../../autodiff/backward.ts";
import { encodeModel, graphOf, ModelError, parseModel } from "../../onnx/mod.ts";
import { goldenBytes, withGoldenLoss } from "./exported.ts";
import { damaged, drawer } from "./mutate.ts";

/** Small models of many operators; the larger the rarer, for the time it takes. */
export const FUZZED = [
  ...Array(8).fill("mlp-script"),
  ...[
    "mlp-dynamo",
    "mlp-dynamo",
    "mlp-dynamo",
    "tagger-script",
    "lenet-script",
    "gru-script",
    "vae-script",
    "lstm-dynamo",
  ],
  ...["unet-script", "gpt-script", "vgg-script"],
].map((name) => ({ network: name.split("-")[0]!, file: `${name}.onnx` }));

/** What became of a damaged model. */
export interface Outcome {
  /** The number it was made from. */
  readonly seed: number;
  readonly file: string;
  /** Whether it was read and differentiated. */
  readonly accepted: boolean;
  /** What is wrong with that: an error that is none of ours, or says what no reader can use. */
  readonly complaint?: string;
}

/** What the engine says of code that took something for granted: no message for whoever wrote the model. */
const ALIEN =
  /undefined|not iterable|is not a function|Invalid (array|typed|string)|call stack|Cannot |BigInt|allocation|object Object|NaN/;

/** Options of the library that the damaged model does not have; named as the library names options. */
const OPTION = /^(loss|output) must |^cross-entropy needs /;

/** Damages a model, and has it refused or differentiated. */
export function attempt(seed: number): Outcome {
  const draw = drawer(seed);
  const { network, file } = FUZZED[draw(FUZZED.length)]!;
  const bytes = damaged(goldenBytes(file), draw);
  const outcome = { seed, file };
  try {
    const { model, loss } = withGoldenLoss(network, parseModel(bytes));
    const gradient = encodeModel(gradientModel(model, { loss }));
    // What is accepted must be whole: it is read again, every node, name, type and shape checked, and comes out the same.
    const again = parseModel(gradient);
    graphOf(again);
    const same = encodeModel(again).every((b, i) => b === gradient[i]);
    return { ...outcome, accepted: true, ...(same ? {} : { complaint: "comes out as other bytes" }) };
  } catch (error) {
    const { name, message } = error as Error;
    const ours = error instanceof ModelError || error instanceof MissingRuleError ||
      (error instanceof RangeError && OPTION.test(message));
    const complaint = !ours || message === "" || ALIEN.test(message)
      ? { complaint: `${name}: ${message}` }
      : {};
    return { ...outcome, accepted: false, ...complaint };
  }
}

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<{ from: number; to: number }>) => void) | null;
  postMessage(message: unknown): void;
};
if ("WorkerGlobalScope" in globalThis) {
  scope.onmessage = ({ data: { from, to } }) => {
    const outcomes: Outcome[] = [];
    for (let seed = from; seed < to; seed++) {
      scope.postMessage(seed);
      outcomes.push(attempt(seed));
    }
    scope.postMessage(outcomes);
  };
}
