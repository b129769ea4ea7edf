// The tools of a plot: scales, zoom, and files to save.
charts.toolbar = (chart) => {
  const { element, roving } = charts;
  const { lines, rows } = chart.plot;
  const button = (text, title, click) =>
    element("button", { type: "button", text, title, "aria-label": title, on: { click } });
  const readable = lines?.x !== undefined;

  /** Switches an axis between a linear and a logarithmic scale, if that has a place for some point. */
  chart.switchLog = (axis) => {
    if (!readable || (!chart.log[axis] && !canBeLog(axis))) return;
    chart.log[axis] = !chart.log[axis];
    chart.zoom[axis] = null;
    const focused = document.activeElement;
    chart.draw();
    focused?.focus();
  };
  const canBeLog = (axis) =>
    chart.plot.spec.data.some((d) => d.name === "points" && d.values.some((p) => p[axis] > 0));

  const logs = !readable ? [] : ["y", "x"].map((axis) => ({
    axis,
    button: button(`log ${axis}`, `${axis} axis: logarithmic or linear`, () => chart.switchLog(axis)),
  }));
  const reset = readable ? button("reset", "Show the whole plot again", () => chart.zoomReset()) : null;
  const zooms = !readable ? [] : [
    button("+", "Zoom in", () => chart.zoomBy(2)),
    button("−", "Zoom out", () => chart.zoomBy(0.5)),
    reset,
  ];
  const files = [
    ...(rows === undefined
      ? []
      : [button("CSV", "Save the numbers as CSV", () => charts.save(chart, "csv"))]),
    button("PNG", "Save the picture as PNG", () => charts.save(chart, "png")),
    button("SVG", "Save the picture as SVG", () => charts.save(chart, "svg")),
    button("Vega-Lite", "Save the plot's specification in Vega-Lite", () => charts.save(chart, "vl.json")),
  ];
  const bar = element(
    "div",
    { class: "tools", role: "toolbar", "aria-label": `Tools: ${chart.plot.title}` },
    ...logs.map((l) => l.button),
    ...zooms,
    element("span", { class: "soft", text: "save" }),
    ...files,
  );
  chart.figure.querySelector(".tools")?.remove();
  chart.figure.querySelector("figcaption").after(bar);
  const refresh = () => {
    for (const { axis, button } of logs) {
      button.setAttribute("aria-pressed", String(chart.log[axis]));
      button.hidden = !chart.log[axis] && !canBeLog(axis);
    }
    if (reset !== null) reset.hidden = !chart.zoomed();
  };
  const keepStop = roving(bar);
  chart.refreshTools = () => keepStop(refresh);
};
