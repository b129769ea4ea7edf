/** Differentiates damaged models and reports each outcome, in a worker so that the test can detect a hang. */
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { MissingRuleError } from "../../autodiff/backward.ts";
import { encodeModel, graphOf, ModelError, parseModel } from "../../onnx/mod.ts";
import { goldenBytes, withGoldenLoss } from "./exported.ts";
import { damaged, drawer } from "./mutate.ts";

/** Small models of many operators; larger models occur less often, to save time. */
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

/** The outcome for a damaged model. */
export interface Outcome {
  /** The seed of the damage. */
  readonly seed: number;
  readonly file: string;
  /** Whether it was read and differentiated. */
  readonly accepted: boolean;
  /** What is wrong with the outcome: an error of another library, or a message that does not help the user. */
  readonly complaint?: string;
}

/** Messages of the JavaScript engine about an unchecked assumption, which do not help the model's author. */
const ALIEN =
  /undefined|not iterable|is not a function|Invalid (array|typed|string)|call stack|Cannot |BigInt|allocation|object Object|NaN/;

/** Options of the library that the damaged model does not have; named as the library names options. */
const OPTION = /^(loss|output) must |^cross-entropy needs /;

/** Damages a model, and tries to differentiate it. */
export function attempt(seed: number): Outcome {
  const draw = drawer(seed);
  const { network, file } = FUZZED[draw(FUZZED.length)]!;
  const bytes = damaged(goldenBytes(file), draw);
  const outcome = { seed, file };
  try {
    const { model, loss } = withGoldenLoss(network, parseModel(bytes));
    const gradient = encodeModel(gradientModel(model, { loss }));
    // An accepted model must be complete: reading it again checks every node, name, type and shape, and gives the same.
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
