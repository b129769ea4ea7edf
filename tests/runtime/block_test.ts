import { assertEquals, assertRejects } from "@std/assert";
import { DeviceError, digits, mlp, type ProgramOptions, sgd, trainingProgram, withLoss } from "../../mod.ts";
import { cpuBlock } from "../../runtime/session/mod.ts";

const { x, y } = digits().inputs;
const OPTIONS: ProgramOptions = {
  model: withLoss(mlp({ inputs: 64, hidden: [8], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: sgd({ learningRate: 0.1 }),
  data: { x: { ...x!, scale: 1 / 16 }, target: y! },
};

/** Returns the domains of the operator sets that a program's model imports. */
async function domains(options: Partial<ProgramOptions>): Promise<string[]> {
  await using program = await trainingProgram({ ...OPTIONS, ...options });
  return program.compiled.model.opsetImport.map((o) => o.domain);
}

Deno.test("a program takes the processor's block by itself, or none", async () => {
  const own = await cpuBlock();
  assertEquals((await domains({})).includes("com.microsoft.nchwc"), own !== undefined);
  assertEquals((await domains({ block: "none" })).includes("com.microsoft.nchwc"), false);
  if (own !== undefined) assertEquals(await domains({ block: own }), await domains({}));
});

Deno.test("a block that the processor does not have is refused, as is an unknown one", async () => {
  const own = await cpuBlock();
  await assertRejects(
    () => domains({ block: own === 8 ? 16 : 8 }),
    DeviceError,
    `block ${own === 8 ? 16 : 8} is not available`,
  );
  await assertRejects(
    () => domains({ block: 12 as 8 }),
    RangeError,
    'block must be "auto", "none", 8 or 16, got 12',
  );
  await assertRejects(
    () => domains({ block: 16, device: "webgpu" }),
    RangeError,
    "block 16 is for device 'cpu' and precision 'float32', got 'webgpu' and 'float32'",
  );
});
