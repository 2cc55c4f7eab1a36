// Logging: every tap is an event of its own, with an id of its own, and is sent until it arrives.
(() => {
  const RETRY_AFTER = [1000, 2000, 4000, 8000, 15000];
  const waiting = new Map();

  // crypto.randomUUID needs https; getRandomValues does not.
  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const showWaiting = () => {
    const box = document.getElementById("log-waiting");
    const words = JSON.parse(document.getElementById("log-words").textContent);
    box.hidden = waiting.size === 0;
    box.textContent = waiting.size ? `${words} (${waiting.size})` : "";
  };

  const logForm = (element) => element && element.closest && element.closest("form[data-log]");

  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    if (logForm(event.detail.elt) && !parameters.again) parameters.id = newId();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = logForm(event.detail.elt);
    if (!form) return;
    const parameters = event.detail.requestConfig.parameters;
    const status = event.detail.xhr.status;
    if (status === 0 || status >= 500) return retry(form, parameters);
    waiting.delete(parameters.id);
    showWaiting();
    if (status < 300 && "clear" in form.dataset && !parameters.again) form.reset();
  });

  // The same id again: however often it is sent, it counts once.
  const retry = (form, parameters) => {
    const tries = waiting.get(parameters.id) || 0;
    waiting.set(parameters.id, tries + 1);
    showWaiting();
    const delay = RETRY_AFTER[Math.min(tries, RETRY_AFTER.length - 1)];
    const values = { ...Object.fromEntries(Object.entries(parameters)), again: "1" };
    setTimeout(() => {
      htmx.ajax("POST", form.getAttribute("action"), {
        source: form,
        target: form.getAttribute("hx-target"),
        swap: "innerHTML",
        values,
      });
    }, delay);
  };

  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
})();
