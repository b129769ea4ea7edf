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
  const drawAll = (theme) => elements.forEach((element) => draw(element, { theme }));
  const theme = () => dark.matches ? "dark" : "light";
  drawAll(theme());
  dark.addEventListener("change", () => drawAll(theme()));
  addEventListener("beforeprint", () => drawAll("light"));
  addEventListener("afterprint", () => drawAll(theme()));
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const view = drawn.get(target);
      const width = widthOf(target, plots[target.dataset.plot]);
      if (view && widths.get(view) !== width) size(view, width);
    }
  });
  elements.forEach((element) => resized.observe(element));
})();
