// What runs in a report when it is opened: draws the plots, again when the page's width or theme changes.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { plots, themes } = read("data");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();
  const widths = new WeakMap();

  function widthOf(element, plot) {
    return Math.max(200, Math.min(element.clientWidth, plot.width));
  }

  /** Lays a plot out twice: a legend's columns go by the width that the first layout found. */
  function size(view, width) {
    widths.set(view, width);
    view.width(width).run();
    view.resize().run();
  }

  function draw(element, { theme }) {
    const plot = plots[element.dataset.plot];
    drawn.get(element)?.finalize();
    const { config, signals } = themes[theme];
    const runtime = vega.parse(plot.spec, config);
    const view = new vega.View(runtime, {
      renderer: "svg",
      container: element,
      hover: true,
      logLevel: vega.Warn,
    });
    for (const [name, value] of Object.entries(signals)) view.signal(name, value);
    size(view.tooltip(tooltip), widthOf(element, plot));
    drawn.set(element, view);
    element.dataset.drawn = theme;
  }

  const elements = [...document.querySelectorAll("[data-plot]")];
  /** Whether a plot is in a closed section: it is drawn when that opens. */
  const hidden = (element) => element.closest("details:not([open])") !== null;
  const theme = () => dark.matches ? "dark" : "light";
  const shown = () => elements.filter((element) => !hidden(element));
  /** Draws the plots that are to be seen, and forgets the others, whose colors may be those of another theme. */
  const drawAll = (theme) => {
    for (const element of elements) delete element.dataset.drawn;
    for (const element of shown()) draw(element, { theme });
  };
  drawAll(theme());
  dark.addEventListener("change", () => drawAll(theme()));
  function fit(element) {
    const view = drawn.get(element);
    const width = widthOf(element, plots[element.dataset.plot]);
    if (widths.get(view) !== width) size(view, width);
  }

  for (const section of document.querySelectorAll("details")) {
    section.addEventListener("toggle", () => {
      for (const element of shown()) {
        if (element.dataset.drawn) fit(element);
        else draw(element, { theme: theme() });
      }
    });
  }
  // On paper nobody can open a section.
  const closed = [];
  addEventListener("beforeprint", () => {
    closed.push(...document.querySelectorAll("details:not([open])"));
    for (const section of closed) section.open = true;
    drawAll("light");
  });
  addEventListener("afterprint", () => {
    for (const section of closed.splice(0)) section.open = false;
    drawAll(theme());
  });
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) if (!hidden(target) && drawn.has(target)) fit(target);
  });
  elements.forEach((element) => resized.observe(element));
})();
