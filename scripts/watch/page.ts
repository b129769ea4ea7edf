/**
 * The page of `watch`, which makes requests to its own server only.
 *
 * @module
 */
import {
  clientScript,
  HELP,
  Html,
  html,
  jsonScript,
  LINE_COLORS,
  THEMES,
  vegaRuntime,
} from "../report/mod.ts";

/** The page may load from its own server only. Vega compiles its expressions, hence `unsafe-eval`. */
export const POLICY = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; " +
  "script-src 'unsafe-inline' 'unsafe-eval'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

/** A report may load nothing, and stands apart from the page of `watch`: its folder may come from someone else. */
export const REPORT_POLICY = "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; " +
  "style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:; base-uri 'none'";

/** Returns the page without any run. */
export async function watchPage(folder: string): Promise<string> {
  const [style, client, runtime] = await Promise.all([
    Deno.readTextFile(new URL("../report/style.css", import.meta.url)),
    clientScript(new URL("client.js", import.meta.url)),
    vegaRuntime(),
  ]);
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>Runs in ${folder}</title>
        <style>${new Html(LINE_COLORS + style)}</style>
      </head>
      <body>
        <header>
          <h1>Runs in ${folder}</h1>
          <p class="soft" id="status" role="status">Reading them</p>
        </header>
        <main>
          <section id="choose" hidden></section>
          <div id="help" hidden>${HELP}</div>
          <div id="plots"></div>
          <noscript><p>The curves are drawn by a script.</p></noscript>
        </main>
        <div id="tip" role="status" hidden></div>
        ${jsonScript("data", { themes: THEMES })}
        <script>${new Html(runtime)}</script>
        <script>${new Html(client)}</script>
      </body>
    </html>
  `.text;
}
