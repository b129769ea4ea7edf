/** Runs the commands of docs/your_own_model.md. */
import { assert, assertEquals } from "@std/assert";
import { encodeModel, encodeNpy, encodeSafetensors, mlp, normal, tensorOf } from "../../mod.ts";
import { inFolder, run } from "../scripts/process.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Writes the files that the page names. */
async function files(folder: string): Promise<void> {
  const N = 100;
  const x = normal({ seed: 1, stream: "x" }, N * 4, {});
  const y = Uint8Array.from({ length: N }, (_, i) => Number(x[4 * i]! > 0));
  await Deno.writeFile(`${folder}/m.onnx`, encodeModel(mlp({ inputs: 4, hidden: [3], outputs: 2, seed: 1 })));
  await Deno.writeFile(
    `${folder}/x.npy`,
    encodeNpy({ dtype: "float32", shape: [N, 4], data: Float32Array.from(x) }),
  );
  await Deno.writeFile(`${folder}/y.npy`, encodeNpy({ dtype: "uint8", shape: [N], data: y }));
  await Deno.copyFile(`${ROOT}tests/golden/own/bytes.onnx`, `${folder}/gpt.onnx`);
  const weights = {
    "fc.weight": tensorOf(normal({ seed: 1, stream: "w" }, 12, {}), [4, 3]),
    "fc.bias": tensorOf([0, 0, 0]),
    "out.weight": tensorOf(normal({ seed: 1, stream: "v" }, 6, {}), [2, 3]),
    "out.bias": tensorOf([0, 0]),
  };
  await Deno.writeFile(`${folder}/w.safetensors`, encodeSafetensors(weights));
  const tokens = Uint8Array.from({ length: 400 }, (_, i) => i % 7);
  await Deno.writeFile(`${folder}/tokens.npy`, encodeNpy({ dtype: "uint8", shape: [400], data: tokens }));
}

Deno.test("the commands of docs/your_own_model.md run", () =>
  inFolder(async (folder) => {
    await files(folder);
    const page = await Deno.readTextFile(`${ROOT}docs/your_own_model.md`);
    const commands = [...page.matchAll(/^deno task -q experiment (.*)$/gm)].map(([, args]) =>
      args!.replaceAll("'", "").split(" ")
    );
    assertEquals(commands.map(([name]) => name), ["finetune", "finetune", "compare", "tuning"]);
    for (const args of commands) {
      // Fewer steps than by default: the commands must run, not learn.
      const short = { finetune: [], compare: ["--budget", "2"], tuning: ["--seeds", "6"] }[args[0]!];
      const { code, out, err } = await run(folder, ...args, ...short!, "--epochs", "1", "--quiet");
      assertEquals([code, err], [0, ""], args.join(" "));
      assert(out.includes("Written to runs/"), out);
    }
  }));
