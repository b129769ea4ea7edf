/**
 * Commands in place of Slurm's with configurable behavior, for answers that a real Slurm gives only when it fails.
 *
 * @module
 */

/** How `sbatch` behaves when it is called. */
export type Mood =
  /** Accepts the jobs, and prints that. */
  | "takes"
  /** Accepts the jobs, and fails with a timeout. */
  | "loses its answer"
  /** Fails with a timeout; the jobs get into the queue two seconds later. */
  | "is late"
  /** Fails with a timeout, and accepts nothing. */
  | "times out"
  /** Accepts the jobs, and prints further lines of the site. */
  | "chats"
  /** Refuses the jobs, like a real `sbatch` for jobs that can never run. */
  | "refuses";

/** How the stand-in is set up. */
export interface StandIn {
  /** How `sbatch` behaves at its first calls; afterwards it accepts jobs. */
  readonly moods?: readonly Mood[];
  /** The most jobs of an array, and whether `scontrol` reports it. */
  readonly arrayMax?: number;
  readonly tellsArrayMax?: boolean;
  /** The most jobs in the queue. */
  readonly submitMax?: number;
  /** Seconds for which `squeue` shows nothing, from its first call on. */
  readonly blind?: number;
  /** Seconds for which an array waits before it runs. */
  readonly pending?: number;
  /** Whether jobs are lost when they should run: they never begin, and the queue forgets them. */
  readonly losesJobs?: boolean;
}

/** The stand-in's environment, and what it recorded. */
export interface StandInCommands {
  /** The environment in which commands find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns the sizes of the submitted arrays, in order. */
  asked(): number[];
  /** Returns how often each job ran, by the name of its array and its index. */
  runs(): Record<string, number>;
  /** Waits until no job is in the queue. */
  settled(): Promise<void>;
}

/** Writes the commands into a folder. */
export async function standIn(folder: string, options: StandIn = {}): Promise<StandInCommands> {
  const {
    moods = [],
    arrayMax = 1001,
    tellsArrayMax = false,
    submitMax = 1e6,
    blind = 0,
    pending = 0,
    losesJobs = false,
  } = options;
  for (const name of ["bin", "queue", "asked", "runs"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  const write = (name: string, lines: string) =>
    Deno.writeTextFile(`${folder}/bin/${name}`, `#!/bin/sh\nfrom=$PWD\ncd ${folder}\n${lines}\n`, {
      mode: 0o755,
    });
  await write(
    "sbatch",
    `cat > script.$$
for a in "$@"; do case "$a" in --array=*) last=\${a#--array=0-} last=\${last%%%*};; --job-name=*) name=\${a#*=};; esac; done
n=$(ls asked | wc -l); count=$((last + 1)); echo $count > asked/$(printf %03d $n)
fail() { echo "sbatch: error: $1" >&2; echo "sbatch: error: Batch job submission failed: $2" >&2; exit 1; }
case $n in ${moods.map((m, i) => `${i}) mood="${m}";;`).join(" ")} *) mood=takes;; esac
[ "$mood" = refuses ] && fail "no such partition" "Invalid partition name specified"
[ "$mood" = "times out" ] && fail "slow" "Socket timed out on send/recv operation"
[ $count -gt ${arrayMax} ] && fail "array" "Invalid job array specification"
[ $(($(grep -lE 'PENDING|RUNNING' queue/* 2>/dev/null | wc -l) + count)) -gt ${submitMax} ] &&
  fail QOSMaxSubmitJobPerUserLimit "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
id=$((100 + n)); script=$PWD/script.$$
take() {
  i=0; while [ $i -lt $count ]; do echo "$name|$id|$i|PENDING" > queue/$id.$i; i=$((i + 1)); done
}
work() {
  sleep ${pending}
  i=0; while [ $i -lt $count ]; do
    ${losesJobs ? `[ $n -eq 0 ] && { rm queue/$id.$i; i=$((i + 1)); continue; }` : ""}
    echo "$name|$id|$i|RUNNING" > queue/$id.$i
    echo run >> runs/$name.$i
    (cd $from; SLURM_ARRAY_TASK_ID=$i sh $script) > log.$id.$i 2>&1
    echo "$name|$id|$i|COMPLETED" > queue/$id.$i
    i=$((i + 1))
  done
}
# A shell of its own without the pipes of this one, whose reader waits for their end.
if [ "$mood" = "is late" ]; then ( exec > /dev/null 2>&1 < /dev/null; sleep 2; take; work ) &
else take; ( exec > /dev/null 2>&1 < /dev/null; work ) & fi
case "$mood" in
  "loses its answer"|"is late") fail "slow" "Socket timed out on send/recv operation";;
  chats) echo "Welcome to the cluster. Your job is on its way.";;
  *) echo $id;;
esac`,
  );
  await write(
    "squeue",
    `[ -e began ] || date +%s > began
[ $(($(date +%s) - $(cat began))) -lt ${blind} ] && exit 0
cat queue/* 2>/dev/null; exit 0`,
  );
  await write(
    "scontrol",
    tellsArrayMax
      ? `case "$*" in *config*) echo "Configuration data as of now"; echo "MaxArraySize            = ${arrayMax}";; ` +
        // Slurm 22.05 prints this for an index that is no longer in the array.
        `*) echo "Job 1_5 not found"; exit 1;; esac`
      : `echo "slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)" >&2; exit 1`,
  );
  const read = (name: string) => [...Deno.readDirSync(`${folder}/${name}`)].map((e) => e.name).sort();
  const queued = () => read("queue").map((n) => Deno.readTextFileSync(`${folder}/queue/${n}`));
  return {
    async settled() {
      while (queued().some((job) => !job.includes("COMPLETED"))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
    asked: () => read("asked").map((n) => Number(Deno.readTextFileSync(`${folder}/asked/${n}`))),
    runs: () =>
      Object.fromEntries(
        read("runs").map((n) => [n, Deno.readTextFileSync(`${folder}/runs/${n}`).split("run").length - 1]),
      ),
  };
}
