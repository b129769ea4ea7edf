/**
 * Slurm on one node, for tests: munged, slurmctld and slurmd in a temporary folder.
 *
 * @module
 */
import { inFolder } from "./process.ts";

/** A running Slurm. */
export interface Slurm {
  /** The environment in which commands find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one of its commands, and returns its output. */
  command(name: string, ...args: string[]): Promise<string>;
  /** Sends a signal to its controller. */
  signalController(signal: Deno.Signal): Promise<void>;
  /** Stops it. */
  stop(): Promise<void>;
}

const PROGRAMS = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/sbatch"];

/**
 * Tests with a Slurm of its own; skipped where none can be started, or for a reason given, which the name of the test tells.
 *
 * @param test gets a temporary folder, which holds Slurm's files in `slurm`
 */
export function testUnderSlurm(
  name: string,
  { skip = null, ...setup }: SlurmSetup & { readonly skip?: string | null },
  test: (folder: string, slurm: Slurm) => Promise<void>,
): void {
  const without = noSlurm() ?? skip;
  Deno.test({
    name: without === null ? name : `${name} (${without})`,
    ignore: without !== null,
    fn: () =>
      inFolder(async (folder) => {
        await Deno.mkdir(`${folder}/slurm`);
        const slurm = await startSlurm(`${folder}/slurm`, setup);
        try {
          await test(folder, slurm);
        } finally {
          await slurm.stop();
        }
      }),
  });
}

/** Returns why Slurm cannot be started here; `null` if it can. */
function noSlurm(): string | null {
  const missing = PROGRAMS.filter((p) => {
    try {
      return !Deno.statSync(p).isFile;
    } catch {
      return true;
    }
  });
  if (missing.length > 0) return `there is no ${missing[0]}: apt-get install slurm-wlm munge`;
  return Deno.uid() === 0 ? null : "only root can start it";
}

/** How Slurm is set up. */
export interface SlurmSetup {
  readonly cpus: number;
  /** Further lines of its configuration. */
  readonly conf?: string;
}

/** Starts Slurm in a folder. */
async function startSlurm(folder: string, { cpus, conf: more = "" }: SlurmSetup): Promise<Slurm> {
  const host = (await output("hostname", ["-s"])).trim();
  const [control, node] = [port(), port()];
  const socket = `${folder}/munge.socket`;
  for (const name of ["state", "spool"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.chmod(folder, 0o755);
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o600 });
  await Deno.writeTextFile(`${folder}/plugstack.conf`, "");
  const conf = `${folder}/slurm.conf`;
  await Deno.writeTextFile(
    conf,
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${control}
SlurmdPort=${node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
PlugStackConfig=${folder}/plugstack.conf
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_interval=1
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
${more}
`,
  );
  const env = { SLURM_CONF: conf };
  const daemons: Deno.ChildProcess[] = [];
  const start = (program: string, ...args: string[]) => {
    const command = new Deno.Command(program, { args, env, stdin: "null", stdout: "null", stderr: "null" });
    daemons.push(command.spawn());
  };
  const command = (name: string, ...args: string[]) => output(name, args, env);
  const stop = async () => {
    // Otherwise jobs outlive it.
    await command("scancel", "--user=root").catch(() => {});
    for (const daemon of daemons.reverse()) {
      try {
        daemon.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await daemon.status;
    }
  };
  try {
    const files = ["pid", "log", "seed"].map((n) => `--${n}-file=${folder}/munge.${n}`);
    start(
      PROGRAMS[0]!,
      "--foreground",
      "--force",
      `--socket=${socket}`,
      `--key-file=${folder}/munge.key`,
      ...files,
    );
    await until("munged", () => Deno.stat(socket).then(() => true));
    start(PROGRAMS[1]!, "-D", "-i");
    start(PROGRAMS[2]!, "-D");
    await until("slurmd", async () => (await command("sinfo", "-h", "-o", "%T")).trim() === "idle");
    return {
      env,
      command,
      async signalController(signal) {
        Deno.kill(Number(await Deno.readTextFile(`${folder}/slurmctld.pid`)), signal);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function output(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, { args: [...args], env }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${name}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Returns a port that nobody listens on. */
function port(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not start`);
}
