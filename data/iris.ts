import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { IRIS } from "./embedded/iris_table.ts";
import { featuresOf, labelsOf, unpackTable } from "./embedded/packed.ts";

/**
 * Returns 150 irises of three species, embedded: `x` float32 `[150, 4]`, lengths in centimeters, `y` int64 `[150]`, in
 * order of species.
 *
 * As distributed with scikit-learn: two rows follow Fisher's paper where UCI's file does not. License: CC BY 4.0. Each
 * call gives fresh arrays.
 *
 * @example
 * ```ts
 * import { iris } from "./iris.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(iris().classNames, ["setosa", "versicolor", "virginica"]);
 * ```
 *
 * @see Fisher: The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936).
 */
export function iris(): DataSet {
  const values = unpackTable(IRIS);
  return displayedSet({
    name: "iris",
    inputs: {
      x: { dtype: "float32", shape: [IRIS.rows, 4], data: featuresOf(values, 5, Float32Array) },
      y: { dtype: "int64", shape: [IRIS.rows], data: labelsOf(values, 5) },
    },
    classes: 3,
    classNames: ["setosa", "versicolor", "virginica"],
    featureNames: ["sepal length", "sepal width", "petal length", "petal width"],
    source: "Fisher (1936), UCI Iris, as distributed with scikit-learn; CC BY 4.0",
  });
}
