/**
 * Pages that show stored runs: one for each experiment of the lecture, and the gallery.
 *
 * @module
 */
import type { StoredRun } from "./runs.ts";

/** The texts that the pages are made of. */
export interface ResultTexts {
  /** The page with the results of all experiments. */
  readonly reproductions: string;
  /** The page about the lecture, whose table has a claim for each experiment. */
  readonly lecture: string;
}

/** Returns the page of an experiment of the lecture: the claim, its verdicts, the report, and the results so far. */
export function lecturePage(run: StoredRun, texts: ResultTexts): string {
  const row = new RegExp(`^\\| \`${run.name}\` +\\| (.*?) +\\|$`, "m").exec(
    texts.lecture,
  );
  if (row === null) {
    throw new Error(`docs/lecture.md has no row for ${run.name}`);
  }
  return `# ${titleOf(run.name)}

> ${row[1]}

## This run

\`\`\`sh
deno task -q experiment ${run.name}
\`\`\`

${verdicts(run)}

The report below has the figures. Its plots answer to the mouse and the keyboard. The run was made for this site, on the
machine that built it.

<Report name="${run.name}" />

## Results on record

${resultsOf(run.name, texts.reproductions)}
`;
}

/** Returns the part of the page with results that is about an experiment, without its heading. */
export function resultsOf(name: string, reproductions: string): string {
  const section = new RegExp(`^### \`${name}\`.*\\n([^]*?)(?=^##)`, "m").exec(
    reproductions,
  );
  if (section !== null) return section[1]!.trim();
  const item = new RegExp(`^- \`${name}\`:? ?([^]*?)(?=^- |^\\S|\\n\\n)`, "m")
    .exec(reproductions);
  if (item === null) {
    throw new Error(`docs/reproductions.md has nothing about ${name}`);
  }
  const text = item[1]!.replace(/\n {2}/g, "\n").trim();
  return /^[a-z]/.test(text) && !text.startsWith("the iterations") ? `\`${name}\` ${text}` : capital(text);
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

function titleOf(name: string): string {
  return name === "rnn" ? "RNN" : capital(name.replaceAll("-", " "));
}

/** Returns the claims of a run, with the verdict first. Their figures are in the report. */
function verdicts({ claims }: StoredRun): string {
  if (claims.length === 0) return "This experiment states no claims.";
  const items = claims.map(({ claim, verdict }) =>
    `<li><span class="verdict ${verdict}">${verdict}</span> ${escaped(claim)}</li>`
  );
  return `<ul class="claims">\n${items.join("\n")}\n</ul>`;
}

/** Returns text that neither HTML nor Vue takes for markup. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(
    "{{",
    "{\u2060{",
  );
}
/** Returns the gallery: a card for each run. */
export function galleryPage(
  runs: readonly StoredRun[],
  about: ReadonlyMap<string, string>,
): string {
  const cards = runs.map((run) => card(run, about.get(run.name) ?? "")).join(
    "\n",
  );
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  return `---
aside: false
---

<script setup>
import { withBase } from "vitepress";
</script>

# Gallery

Each report was made by \`deno task -q experiment NAME\` without options, on the machine that built this site, without
data from elsewhere; all of them took ${
    Math.round(seconds)
  } s together. A report is one HTML file: claims with verdicts, tables, and
plots that answer to mouse and keyboard.

<div class="gallery">
${cards}
</div>
`;
}

function card(
  { name, claims, seconds, plots }: StoredRun,
  about: string,
): string {
  const picture = plots.length === 0
    ? ""
    : `<img :src="withBase('/reports/${name}/${plots[0]}')" alt="First plot of the report" loading="lazy">`;
  const count = Map.groupBy(claims, ({ verdict }) => verdict);
  const verdicts = ["holds", "contradicted", "undecided"].filter((v) => count.has(v)).map((v) =>
    `<span class="verdict ${v}">${count.get(v)!.length} ${v}</span>`
  );
  return `<a class="card" :href="withBase('/reports/${name}/report.html')" target="_self">
<span class="picture">${picture}</span>
<strong>${name}</strong>
<span>${escaped(about)}</span>
<small>${[`${seconds.toFixed(1)} s`, ...verdicts].join(" · ")}</small>
</a>`;
}
