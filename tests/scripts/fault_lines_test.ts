import { assertEquals } from "@std/assert";
import { FaultLines } from "../../scripts/run/fault_lines.ts";

Deno.test("FaultLines tells of three faults in full, and the number of the others at the end", () => {
  const lines: string[] = [];
  const { error } = console;
  console.error = (text: string) => void lines.push(text);
  try {
    const faults = new FaultLines("adam", "skip");
    for (let step = 1; step <= 40; step++) {
      faults.add({ step, epoch: 1, loss: NaN, gradients: {}, updates: {}, learningRate: 0.5 });
    }
    faults.end();
    new FaultLines("sgd", "stop").end();
  } finally {
    console.error = error;
  }
  assertEquals(lines, [
    "step 1 (epoch 1): the loss is NaN, at learning rate 0.5: skipped",
    "step 2 (epoch 1): the loss is NaN, at learning rate 0.5: skipped",
    "step 3 (epoch 1): the loss is NaN, at learning rate 0.5: skipped",
    "adam: 37 more faults like these, with the same response",
  ]);
});
