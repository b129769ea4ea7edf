/**
 * The data sets of `sparse`: made-up documents, or UCI Adult.
 *
 * @module
 */
import { type Data, DataError, type DataSet, readLibsvm, sizeOfDataSet, split } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import type { Options } from "../../../cli/mod.ts";
import { reason } from "../../../console/mod.ts";
import { noteFilesOf, SUBJECTS } from "../../../inputs/mod.ts";
import { zipfDocuments } from "../../../lab/problems/mod.ts";
import { mean } from "../../../statistics/mod.ts";
import type { Group, SparseProblem } from "./data.ts";

/** A data set to train on. */
export interface Problem {
  readonly about: SparseProblem;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
  /** The features of each group; those that never occur in the training set are in neither. */
  readonly members: Readonly<Record<Group, readonly number[]>>;
}

/** The share of the examples from which a feature counts as frequent, and that below which it counts as rare. */
const SHARES = { frequent: 0.1, rare: 0.01 };

/** The files of UCI Adult. */
const A9A = { train: "a9a.gz", test: "a9a.t.gz" };

/** Makes documents, or reads UCI Adult from the data folder. @throws {DataError} when a file cannot be read. */
export async function readProblem({ dataDir, seed }: Options): Promise<Problem> {
  if (dataDir === undefined) {
    const parts = split(documents(seed), {
      fractions: { validation: 0.2, test: 0.2 },
      seed,
      stratify: true,
    });
    return problemOf("made-up documents", parts);
  }
  const [all, test] = await Promise.all([adult(dataDir, A9A.train), adult(dataDir, A9A.test)]);
  const parts = split(all, { fractions: { validation: 0.2 }, seed, stratify: true });
  return problemOf("UCI Adult (a9a)", { ...parts, test });
}

function documents(seed: number): DataSet {
  const { x, y, count, words } = zipfDocuments({ documents: 4000, words: 1000, length: 15, seed });
  return {
    name: "documents",
    inputs: {
      x: { dtype: "float32", shape: [count, words], data: x },
      y: { dtype: "int64", shape: [count], data: y },
    },
    classes: 2,
  };
}

async function adult(folder: string, file: string): Promise<DataSet> {
  const path = `${folder.replace(/\/+$/, "")}/${file}`;
  try {
    const set = await readLibsvm(path, { features: 123, labels: [-1, 1] });
    await noteFilesOf("a9a")(path);
    return set;
  } catch (error) {
    throw new DataError(`${reason(error)}; the folder must hold ${A9A.train} and ${A9A.test}`, {
      cause: error,
    });
  }
}

function problemOf(
  title: string,
  { train, validation, test }: Record<"train" | "validation" | "test", DataSet>,
): Problem {
  const shares = sharesOf(train);
  const members = {
    frequent: shares.flatMap((s, i) => (s >= SHARES.frequent ? [i] : [])),
    rare: shares.flatMap((s, i) => (s > 0 && s < SHARES.rare ? [i] : [])),
  };
  const frequency = (group: Group) => mean(members[group].map((i) => required(shares, i, "feature")));
  const parts = { train: dataOf(train), validation: dataOf(validation), test: dataOf(test) };
  SUBJECTS.noteData(title, parts);
  return {
    about: {
      title,
      features: shares.length,
      density: mean(shares),
      members: { frequent: members.frequent.length, rare: members.rare.length },
      frequency: { frequent: frequency("frequent"), rare: frequency("rare") },
    },
    ...parts,
    members,
  };
}

/** Returns the share of the examples in which each feature is not 0. */
function sharesOf(set: DataSet): number[] {
  const { data, shape } = required(set.inputs, "x", "input");
  const features = required(shape, 1, "dimension");
  const counts = new Float64Array(features);
  data.forEach((v, i) => (counts[i % features]! += Number(v) === 0 ? 0 : 1));
  return Array.from(counts, (n) => n / sizeOfDataSet(set));
}

function dataOf({ inputs }: DataSet): Data {
  return { x: required(inputs, "x", "input"), target: required(inputs, "y", "input") };
}
