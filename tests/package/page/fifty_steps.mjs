/**
 * Trains the digits for 50 steps of Adam. Runs in Deno and in pages.
 *
 * @param library the library, whose entry point each imports in its own way
 * @param options more options for `fit`
 * @returns the losses of the steps, and what was chosen for the session
 */
export async function fiftySteps({ digits, mlp, withLoss, adam, fit }, options) {
  const { x, y } = digits().inputs;
  const rows = 25 * 64;
  const train = {
    x: { ...x, shape: [rows, 64], data: x.data.subarray(0, rows * 64), scale: 1 / 16 },
    target: { ...y, shape: [rows], data: y.data.subarray(0, rows) },
  };
  const losses = [];
  let session;
  await fit({
    model: withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
    optimizer: adam({ learningRate: 0.01 }),
    train,
    batchSize: 64,
    epochs: 2,
    seed: 3,
    onChunk: ({ records }) => losses.push(...records.map(({ loss }) => loss)),
    onSession: (chosen) => session = chosen,
    ...options,
  });
  return { losses, threads: session.threads };
}
