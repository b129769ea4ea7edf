import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { filesIn, inFolder, run } from "./process.ts";

/** Runs a command, and returns whether it succeeded. */
async function succeeds(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Mounts a file system of the given size on a folder; needs root. */
const mount = (folder: string, size: string) =>
  succeeds("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder);

const probe = await Deno.makeTempDir();
const mounts = await mount(probe, "64k");
if (mounts) await succeeds("umount", probe);
await Deno.remove(probe);

Deno.test({
  name: `experiment reports a full disk, keeps its last checkpoint, and continues once there is space${
    mounts ? "" : " (skipped: only root may mount a small file system)"
  }`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (folder) => {
      const args = [
        "digits",
        "--optimizer",
        "adam",
        "--epochs",
        "6",
        "--checkpoint-every",
        "9",
        "--keep",
        "2",
        "--quiet",
      ];
      const [disk, out] = [`${folder}/disk`, `${folder}/disk/run`];
      const whole = run(folder, ...args, "--out", "whole");
      await Deno.mkdir(disk);
      // A checkpoint of this model has about 230 KB: there is room for two, but not for a third.
      assert(await mount(disk, "600k"));
      try {
        const { code, out: stdout, err } = await run(folder, ...args, "--out", out);
        assertEquals([code, stdout], [1, ""]);
        assertMatch(
          err,
          /^error: cannot write .*\/disk\/run\/.*: no space left on device; what is done is kept: resume with .* --resume .*\n$/,
        );
        const left = Object.keys(filesIn(out)).sort();
        assertEquals(left, [
          "checkpoints/adam/000000000009.safetensors",
          "checkpoints/adam/000000000018.safetensors",
          "config.json",
          "metrics.csv",
        ]);
        assert(await succeeds("mount", "-o", "remount,size=20m", disk));
        const rest = await run(folder, "--resume", out, "--quiet");
        assertEquals([rest.code, rest.err], [0, ""]);
        assertEquals((await whole).code, 0);
        const [a, b] = [filesIn(out), filesIn(`${folder}/whole`)];
        for (const name of ["metrics.csv", "model.onnx"]) assertEquals(a[name], b[name]);
        assertEquals(Object.keys(a).sort(), Object.keys(b).sort());
      } finally {
        await whole;
        await succeeds("umount", disk);
      }
    }),
});

Deno.test({
  name: `experiment keeps and prints its results if only its report does not fit on the disk${
    mounts ? "" : " (skipped: only root may mount a small file system)"
  }`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (folder) => {
      const commands = [
        ["digits", "--optimizer", "sgd", "--epochs", "1"],
        [
          "compare",
          "--data",
          "iris",
          "--optimizer",
          "sgd,adam",
          "--epochs",
          "1",
          "--seeds",
          "2",
          "--budget",
          "2",
        ],
      ];
      const disk = `${folder}/disk`;
      await Deno.mkdir(disk);
      // A report has more than 500 KB.
      assert(await mount(disk, "400k"));
      try {
        for (const [name, ...args] of commands) {
          const out = `${disk}/${name}`;
          const { code, out: said, err } = await run(
            folder,
            name!,
            ...args,
            "--quiet",
            "--json",
            "--out",
            out,
          );
          assertEquals(code, 1);
          assertMatch(
            err,
            /^error: cannot write (.*)\/report.html: no space left on device; the run is finished and kept in \1\n$/,
          );
          const { seconds: _, ...summary } = JSON.parse(await Deno.readTextFile(`${out}/summary.json`));
          assertEquals(JSON.parse(said), summary);
          const files = Object.keys(filesIn(out));
          assert(files.includes(name === "digits" ? "model.onnx" : "config.json"), files.join());
          assertEquals(files.filter((f) => f.endsWith(".tmp")), []);
          await Deno.remove(out, { recursive: true });
        }
      } finally {
        await succeeds("umount", disk);
      }
    }),
});

Deno.test({
  name: `experiment keeps its results if no checkpoint fits on the disk${
    mounts ? "" : " (skipped: only root may mount a small file system)"
  }`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (folder) => {
      const args = ["digits", "--optimizer", "adam", "--epochs", "4", "--quiet"];
      const disk = `${folder}/disk`;
      const whole = run(folder, ...args, "--out", "whole");
      await Deno.mkdir(disk);
      // A checkpoint takes 230 KB, the model 77 KB: the sizes have room for the model, for the rows only, or not even for the rows.
      assert(await mount(disk, "150k"));
      try {
        const fits = await run(folder, ...args, "--out", `${disk}/run`);
        assertEquals(fits.code, 1);
        assertMatch(
          fits.err,
          /^warning: .*no space left on device: resuming the run would train adam/,
        );
        assertMatch(
          fits.err,
          /error: cannot write .*report.html: .*; the run is finished and kept in .*\n$/,
        );
        assertEquals((await whole).code, 0);
        const model = await Deno.readFile(`${folder}/whole/model.onnx`);
        assertEquals(await Deno.readFile(`${disk}/run/model.onnx`), model);
        for (const [size, message] of [["40k", "model.onnx"], ["8k", "metrics.csv"]]) {
          await Deno.remove(`${disk}/run`, { recursive: true });
          assert(await succeeds("mount", "-o", `remount,size=${size}`, disk));
          const { code, err } = await run(folder, ...args, "--out", `${disk}/run`);
          assertEquals(code, 1);
          assertStringIncludes(err, `error: cannot write ${disk}/run/${message}: no space left on device`);
          assert(await succeeds("mount", "-o", "remount,size=20m", disk));
          const rest = await run(folder, "--resume", `${disk}/run`, "--quiet");
          assertEquals([rest.code, rest.err], [0, ""]);
          assertEquals(await Deno.readFile(`${disk}/run/model.onnx`), model);
        }
      } finally {
        await whole;
        await succeeds("umount", disk);
      }
    }),
});

Deno.test({
  name: `experiment sweep reports a full disk, and continues once there is space${
    mounts ? "" : " (skipped: only root may mount a small file system)"
  }`,
  ignore: !mounts,
  fn: () =>
    inFolder(async (folder) => {
      const disk = `${folder}/disk`;
      const sweep = {
        experiment: "digits",
        options: { optimizer: "adam", epochs: 1 },
        seeds: 2,
      };
      await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(sweep));
      await Deno.mkdir(disk);
      assert(await mount(disk, "24k"));
      try {
        const args = [
          "sweep",
          "sweep.json",
          "--jobs",
          "1",
          "--lease",
          "2",
          "--out",
          `${disk}/out`,
          "--quiet",
        ];
        const { code, out, err } = await run(folder, ...args);
        assertEquals([code, out], [1, ""]);
        assertMatch(
          err,
          /^error: cannot write to .*\/disk\/out: no space left on device; the work so far is kept: the same command resumes it\n$/,
        );
        assertEquals(Object.keys(filesIn(disk)).filter((n) => n.endsWith(".tmp")), []);
        assert(await succeeds("mount", "-o", "remount,size=20m", disk));
        const rest = await run(folder, ...args);
        assertEquals([rest.code, rest.err], [0, ""]);
      } finally {
        await succeeds("umount", disk);
      }
    }),
});
