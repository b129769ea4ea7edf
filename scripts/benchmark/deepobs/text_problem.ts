/**
 * DeepOBS's language model of characters.
 *
 * @module
 */
import { type Data, DataError, type DataSet } from "../../../mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import type { Problem, ProblemFiles } from "../problem.ts";
import { charRnnNetwork } from "./networks/char_rnn.ts";
import { ownFolder } from "./own_folder.ts";
import { heldOutCount, overlapping, rowsOf, taskOfParts } from "./task_of_parts.ts";
import { CHARACTERS, readTolstoi, type TolstoiText } from "./tolstoi.ts";

/** Characters of a window. */
const LENGTH = 50;

/** Windows of a batch. */
const BATCH = 50;

/** The network of characters on War and Peace. */
export const tolstoiCharRnn: Problem = {
  name: "tolstoi_char_rnn",
  title: "character RNN on War and Peace",
  about:
    "An embedding of 83 characters in 128 dimensions and two layers of LSTM with 128 units, dropout of 0.2 before and behind " +
    "each, on windows of 50 characters of Tolstoi's War and Peace, the last fifth of which is the test; Glorot's uniform " +
    "weights, forget gates from 1; no regularization. Departures: each window begins with a state of zeros, where DeepOBS goes on " +
    "from the state of the window before, and the windows are shuffled; so it is not to be set beside published runs.",
  set: "deepobs-large",
  metric: "accuracy",
  batchSize: BATCH,
  epochs: 200,
  async load({ dataDir, published }) {
    const files = "train.npy and test.npy, or input.txt, of DeepOBS's War and Peace";
    return textTask(await readTolstoi(ownFolder(dataDir, { who: "tolstoi_char_rnn", files })), { published });
  },
};

/** Returns the task of predicting the next character; the last training windows are held out for validation. */
export function textTask(
  text: TolstoiText,
  { published = false }: { readonly published?: ProblemFiles["published"] | undefined },
): StudyTask {
  const [all, test] = [windowsOf(text.train, "train"), windowsOf(text.test, "test")];
  const count = heldOutCount(all);
  const kept = all.inputs.x.shape[0]! - count;
  const parts = published ? overlapping(all) : {
    train: rowsOf(all, { start: 0, count: kept }),
    validation: rowsOf(all, { start: kept, count }),
  };
  return taskOfParts({ ...parts, test }, {
    model: (seed) => charRnnNetwork({ seed, vocabulary: CHARACTERS }),
    inputs: ({ inputs: { x, y } }: DataSet) => ({ tokens: x, target: y }) as Data,
    trainer: { evaluationBatchSize: 250 },
  });
}

/** Cuts characters into windows, as many as fill whole batches, each with the characters one place further on as targets. */
function windowsOf(characters: Uint8Array, part: string): DataSet {
  const count = BATCH * Math.floor((characters.length - 1) / (BATCH * LENGTH));
  if (count < 1) {
    throw new DataError(
      `War and Peace, ${part}: must have more than ${BATCH * LENGTH} characters, has ${characters.length}`,
    );
  }
  const windows = (start: number) => ({
    dtype: "uint8" as const,
    shape: [count, LENGTH],
    data: characters.slice(start, start + count * LENGTH),
  });
  return { name: "tolstoi", inputs: { x: windows(0), y: windows(1) } };
}
