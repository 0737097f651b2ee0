"use strict";
// Draws the plots of a page: from the JSON of the element itself, or from the JSON in #plots, by name. Every number
// stands in a table too: without scripts nothing is lost.
(() => {
  const named = JSON.parse(document.getElementById("plots")?.textContent ?? "{}");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const height = 260;
  const asDate = (seconds) => new Date(seconds * 1000);
  const dayName = (seconds) => asDate(seconds).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const monthName = (seconds) => asDate(seconds).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isMissing = (value) => value === null || value === undefined;

  const write = (plot, value) => {
    if (isMissing(value)) return "–";
    if (plot.unit === "$") return "$" + value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    if (plot.unit === "s") return value.toLocaleString("en-US", { maximumFractionDigits: 1 }) + " s";
    if (plot.unit === "%") return (100 * value).toFixed(0) + " %";
    return value.toLocaleString("en-US");
  };

  // A stack draws each series up to the sum of those below it, the highest first, so that the lower ones cover it.
  const sumUp = (series) => {
    let below = null;
    return series.map((one) => {
      const under = below;
      below = one.values.map((value, place) => (isMissing(value) ? null : value + (under ? under[place] || 0 : 0)));
      return below;
    });
  };

  const draw = (holder, plot) => {
    const lines = plot.form === "lines";
    const heights = lines ? plot.series.map((one) => one.values) : sumUp(plot.series);
    const order = plot.series.map((_, place) => place);
    if (!lines) order.reverse();
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
    const series = order.map((place) => {
      const one = plot.series[place];
      const tint = colour("--s" + (one.faint ? 1 : (place % 6) + 1));
      const shown = (_u, _v, _s, index) => (isMissing(index) ? "" : write(plot, one.values[index]));
      if (lines) return { label: one.name, stroke: tint, width: one.faint ? 1 : 2, dash: one.faint ? [4, 4] : [], points: { show: !one.faint, size: 7 }, value: shown };
      return { label: one.name, stroke: tint, fill: tint, width: 0, paths: uPlot.paths.bars({ size: [0.7, 42] }), points: { show: false }, value: shown };
    });
    const name = plot.step === "month" ? monthName : dayName;
    const margin = { day: 86400, week: 604800, month: 2592000 }[plot.step];
    const options = {
      width: holder.clientWidth,
      height,
      tzDate: (seconds) => uPlot.tzDate(asDate(seconds), "UTC"),
      cursor: { drag: { x: false, y: false }, points: { show: lines }, y: false },
      legend: { live: true, markers: { width: 0, fill: (_u, place) => (place === 0 ? "transparent" : series[place - 1].stroke) } },
      scales: {
        x: { time: true, range: (_u, low, high) => [low - margin, high + margin] },
        y: { range: (_u, _low, high) => [0, plot.unit === "%" ? 1 : Math.max(high, 1e-9) * 1.08] },
      },
      axes: [
        plot.step === "month" ? { ...axis, splits: () => plot.x, values: (_u, ticks) => ticks.map(monthName) } : { ...axis, space: 80 },
        { ...axis, size: 64, values: (_u, ticks) => ticks.map((tick) => write(plot, tick).replace(/\.00$/, "")) },
      ],
      series: [{ label: plot.step === "week" ? "week of" : plot.step, value: (_u, seconds) => (isMissing(seconds) ? "" : name(seconds)) }, ...series],
    };
    const made = new uPlot(options, [plot.x, ...order.map((place) => heights[place])], holder);
    const last = plot.x.length - 1;
    const show = (place) => made.setCursor({ left: made.valToPos(plot.x[place], "x"), top: 0 });
    show(last);
    return { made, show, last };
  };

  const start = (holder) => {
    const plot = named[holder.dataset.plot] ?? JSON.parse(holder.dataset.plot);
    if (holder.firstChild || !plot.x.length) return;
    let current = draw(holder, plot);
    const redraw = () => {
      current.made.destroy();
      current = draw(holder, plot);
    };
    holder.tabIndex = 0;
    holder.setAttribute("role", "group");
    holder.setAttribute("aria-label", "Plot. Arrow keys move through it; its numbers stand in the table below.");
    holder.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
      if (!(event.key in steps)) return;
      event.preventDefault();
      const at = current.made.cursor.idx ?? current.last;
      current.show(Math.max(0, Math.min(current.last, at + steps[event.key])));
    });
    dark.addEventListener("change", redraw);
    new ResizeObserver(() => {
      if (holder.clientWidth !== current.made.width) current.made.setSize({ width: holder.clientWidth, height });
    }).observe(holder);
  };
  const startAll = (root) => root.querySelectorAll("[data-plot]").forEach(start);
  document.addEventListener("htmx:after:swap", () => startAll(document));
  startAll(document);
})();
