/**
 * Draws a layout as SVG, readable on light and dark pages.
 *
 * @module
 */
import type { Box, Layout } from "./layout.ts";

const STYLE = `
    text { font-family: system-ui, sans-serif; text-anchor: middle; fill: #1f2328; }
    .name { font-weight: 600; font-size: 15px; }
    .line { font-size: 12px; fill: #59636e; }
    .box { fill: #ffffff; stroke: #8c959f; }
    .arrow { fill: none; stroke: #59636e; stroke-width: 1.4; }
    .head { fill: #59636e; }
    .ground { fill: #f6f8fa; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .line { fill: #b1bac4; }
      .box { fill: #212830; stroke: #656c76; }
      .arrow { stroke: #9198a1; }
      .head { fill: #9198a1; }
      .ground { fill: #0d1117; }
    }`;

/** Returns the picture as the text of an SVG file. */
export function draw({ width, height, boxes, arrows }: Layout, title: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>${title}</title>
  <style>${STYLE}
  </style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
      <path class="head" d="M0 0 L8 4 L0 8 z"/>
    </marker>
  </defs>
  <rect class="ground" width="${width}" height="${height}" rx="8"/>
${arrows.map(arrow).join("\n")}
${boxes.map(box).join("\n")}
</svg>
`;
}

/** Returns a curve that leaves and enters vertically. */
function arrow(points: Layout["arrows"][number]): string {
  const [first, ...rest] = points;
  let [{ x, y }, d] = [first!, `M${first!.x} ${first!.y}`];
  for (const to of rest) {
    const half = Math.round((y + to.y) / 2);
    d += ` C${x} ${half} ${to.x} ${half} ${to.x} ${to.y}`;
    ({ x, y } = to);
  }
  return `  <path class="arrow" d="${d}" marker-end="url(#head)"/>`;
}

function box({ name, lines, x, y, width, height }: Box): string {
  const center = x + width / 2;
  const texts = lines.map((line, i) =>
    `    <text class="line" x="${center}" y="${y + 41 + i * 17}">${line}</text>\n`
  );
  return `  <g>
    <rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>
    <text class="name" x="${center}" y="${y + 22}">${name}</text>
${texts.join("")}  </g>`;
}
