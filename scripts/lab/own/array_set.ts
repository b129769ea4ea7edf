/**
 * A user's arrays as a set of features and classes, for networks that are made for the data.
 *
 * @module
 */
import { DataError, type DataSet, type DataTensor } from "../../../mod.ts";
import { readExamples } from "./examples.ts";

/**
 * Reads features, an array of numbers with an example a row, and classes, integers from 0: `x.npy,y.npy`.
 *
 * @throws {DataError} naming the file, for content that is something else.
 */
export async function readArraySet(files: readonly string[], scale = 1): Promise<DataSet> {
  const { data, target, count } = await readExamples(files, {
    inputs: [{ name: "x", dtype: "float32" }],
    parameters: [],
    output: { name: "scores" },
    loss: "cross-entropy",
    classes: "second",
    scale,
  });
  const x = data.x as DataTensor & { readonly scale?: number };
  // Checked targets of a cross-entropy are int64.
  const y = data[target] as DataTensor & { readonly data: BigInt64Array };
  const [examples = "", labels = ""] = files;
  if (y.data.length !== count) {
    throw new DataError(
      `${labels}: must hold one class for each example, has the shape [${y.shape.join(", ")}]`,
    );
  }
  const features = Float32Array.from(x.data as ArrayLike<number>, (v) => Number(v) * (x.scale ?? 1));
  const width = features.length / count;
  if (width < 1) throw new DataError(`${examples}: must hold a number or more for each example`);
  return {
    name: files.join(","),
    inputs: {
      x: { dtype: "float32", shape: [count, width], data: features },
      y: { dtype: "int64", shape: [count], data: y.data },
    },
    classes: 1 + Number(y.data.reduce((most, c) => (c > most ? c : most), 0n)),
  };
}
