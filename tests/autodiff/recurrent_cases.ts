/**
 * Cases of the recurrent layers.
 *
 * @module
 */
import { tensor } from "../../onnx/mod.ts";
import { Cases } from "./cases.ts";

/** The cases, by operator. */
export const RECURRENT = new Cases();

const GATES: Readonly<Record<string, number>> = { RNN: 1, GRU: 3, LSTM: 4 };
/** Steps, sequences, inputs, hidden units. */
const [T, B, I, H] = [4, 3, 2, 3];

interface Variant {
  readonly attributes?: Record<string, number | string | number[] | string[]>;
  /** The lengths of the sequences. */
  readonly lengths?: readonly number[];
  /** Which of the optional inputs B, initial_h, initial_c, P exist. */
  readonly given?: string;
  /** Which of the outputs enter the projection. */
  readonly outputs?: readonly number[];
}

function layer(op: string, { attributes = {}, lengths, given = "BhcP", outputs }: Variant = {}): void {
  const directions = attributes.direction === "bidirectional" ? 2 : 1;
  const [gates, cells] = [GATES[op]!, op === "LSTM"];
  const optional: [string, number, number[]][] = [
    ["B", 3, [directions, 2 * gates * H]],
    ["h", 5, [directions, B, H]],
    ["c", 6, [directions, B, H]],
    ["P", 7, [directions, 3 * H]],
  ];
  const used = optional.filter(([name]) => given.includes(name) && (cells || "Bh".includes(name)));
  const shapes = [
    [T, B, I],
    [directions, gates * H, I],
    [directions, gates * H, H],
    ...used.map(([, , s]) => s),
  ];
  const asked = outputs ?? (cells ? [0, 1, 2] : [0, 1]);
  RECURRENT.add(op, shapes, (g, x) => {
    const operands = [x[0]!, x[1]!, x[2]!, null, null, null, null, null] as (typeof x[0] | null)[];
    used.forEach(([, position], i) => (operands[position] = x[3 + i]!));
    if (lengths) operands[4] = g.constant(tensor(Int32Array.from(lengths)));
    const ys = g.emit(op, operands, {
      attributes: { hidden_size: H, ...attributes },
      outputs: Math.max(...asked) + 1,
    });
    return asked.map((i) => ys[i]!);
  }, { range: [-1, 1] });
}

const DIRECTIONS = ["forward", "reverse", "bidirectional"];
for (const op of ["RNN", "GRU", "LSTM"]) {
  const plain = { given: "Bhc" };
  for (const direction of DIRECTIONS) {
    layer(op, { ...plain, attributes: { direction } });
    layer(op, { ...plain, attributes: { direction }, lengths: [2, 4, 3] });
  }
  layer(op, { given: "" });
  layer(op, { given: "B", outputs: [0] });
  layer(op, { given: "h", outputs: [1] });
}
layer("LSTM", { given: "B", outputs: [2] });
for (const direction of DIRECTIONS) {
  layer("LSTM", { attributes: { direction } });
  layer("LSTM", { attributes: { direction }, lengths: [2, 4, 3] });
}
layer("LSTM", { attributes: { input_forget: 1 }, given: "Bhc" });
layer("LSTM", { attributes: { input_forget: 1 }, lengths: [2, 4, 3] });
for (const direction of DIRECTIONS) {
  for (const lengths of [undefined, [2, 4, 3]]) {
    layer("GRU", { attributes: { direction, linear_before_reset: 1 }, ...(lengths ? { lengths } : {}) });
  }
}
layer("GRU", { attributes: { linear_before_reset: 1 }, given: "", outputs: [1] });

const one = [0.7];
const ACTIVATIONS: [string, number[], number[]][] = [
  ["Affine", one, [0.1]],
  ["Elu", one, []],
  ["HardSigmoid", [0.3], [0.4]],
  ["LeakyRelu", one, []],
  ["Relu", [], []],
  ["ScaledTanh", one, [0.8]],
  ["Sigmoid", [], []],
  ["Softplus", [], []],
  ["Softsign", [], []],
  ["ThresholdedRelu", [0.1], []],
];
for (const [name, activation_alpha, activation_beta] of ACTIVATIONS) {
  const parameters = {
    ...(activation_alpha.length ? { activation_alpha } : {}),
    ...(activation_beta.length ? { activation_beta } : {}),
  };
  layer("RNN", { attributes: { activations: [name], ...parameters } });
}
layer("GRU", { attributes: { activations: ["HardSigmoid", "Softsign"], activation_alpha: [0.3] } });
layer("GRU", { attributes: { activations: ["Softplus", "Elu"], linear_before_reset: 1 } });
layer("LSTM", { attributes: { activations: ["Softplus", "LeakyRelu", "Elu"] }, lengths: [2, 4, 3] });
layer("LSTM", {
  attributes: {
    direction: "bidirectional",
    activations: ["HardSigmoid", "ScaledTanh", "Softsign", "Sigmoid", "Tanh", "Affine"],
    activation_alpha: [0.3, 0.9, 0.5],
    activation_beta: [0.4, 0.8, 0.1],
  },
});
