// A slider beside each number: from half of what stood there to double. Without this, one types.
(() => {
  const FORMAT = /^([^\d]*)([\d,]+(?:\.\d+)?)(.*)$/;
  const form = document.querySelector("form[data-sliders]");

  // 20% slides as 20, 1/3 as a third in per cent; anything else keeps its sign and its unit.
  const parts = (text) => {
    const ratio = text.match(/^\s*(\d+)\s*\/\s*(\d+)\s*$/);
    if (ratio) return { before: "", number: (100 * ratio[1]) / ratio[2], after: "%" };
    const found = text.match(FORMAT);
    return found && { before: found[1], number: Number(found[2].replaceAll(",", "")), after: found[3] };
  };

  const written = (number, is_whole) => {
    const digits = is_whole ? 0 : number < 100 ? 1 : 0;
    return number.toLocaleString("en", { maximumFractionDigits: digits });
  };

  for (const slider of form.querySelectorAll("[data-slides]")) {
    const field = document.getElementById(slider.dataset.slides);
    let base = parts(field.value);
    if (!base || !base.number) continue;
    const is_whole = Number.isInteger(base.number) && base.after !== "%" && field.name !== "days";
    slider.hidden = false;
    slider.addEventListener("input", () => {
      field.value = `${base.before}${written((base.number * slider.value) / 100, is_whole)}${base.after}`;
    });
    field.addEventListener("change", () => {
      base = parts(field.value) || base;
      slider.value = 100;
    });
  }
})();
