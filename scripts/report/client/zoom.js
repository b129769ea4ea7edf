// Zooms into a plot: by dragging over a part of it, by keys, or by the buttons of its toolbar.
charts.zoom = (chart) => {
  if (chart.plot.lines?.x === undefined) return;
  const frame = chart.overlay.appendChild(charts.element("div", { class: "frame", hidden: "" }));
  let start = null;

  /** Zooms to a part of the plotting area, in pixels from its upper left corner; `null` leaves an axis as it is. */
  function zoomTo({ x, y }) {
    const ends = (scale, [a, b]) => [scale.invert(a), scale.invert(b)].toSorted((p, q) => p - q);
    if (x !== null) chart.zoom.x = ends(chart.view.scale("x"), x);
    if (y !== null) chart.zoom.y = ends(chart.view.scale("y"), y);
    chart.apply();
  }

  chart.zoomBy = (factor) => {
    const { width, height } = chart.area();
    const point = chart.reading?.() ?? { px: width / 2, py: height / 2 };
    const part = (at, size) => [at - at / factor, at + (size - at) / factor];
    zoomTo({ x: part(point.px, width), y: part(point.py, height) });
  };
  chart.zoomReset = () => {
    chart.zoom = { x: null, y: null };
    chart.apply();
  };
  chart.zoomed = () => chart.zoom.x !== null || chart.zoom.y !== null;

  /** Moves the part that is seen by a share of its size. */
  function pan({ x, y }) {
    if (!chart.zoomed()) return;
    const { width, height } = chart.area();
    zoomTo({ x: [x * width, width + x * width], y: [y * height, height + y * height] });
  }

  chart.overlay.addEventListener("pointerdown", (event) => {
    // A finger scrolls the page.
    if (event.button !== 0 || event.pointerType === "touch") return;
    const area = chart.area();
    const at = { x: event.clientX - area.left, y: event.clientY - area.top };
    if (at.x < 0 || at.y < 0 || at.x > area.width || at.y > area.height) return;
    start = at;
    chart.overlay.setPointerCapture(event.pointerId);
  });

  /** Returns the part between the start and the pointer: along one axis only if it is flat. */
  function dragged(event) {
    const area = chart.area();
    const clamp = (v, most) => Math.max(0, Math.min(most, v));
    const to = {
      x: clamp(event.clientX - area.left, area.width),
      y: clamp(event.clientY - area.top, area.height),
    };
    const size = { x: Math.abs(to.x - start.x), y: Math.abs(to.y - start.y) };
    const part = (axis, other) =>
      size[axis] < 6 || (size[axis] < 16 && size[other] > 60) ? null : [start[axis], to[axis]];
    return { x: part("x", "y"), y: part("y", "x"), area };
  }

  chart.overlay.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const { x, y, area } = dragged(event);
    chart.dragging = x !== null || y !== null;
    frame.hidden = !chart.dragging;
    if (frame.hidden) return;
    const origin = chart.overlay.getBoundingClientRect();
    const [left, right] = (x ?? [0, area.width]).toSorted((a, b) => a - b);
    const [top, bottom] = (y ?? [0, area.height]).toSorted((a, b) => a - b);
    Object.assign(frame.style, {
      left: `${area.left - origin.left + left}px`,
      top: `${area.top - origin.top + top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
  });
  const stop = (event) => {
    if (start === null) return;
    const { x, y } = dragged(event);
    start = null;
    chart.dragging = false;
    frame.hidden = true;
    if (event.type === "pointerup" && (x !== null || y !== null)) zoomTo({ x, y });
  };
  chart.overlay.addEventListener("pointerup", stop);
  chart.overlay.addEventListener("pointercancel", stop);
  chart.overlay.addEventListener("dblclick", chart.zoomReset);
  chart.place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "+": () => chart.zoomBy(2),
      "=": () => chart.zoomBy(2),
      "-": () => chart.zoomBy(0.5),
      "0": chart.zoomReset,
      l: () => chart.switchLog("y"),
      L: () => chart.switchLog("x"),
      ...(event.shiftKey
        ? {
          ArrowLeft: () => pan({ x: -0.25, y: 0 }),
          ArrowRight: () => pan({ x: 0.25, y: 0 }),
          ArrowUp: () => pan({ x: 0, y: -0.25 }),
          ArrowDown: () => pan({ x: 0, y: 0.25 }),
        }
        : {}),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
};
