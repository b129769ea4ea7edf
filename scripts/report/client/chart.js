// Draws a plot on a page, and again when its size, its theme or its state changes. For reports and `watch`.
globalThis.charts = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tip = () => document.getElementById("tip");

  /** Shows a text in the page's tip, at a place in the window. */
  function showTip(text, { x, y }) {
    const element = tip();
    // Set once: a screen reader reads it aloud each time.
    if (element.textContent !== text) element.textContent = text;
    element.hidden = false;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - height - 4))}px`;
  }

  function hideTip() {
    tip().hidden = true;
  }

  /** The handler that Vega calls for the mark under the pointer: with a text, or names with values. */
  function tooltip(_handler, event, _item, value) {
    if (value === null || value === undefined || value === "") return hideTip();
    const text = typeof value === "object"
      ? Object.entries(value).map(([name, v]) => `${name}: ${v}`).join("\n")
      : String(value);
    showTip(text, { x: event.clientX, y: event.clientY });
  }

  /** The gap between panels, the room of an axis, and the least width for two panels in a row, in pixels. */
  const PANELS = { gap: 20, axis: 52, two: 300 };

  /** A plot in its figure. */
  class Chart {
    constructor(figure, plot, { themes }) {
      this.figure = figure;
      this.place = figure.querySelector(".plot");
      this.themes = themes;
      this.view = undefined;
      const names = ["role", "aria-roledescription", "aria-label"];
      this.described = names.map((name) => [name, this.place.getAttribute(name)]);
      this.strong = null;
      this.zoom = { x: null, y: null };
      this.listeners = [];
      /** Whether the reader wants to see a line, by its name; a line without an entry goes by the plot. */
      this.wanted = new Map();
      this.take(plot);
    }

    /** Takes another version of the plot, and keeps what the reader chose. */
    take(plot) {
      this.plot = plot;
      if (plot.lines?.x !== undefined) this.log ??= { x: plot.lines.x.log, y: plot.lines.y.log };
    }

    /** The names of the lines that are not drawn. */
    get hidden() {
      const { names = [], hidden = [] } = this.plot.lines ?? {};
      return new Set(names.filter((name) => !(this.wanted.get(name) ?? !hidden.includes(name))));
    }

    /** Draws these lines and no others. */
    showOnly(names) {
      this.wanted = new Map(this.plot.lines.names.map((name) => [name, names.includes(name)]));
      this.apply();
    }

    /** Calls a function after each drawing and each change of the state. */
    changed(listener) {
      this.listeners.push(listener);
    }

    tell() {
      for (const listener of this.listeners) listener();
    }

    /** Returns the signals that hold the reader's choices. */
    signals() {
      const { lines } = this.plot;
      if (lines === undefined) return {};
      const choices = { hidden: [...this.hidden], strong: this.strong };
      return lines.x === undefined
        ? choices
        : { ...choices, zoomX: this.zoom.x, zoomY: this.zoom.y, logX: this.log.x, logY: this.log.y };
    }

    /** Returns the plot's specification in the reader's scales, with its own copy of the data. */
    spec() {
      const { spec, lines } = this.plot;
      const data = (spec.data ?? []).map((set) =>
        set.values === undefined ? set : { ...set, values: set.values.map((row) => ({ ...row })) }
      );
      const state = this.signals();
      const signals = (spec.signals ?? []).map((s) =>
        s.name in state ? { name: s.name, value: state[s.name] } : s
      );
      const scales = lines?.x === undefined ? spec.scales : spec.scales.map((scale) => {
        const axis = lines[scale.name];
        if (axis === undefined || axis.log === this.log[scale.name]) return scale;
        const { type: _type, base: _base, zero: _zero, nice: _nice, ...rest } = scale;
        return this.log[scale.name]
          ? { ...rest, type: "log", nice: false }
          : { ...rest, type: "linear", zero: false, nice: scale.name === "y" };
      });
      return { ...spec, data, signals, ...(scales === undefined ? {} : { scales }) };
    }

    /** Returns the width of the plot, and the room for labels at the ends of lines, in pixels. */
    size() {
      const width = Math.max(200, Math.min(this.place.clientWidth, this.plot.width));
      const { scales = [] } = this.plot.spec;
      const labels = scales.find((s) => s.name === "label")?.range;
      if (labels === undefined) return { width, labels: 0 };
      const context = document.createElement("canvas").getContext("2d");
      context.font = `12px ${this.themes.light.config.axis.labelFont}`;
      const longest = Math.max(...labels.map((text) => context.measureText(text).width));
      return { width, labels: Math.ceil(Math.min(longest + 2, width * 0.28)) };
    }

    draw() {
      this.view?.finalize();
      const theme = dark.matches && !matchMedia("print").matches && !this.printing ? "dark" : "light";
      const { config, signals } = this.themes[theme];
      const spec = this.spec();
      // A page has a legend of its own, whose names are buttons.
      const legends = this.plot.lines === undefined
        ? spec.legends
        : (spec.legends ?? []).filter((l) => !ofLines(l));
      this.view = new vega.View(vega.parse({ ...spec, legends }, config), {
        renderer: "svg",
        container: this.place,
        hover: true,
        logLevel: vega.Warn,
      });
      this.view.tooltip(tooltip);
      for (const [name, value] of Object.entries(signals)) this.view.signal(name, value);
      this.fit(true);
      // Vega describes every drawing in the same words, and each of its marks.
      for (const [name, value] of this.described) {
        if (value === null) this.place.removeAttribute(name);
        else this.place.setAttribute(name, value);
      }
      this.place.querySelector("svg").setAttribute("aria-hidden", "true");
      this.place.dataset.drawn = theme;
      this.tell();
    }

    /** Fits the plot into its place, if that has another width than before. */
    fit(anyway = false) {
      const { width, labels } = this.size();
      if (!anyway && width === this.fitted) return;
      this.fitted = width;
      const { panels } = this.plot;
      if (panels !== undefined) {
        const room = panels.width + PANELS.axis + PANELS.gap;
        // Two in a row also on a phone: one below the other they could not be compared.
        const least = width < PANELS.two ? 1 : 2;
        const columns = Math.min(panels.count, Math.max(least, Math.floor((width + PANELS.gap) / room)));
        const own = Math.floor((width + PANELS.gap) / columns) - PANELS.gap - PANELS.axis;
        this.view.signal("columns", columns).signal("child_width", own)
          .signal("child_height", Math.round(own * panels.ratio)).run();
        return;
      }
      if (labels > 0) this.view.signal("labelWidth", labels);
      // Twice: a legend's columns go by the width that the first layout found.
      this.view.width(width).run();
      this.view.resize().run();
      this.tell();
    }

    /** Applies the reader's choices to the drawing. */
    apply() {
      if (this.view === undefined) return;
      for (const [name, value] of Object.entries(this.signals())) this.view.signal(name, value);
      this.view.run();
      this.tell();
    }

    /** Returns the plotting area: its place in the window. */
    area() {
      return this.place.querySelector("svg .background").getBoundingClientRect();
    }

    /** Returns the points that are seen, each with its place in pixels from the upper left corner of the plotting area. */
    points() {
      const [sx, sy] = [this.view.scale("x"), this.view.scale("y")];
      const { width, height } = this.area();
      const { hidden } = this;
      return this.view.data("points").flatMap((p) => {
        if (hidden.has(p.line) || (this.log.x && !(p.x > 0)) || (this.log.y && !(p.y > 0))) return [];
        const [px, py] = [sx(p.x), sy(p.y)];
        const inside = px >= -1 && px <= width + 1 && py >= -1 && py <= height + 1;
        return inside ? [{ ...p, px, py }] : [];
      });
    }
  }

  /** Returns whether a legend explains the colors of lines. */
  function ofLines({ stroke, fill, strokeDash }) {
    return stroke === "color" || fill === "color" || (strokeDash === "strokeDash" && stroke === undefined);
  }

  /** Returns an element with attributes and children; `on` holds its listeners. */
  function element(name, { on = {}, text, ...attributes } = {}, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    for (const [event, listener] of Object.entries(on)) e.addEventListener(event, listener);
    if (text !== undefined) e.textContent = text;
    e.append(...children);
    return e;
  }

  /**
   * Makes a group of buttons one stop of the tabulator: arrow keys go from one to the next. Returns a function that calls
   * another one, which hides or shows buttons, and keeps the stop and the focus on one that is seen.
   */
  function roving(group) {
    const buttons = () => [...group.querySelectorAll("button:not([hidden])")];
    const enter = (to) => {
      for (const b of group.querySelectorAll("button")) b.tabIndex = b === to ? 0 : -1;
    };
    group.addEventListener("focusin", (event) => enter(event.target));
    group.addEventListener("keydown", (event) => {
      const all = buttons();
      const at = all.indexOf(document.activeElement);
      const to = {
        ArrowRight: at + 1,
        ArrowDown: at + 1,
        ArrowLeft: at - 1,
        ArrowUp: at - 1,
        Home: 0,
        End: all.length - 1,
      }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    });
    enter(buttons()[0]);
    return (change) => {
      // A button that is hidden loses the focus at once.
      const focused = group.contains(document.activeElement);
      change();
      const all = buttons();
      if (all.some((b) => b.tabIndex === 0)) return;
      enter(all[0]);
      if (focused) all[0].focus();
    };
  }

  return { Chart, dark, element, hideTip, ofLines, roving, showTip };
})();
