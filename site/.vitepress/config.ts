/**
 * The configuration of VitePress. `deno task site` writes the pages that it reads; the navigation is in
 * `tools/site/nav.ts`.
 *
 * @module
 */
import { defineConfig } from "vitepress";
import sidebar from "../.build/sidebar.json" with { type: "json" };
import { slug } from "../../tools/site/slug.ts";

// `process` is Node's: VitePress bundles this file for it.
const base = process.env.SITE_BASE ?? "/";

export default defineConfig({
  title: "Descent",
  description: "A research toolkit for gradient-based optimization on ONNX Runtime",
  lang: "en-US",
  base,
  srcDir: ".build/pages",
  outDir: "dist",
  cacheDir: ".build/cache",
  head: [["link", { rel: "icon", href: `${base}icon.svg` }]],
  markdown: { anchor: { slugify: slug } },
  vite: {
    // A few pages are long: the list of optimizers, and that of names.
    build: { chunkSizeWarningLimit: 4000 },
  },
  themeConfig: {
    nav: [
      { text: "Get started", link: "/getting_started" },
      { text: "Tutorials", link: "/tutorials/" },
      { text: "Cookbook", link: "/cookbook" },
      { text: "Results", link: "/gallery" },
      { text: "API", link: "/api/" },
      // A page of its own, which the router of VitePress does not know.
      { text: "Playground", link: "/playground/index.html", target: "_self" },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
  },
});
