import type { DataSet } from "./data_set.ts";
import { displayedSet } from "./display.ts";
import { BREAST_CANCER } from "./embedded/breast_cancer_table.ts";
import { featuresOf, labelsOf, unpackTable } from "./embedded/packed.ts";

const MEASURES = [
  "radius",
  "texture",
  "perimeter",
  "area",
  "smoothness",
  "compactness",
  "concavity",
  "concave points",
  "symmetry",
  "fractal dimension",
];

/**
 * Returns 569 tumors, embedded: `x` float32 `[569, 30]` and `y` int64 `[569]`, 0 malignant (212) and 1 benign (357).
 * The features are the mean, the standard error and the worst value of ten measures of the cell nuclei; their scales
 * differ by orders of magnitude, so standardize them.
 *
 * "Breast Cancer Wisconsin (Diagnostic)", as distributed with scikit-learn. License: CC BY 4.0. Each call gives fresh
 * arrays.
 *
 * @example
 * ```ts
 * import { breastCancer } from "./breast_cancer.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(breastCancer().featureNames?.[29], "worst fractal dimension");
 * ```
 *
 * @see Wolberg, Mangasarian, Street, Street: Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository (1993).
 */
export function breastCancer(): DataSet {
  const values = unpackTable(BREAST_CANCER);
  return displayedSet({
    name: "breast-cancer",
    inputs: {
      x: { dtype: "float32", shape: [BREAST_CANCER.rows, 30], data: featuresOf(values, 31, Float32Array) },
      y: { dtype: "int64", shape: [BREAST_CANCER.rows], data: labelsOf(values, 31) },
    },
    classes: 2,
    classNames: ["malignant", "benign"],
    featureNames: [
      ...MEASURES.map((m) => `mean ${m}`),
      ...MEASURES.map((m) => `${m} error`),
      ...MEASURES.map((m) => `worst ${m}`),
    ],
    source:
      "Wolberg et al. (1993), UCI Breast Cancer Wisconsin (Diagnostic), as distributed with scikit-learn; CC BY 4.0",
  });
}
