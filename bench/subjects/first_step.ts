/**
 * Does what a user's script does up to its first step (MLP 784-256-10, batch 128, Adam), and prints the time of each stage.
 *
 * @module
 */
const at = (): number => Math.round(performance.timeOrigin + performance.now());
const begun = at();
const { adam, mlp, tensor, trainingProgram, withLoss } = await import("../../mod.ts");
const imported = at();
const model = withLoss(mlp({ inputs: 784, hidden: [256], outputs: 10, seed: 1 }), { loss: "cross-entropy" });
const built = at();
const examples = 10_000;
await using program = await trainingProgram({
  model,
  optimizer: adam({ learningRate: 1e-3 }),
  data: {
    x: { ...tensor(new Uint8Array(examples * 784), [examples, 784]), scale: 1 / 255 },
    target: tensor(new BigInt64Array(examples)),
  },
});
const opened = at();
const rows = Array.from({ length: 128 }, (_, i) => i);
const { reports } = await program.run(program.init(), { rows, batchSize: rows.length });
const stepped = at();
console.log(JSON.stringify({ begun, imported, built, opened, stepped, loss: reports.loss![0] }));
