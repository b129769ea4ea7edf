/**
 * Writes a report: one self-contained HTML file that makes no request when opened.
 *
 * @module
 */
import { type Claim, evidenceText, verdictText } from "./claim.ts";
import type { ResultTable, RunChoice } from "./outcome.ts";
import { clientScript, compilePlot, svgOf, vegaRuntime } from "./draw.ts";
import { drawnPlot, figure, HELP, LINE_COLORS } from "./figure.ts";
import { Html, html, jsonScript } from "./html.ts";
import type { Plot } from "./plot.ts";
import { shareSets } from "./share_sets.ts";
import { factsOf, tableOf } from "./tables.ts";
import { texFile } from "./tex.ts";
import { THEMES } from "./theme.ts";

/** The content of a report. */
export interface Report {
  /** Its title. */
  readonly title: string;
  /** Its subject, in a sentence. */
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly tables: readonly ResultTable[];
  readonly plots: readonly Plot[];
  /** The command that made it, quoted for a shell. */
  readonly command: string;
  /** Everything that the results may depend on, by name: versions, device, seed. */
  readonly made: Readonly<Record<string, string>>;
  /** Further facts that they may depend on, in rows of a name and a text; none by default. */
  readonly configuration?: readonly (readonly [name: string, text: string])[];
  /** The runs among which readers choose what the plots show; none by default. */
  readonly choice?: RunChoice;
}

/** Returns the files of a report: `report.html`, its tables as LaTeX, and an SVG for each plot. */
export async function reportFiles(report: Report): Promise<{ name: string; content: string }[]> {
  const compiled = await Promise.all(report.plots.map(compilePlot));
  const svgs = await Promise.all(report.plots.map(async (plot, i) => ({
    name: `${plot.name}.svg`,
    content: await svgOf(plot, compiled[i]!),
  })));
  const drawn = await Promise.all(report.plots.map((plot, i) => drawnPlot(plot, { spec: compiled[i]! })));
  const { sets, value: plots } = shareSets(Object.fromEntries(drawn.map((plot) => [plot.name, plot])));
  const [style, client, runtime] = await Promise.all([
    Deno.readTextFile(new URL("style.css", import.meta.url)),
    clientScript(new URL("client/report.js", import.meta.url)),
    vegaRuntime(),
  ]);
  const main = {
    tables: report.tables.filter((t) => t.section === undefined),
    plots: report.plots.filter((p) => p.section === undefined),
  };
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <link rel="icon" href="data:,">
        <title>${report.title}</title>
        <style>
    ${new Html(LINE_COLORS + style)}</style>
      </head>
      <body>
    <header>
    <h1>${report.title}</h1>
    <p class="soft">${report.summary.slice(0, 1).toUpperCase()}${report.summary.slice(1)}</p>
    </header>
    <main>
    ${report.claims.length === 0 ? undefined : html`
      <section>
      <h2>${report.claims.length === 1 ? "The claim" : "The claims"}</h2>
      ${report.claims.map(claimBox)}
      </section>
    `}${main.tables.length === 0 ? undefined : html`
      <section>
      <h2>Results</h2>
      ${main.tables.map(tableOf)}
      </section>
    `}${report.plots.length === 0 ? undefined : html`
      <noscript><p>The plots are drawn by a script in this file; pictures of them are in the same folder: ${report
        .plots.map((p) =>
          html`
            <a href="${p.name}.svg">${p.name}.svg</a>
          `
        )}</p></noscript>
      <section>
      <h2>Plots</h2>
      ${HELP}
      ${report.choice === undefined ? undefined : html`
        <div id="choose"></div>
      `}${main.plots.map(figure)}
      </section>
    `}${foldedSections(report)}<section>
    <h2>How it was made</h2>
    <pre>${report.command}</pre>
    ${tableOf({ header: Object.keys(report.made), rows: [Object.values(report.made)] })}
    ${report.configuration === undefined ? undefined : factsOf("Configuration", report.configuration)}
    </section>
    </main>
    <div id="tip" role="status" hidden></div>
    ${report.plots.length === 0
      ? undefined
      : html`${jsonScript("data", { plots, sets, themes: THEMES, choice: report.choice })}
<script>${new Html(runtime)}</script>
<script>
${new Html(client)}</script>`}
      </body>
    </html>
  `;
  return [
    { name: "report.html", content: page.text },
    ...(report.tables.length === 0 ? [] : [texFile(report.tables)]),
    ...svgs,
  ];
}

/** The page may load nothing. Vega compiles the expressions in its specifications, hence `unsafe-eval`. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:";

function claimBox({ claim, verdict, ...rest }: Claim): Html {
  return html`
    <div class="claim ${verdict}">
      <p class="verdict">${verdictText(verdict)}</p>
      <p class="sentence">${claim}</p>
      <p>${evidenceText(rest)}</p>
    </div>
  `;
}

/** Returns the sections of tables and plots, in the order of their first occurrence; nothing without sections. */
function foldedSections({ tables, plots }: Pick<Report, "tables" | "plots">): Html | undefined {
  const names = [...new Set([...tables, ...plots].flatMap(({ section }) => section ?? []))];
  if (names.length === 0) return undefined;
  const open = new Html(names.length === 1 ? " open" : "");
  return html`
    <section>
      <h2>Details</h2>
      ${names.map((name) =>
        html`
          <details${open}>
            <summary>${name}</summary>
            ${tables.filter((t) => t.section === name).map(({ title, ...t }) =>
              // The summary is its title already.
              tableOf(title === undefined || title === name ? t : { title, ...t })
            )} ${plots.filter((p) => p.section === name).map(figure)}
          </details>
        `
      )}
    </section>
  `;
}
