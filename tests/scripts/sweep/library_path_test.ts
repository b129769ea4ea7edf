import { assertEquals } from "@std/assert";
import { inProcess } from "../../runtime/session/stand_ins.ts";
import { inFolder, run } from "../process.ts";

Deno.test("experiment sweep runs where LD_LIBRARY_PATH is set, in which Deno starts no other process", () =>
  inFolder(async (folder) => {
    const sweep = {
      experiment: "digits",
      options: { epochs: 1, optimizer: "sgd" },
      space: { "learning-rate": [0.1] },
      seeds: 1,
      metric: "validationAccuracy",
    };
    await Deno.writeTextFile(`${folder}/sweep.json`, JSON.stringify(sweep));
    const env = { LD_LIBRARY_PATH: "/opt/cuda/lib64", DESCENT_THREADS: "1" };
    const { code, out, err } = await run(folder, "sweep", "sweep.json", "--out", "out", "--quiet", "--json", {
      env,
    });
    assertEquals([code, err], [0, ""]);
    const { finished, failed } = JSON.parse(out);
    assertEquals([finished, failed], [1, 0]);
  }));

Deno.test("a sweep's processes get the folders of libraries under a name that Deno lets through", async () => {
  const module = new URL("../../../scripts/sweep/child_environment.ts", import.meta.url).href;
  const environment = async (env: Record<string, string>, permissions = ["-A"]) =>
    JSON.parse(
      await inProcess(
        `const { childEnvironment } = await import("${module}");
         console.log(JSON.stringify(childEnvironment()));`,
        { env, permissions },
      ),
    );
  assertEquals(await environment({ LD_LIBRARY_PATH: "" }), {});
  assertEquals(await environment({ LD_LIBRARY_PATH: "/a:/b" }), {
    LD_LIBRARY_PATH: "",
    DESCENT_LIBRARY_PATH: "/a:/b",
  });
  assertEquals(await environment({ LD_LIBRARY_PATH: "/a", DESCENT_LIBRARY_PATH: "/own" }), {
    LD_LIBRARY_PATH: "",
    DESCENT_LIBRARY_PATH: "/own:/a",
  });
  assertEquals(await environment({ LD_LIBRARY_PATH: "/a" }, ["--allow-read"]), {});
});
