import {
  buildModel,
  dropout,
  glorotUniform,
  Graph,
  type Model,
  tensor,
  uniformWithin,
  type Value,
  withLoss,
} from "../../../../mod.ts";

/** Options of {@linkcode charRnnNetwork}; the sizes of DeepOBS by default. */
export interface CharRnnOptions {
  readonly seed: number;
  /** Characters; 83 by default. */
  readonly vocabulary?: number;
  /** Numbers that represent a character, and units of a layer; 128 by default. */
  readonly hidden?: number;
  /** The share of the numbers that is dropped before and behind each layer; 0.2 by default. */
  readonly dropped?: number;
}

/**
 * Builds DeepOBS's recurrent network of characters with its loss: an embedding, two layers of LSTM with dropout before and
 * behind each, and the scores of the next character; 284,499 parameters by default. The input `tokens` is int64 `[N, T]`; each
 * row begins with a state of zeros.
 */
export function charRnnNetwork(
  { seed, vocabulary = 83, hidden = 128, dropped = 0.2 }: CharRnnOptions,
): Model {
  const g = new Graph({ name: "char_rnn" });
  const parameter = (name: string, shape: number[]) =>
    g.initializer(name, glorotUniform(shape, { seed, name }));
  const table = parameter("embedding.weight", [vocabulary, hidden]);
  const tokens = g.input("tokens", "int64", ["N", "T"]);
  let x = g.transpose(g.gather(table, tokens), { perm: [1, 0, 2] });
  for (const name of ["lstm1", "lstm2"]) {
    x = dropout(g, lstm(g, dropout(g, x, dropped), { name, hidden, seed }), dropped);
  }
  const weight = parameter("decoder.weight", [vocabulary, hidden]);
  const scores = g.matMul(g.transpose(x, { perm: [1, 0, 2] }), g.transpose(weight, { perm: [1, 0] }));
  g.output(g.add(scores, parameter("decoder.bias", [vocabulary])), "scores");
  return withLoss(buildModel(g), { loss: "cross-entropy", classes: "last" });
}

/**
 * Adds a layer of LSTM of `x` `[T, N, hidden]`, with the gates of ONNX: input, output, forget, candidate. TensorFlow has one
 * matrix for inputs and states, uniform by the fans of the whole, and one bias, and adds 1 to the forget gate, which is here
 * the start of its bias.
 */
function lstm(
  g: Graph,
  x: Value,
  { name, hidden, seed }: { name: string; hidden: number; seed: number },
): Value {
  // Variance 2 / (fan in + fan out) of a matrix [2 hidden, 4 hidden].
  const initializer = uniformWithin(Math.sqrt(6 / (2 * hidden + 4 * hidden)));
  const weight = (suffix: string) =>
    g.initializer(
      `${name}.${suffix}`,
      initializer([1, 4 * hidden, hidden], { seed, name: `${name}.${suffix}` }),
    );
  const start = new Float32Array(4 * hidden).fill(1, 2 * hidden, 3 * hidden);
  const bias = g.initializer(`${name}.bias`, tensor(start, [4 * hidden]));
  // ONNX has a bias of the inputs and one of the states.
  const biases = g.reshape(g.pad(bias, [0, 4 * hidden]), [1, 8 * hidden]);
  const [states] = g.lstm(x, weight("W"), weight("R"), biases, null, null, null, null, {
    hidden_size: hidden,
  });
  // One direction: [T, 1, N, H].
  return g.squeeze(states, tensor(BigInt64Array.of(1n)));
}
