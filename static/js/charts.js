// Draws the figures that the page carries as JSON. Style comes from here and from app.css alone.
(() => {
  const CONFIG = { displayModeBar: false, responsive: true, showSendToCloud: false };
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  if (document.documentElement.lang === "ja") {
    Plotly.register({
      moduleType: "locale",
      name: "ja",
      dictionary: {},
      format: {
        days: ["日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"],
        shortDays: ["日", "月", "火", "水", "木", "金", "土"],
        months: [..."123456789"].map((month) => `${month}月`).concat("10月", "11月", "12月"),
        shortMonths: [..."123456789"].map((month) => `${month}月`).concat("10月", "11月", "12月"),
        date: "%Y/%m/%d",
      },
    });
  }

  const layout = (own) => ({
    ...own,
    // Labels stay what they are, also a stage that is called 1.
    autotypenumbers: "strict",
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: css("--tblr-font-sans-serif"), size: 12, color: css("--chart-ink") },
    margin: { l: 56, r: 20, t: 8, b: 36, ...own.margin },
    height: own.height || 260,
    hovermode: "x unified",
    dragmode: false,
    legend: { orientation: "h", x: 0, y: 1.14, ...own.legend },
    hoverlabel: { bgcolor: css("--tblr-bg-surface"), font: { color: css("--chart-ink") } },
    xaxis: { tickformat: document.documentElement.lang === "ja" ? "%-m/%-d" : "%b %-d", ...own.xaxis, gridcolor: css("--chart-grid"), zerolinecolor: css("--chart-grid"), zerolinewidth: 2, fixedrange: true, automargin: true },
    yaxis: { ...own.yaxis, gridcolor: css("--chart-grid"), zerolinecolor: css("--chart-grid"), zerolinewidth: 2, fixedrange: true, automargin: true, separatethousands: true, exponentformat: "none" },
  });

  // Steps up and down differ by direction and by sign; the colours only repeat it.
  const waterfall = (trace) => ({
    ...trace,
    increasing: { marker: { color: css("--ahead") } },
    decreasing: { marker: { color: css("--behind") } },
    totals: { marker: { color: css("--chart-plan") } },
    connector: { line: { color: css("--chart-grid") } },
  });

  // Ranges are filled between two lines that are not drawn themselves.
  const band = (trace) => ({ ...trace, line: { ...trace.line, width: 0 }, fillcolor: css(`--chart-${trace.meta}`) });

  const painted = (trace) => {
    if (trace.type === "waterfall") return waterfall(trace);
    if (trace.meta?.startsWith("band")) return band(trace);
    const names = { plan: "--chart-plan", actual: "--chart-actual" };
    const colour = css(names[trace.meta] || `--chart-${trace.meta}`);
    const marker = { ...trace.marker, color: colour };
    if (marker.pattern) marker.pattern = { ...marker.pattern, fillmode: "overlay", size: 10, solidity: 0.2, fgcolor: css("--tblr-bg-surface") };
    const text = trace.type === "bar" ? { textposition: "outside", cliponaxis: false, textfont: { color: css("--chart-ink") } } : {};
    const whiskers = trace.error_y ? { error_y: { ...trace.error_y, color: css("--chart-ink"), thickness: 1.5, width: 5 } } : {};
    return { ...trace, ...text, ...whiskers, line: { ...trace.line, color: colour, width: 2.5 }, marker };
  };

  const draw = () => {
    for (const place of document.querySelectorAll("[data-chart]")) {
      const figure = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      Plotly.react(place, figure.data.map(painted), layout(figure.layout), { ...CONFIG, locale: document.documentElement.lang });
    }
  };
  draw();
  document.addEventListener("themechange", draw);
})();
