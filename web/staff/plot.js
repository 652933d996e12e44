// A chart by uPlot in a place of the page: it follows the width of the place and the colours of the theme.
import { html, useEffect, useRef } from "../vendor/preact.js";
import Plot from "../vendor/uplot.js";

/** `options(place, axis, colour)` are uPlot's; `axis` has the look of an axis, `colour` returns a token's. `data` are its columns. */
export function Drawing({ label, options, data }) {
  const place = useRef(null);
  const plot = useRef(null);
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      plot.current = new Plot(options(place.current, lookOfAxis(), colour), latest.current, place.current);
    };
    draw();
    const resized = new ResizeObserver(() =>
      plot.current.setSize({ width: place.current.clientWidth, height: plot.current.height }),
    );
    resized.observe(place.current);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", draw);
    return () => {
      resized.disconnect();
      theme.removeEventListener("change", draw);
      plot.current.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [data]);
  return html`<div ref=${place} role="img" aria-label=${label}></div>`;
}

function colour(token) {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

function lookOfAxis() {
  return {
    stroke: colour("--ink-2"),
    grid: { stroke: colour("--rule"), width: 1 },
    ticks: { stroke: colour("--rule") },
    font: "12px system-ui",
  };
}
