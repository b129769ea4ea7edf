// Saves a plot: its numbers, its picture or its specification.
charts.save = async (chart, kind) => {
  const { plot, themes } = chart;

  function csv() {
    const cell = (value) => {
      const text = value === undefined || value === null ? "" : String(value);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const names = Object.keys(plot.rows.columns);
    const table = [
      Object.values(plot.rows.columns),
      ...plot.rows.values.map((row) => names.map((n) => row[n])),
    ];
    return table.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  /** Returns a view of the plot as the reader sees it, with its title, its legend and the ground of the page. */
  async function picture() {
    const theme = charts.dark.matches ? "dark" : "light";
    const { config, signals } = themes[theme];
    const spec = {
      ...chart.spec(),
      background: signals.ground,
      padding: 16,
      title: { text: plot.title },
      autosize: "pad",
      ...(plot.panels === undefined ? { width: 640 } : {}),
    };
    const view = new vega.View(vega.parse(spec, config), { renderer: "none", logLevel: vega.Warn });
    for (const [name, value] of Object.entries(signals)) view.signal(name, value);
    if (plot.panels !== undefined) {
      const { width, ratio } = plot.panels;
      view.signal("child_width", width).signal("child_height", Math.round(width * ratio));
    }
    return await view.runAsync();
  }

  /** Returns the content of the file: a text, or an address that holds it. */
  async function content() {
    if (kind === "csv") return { text: csv(), type: "text/csv" };
    if (kind === "vl.json") return { text: JSON.stringify(plot.vegaLite, null, 2), type: "application/json" };
    const view = await picture();
    try {
      if (kind === "svg") return { text: await view.toSVG(), type: "image/svg+xml" };
      return { url: await view.toImageURL("png", 2) };
    } finally {
      view.finalize();
    }
  }

  const { text, type, url } = await content();
  const address = url ?? URL.createObjectURL(new Blob([text], { type }));
  const link = charts.element("a", { href: address, download: `${plot.name}.${kind}` });
  document.body.append(link);
  link.click();
  link.remove();
  if (url === undefined) setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
