/** Runs `finetune` on weights of another program. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeNpy, openSession, tensorOf } from "../../mod.ts";
import { inFolder, run } from "./process.ts";

const GOLDEN = new URL("../golden/weights/", import.meta.url).pathname;
const MAP = "encoder.0.weight=onnx::MatMul_20:T,encoder.1.weight=onnx::MatMul_21:T";
const { x: X, y: Y } = JSON.parse(await Deno.readTextFile(`${GOLDEN}outputs.json`));

Deno.test("finetune --weights --map starts from PyTorch's weights, and records their file", () =>
  inFolder(async (folder) => {
    // A folder as Hugging Face's tools leave it.
    await Deno.mkdir(`${folder}/net/onnx`, { recursive: true });
    await Deno.copyFile(`${GOLDEN}network.onnx`, `${folder}/net/onnx/model.onnx`);
    await Deno.copyFile(`${GOLDEN}state_dict.safetensors`, `${folder}/net/model.safetensors`);
    const x = { dtype: "float32" as const, shape: [2, 3, 4], data: Float32Array.from(X) };
    await Deno.writeFile(`${folder}/x.npy`, encodeNpy(x));
    await Deno.writeFile(
      `${folder}/y.npy`,
      encodeNpy({ dtype: "float32", shape: [2, 3], data: new Float32Array(6) }),
    );
    const args = ["finetune", "--model", "net", "--train", "x.npy,y.npy", "--loss", "mse", "--quiet"];
    const short = ["--epochs", "1", "--batch-size", "2", "--learning-rate", "1e-12", "--optimizer", "sgd"];
    const done = await run(folder, ...args, ...short, "--weights", "net", "--map", MAP, "--out", "out");
    assertEquals([done.code, done.err], [0, ""]);
    // The rate is so small that the weights stay the same.
    await using session = await openSession(await Deno.readFile(`${folder}/out/model.onnx`));
    const { y } = await session.run({ x: tensorOf(X, [2, 3, 4]) });
    for (const [i, v] of (y!.data as Float32Array).entries()) assert(Math.abs(v - Y[i]) < 1e-5);
    const { inputs } = JSON.parse(await Deno.readTextFile(`${folder}/out/config.json`));
    assertEquals(Object.keys(inputs).filter((name) => /^net/.test(name)).sort(), [
      "net/model.safetensors",
      "net/onnx/model.onnx",
    ]);

    const alone = await run(folder, ...args, ...short, "--map", MAP, "--out", "alone");
    assertEquals(alone.code, 2);
    assertMatch(alone.err, /--map needs weights: --weights FILE\.safetensors/);
    const unclear = await run(folder, ...args, ...short, "--weights", "net", "--match-shapes", "--out", "no");
    assertEquals(unclear.code, 1);
    assertMatch(
      unclear.err,
      /net: shapes do not decide which tensor is which, so map them by name: \[4, 4\]/,
    );
    assertEquals(await Deno.stat(`${folder}/no`).catch(() => null), null);
  }));
