// Keys for the daily path: / searches, g and a letter goes to a page, ? shows them all. They stay away
// from fields, from input methods and from every combination that belongs to the browser.
(() => {
  const WAIT = 1500;
  let leader = 0;

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");
  const go = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  };

  document.addEventListener("keydown", (event) => {
    if (document.documentElement.hasAttribute("data-no-keys")) return;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const isSecond = Date.now() - leader < WAIT;
    leader = 0;
    const key = event.key.toLowerCase();
    if (key === "g") {
      leader = Date.now();
    } else if (isSecond && /^[a-z]$/.test(key)) {
      if (go(`[data-key="${key}"]`)) event.preventDefault();
    } else if (key === "/" || key === "?") {
      const place = document.getElementById(key === "/" ? "query" : "keys");
      if (place) place.focus();
      else go("[data-search]");
      event.preventDefault();
    }
  });
})();
