/**
 * Models that PyTorch exports.
 *
 * @module
 */
import { type Model, parseModel, withLoss } from "../mod.ts";
import { py } from "./subjects.ts";

/** Exports a network of `subjects/exported_networks.py`, and adds its loss. @throws {Error} with Python's output when it fails. */
export async function exported(name: string): Promise<Model> {
  const [python, ...args] = py("exported_networks.py");
  const file = await Deno.makeTempFile({ prefix: "descent-bench-", suffix: ".onnx" });
  try {
    const { success, stderr } = await new Deno.Command(python!, { args: [...args, name, file] }).output();
    if (!success) throw new Error(`cannot export ${name}: ${new TextDecoder().decode(stderr).slice(-500)}`);
    return withLoss(parseModel(await Deno.readFile(file)), { loss: "cross-entropy" });
  } finally {
    await Deno.remove(file);
  }
}
