/** Why a model differs from PyTorch, by its name in the catalogs and its exporter. `compare.ts` requires a reason for each. */
export const REASONS: Readonly<Record<string, string>> = {
  "albert.dynamo":
    "its gradients of queries are a millionth of the others: what differs is float32's rounding",
  "albert.script":
    "its gradients of queries are a millionth of the others: what differs is float32's rounding",
  "embedding-bag.dynamo":
    "the exporter writes weights of one for the examples of a bag as a tensor like any other; " +
    "they are trained unless `freeze` or `parameters` leaves them out",
  "embedding-bag-sum.dynamo": "as embedding-bag",
  "grid-sample.dynamo": "the exporter writes the grid of places as a tensor like any other; " +
    "it is trained unless `freeze` or `parameters` leaves it out",
  "resnet-bottleneck.dynamo":
    "its loss swings by a factor of 500 within the 20 steps, which multiplies rounding: " +
    "PyTorch's own float32 is 8e-4 from its float64, Descent 1.8e-3",
  "resnet-bottleneck.script": "as with the other exporter",
};
