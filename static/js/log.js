// Logging: every tap is an event of its own, with an id of its own, and is sent until it arrives.
(() => {
  const RETRY_AFTER = [1000, 2000, 4000, 8000, 15000];
  const log = document.getElementById("log");
  const words = JSON.parse(document.getElementById("log-words").textContent);
  // Taps that are not acknowledged, by id: they outlive this page, for this member alone.
  const shelf = `waiting-${log.dataset.member}`;
  const waiting = new Map(JSON.parse(sessionStorage.getItem(shelf) || "[]"));
  const tries = new Map();

  // crypto.randomUUID needs https; getRandomValues does not.
  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const keep = () => {
    sessionStorage.setItem(shelf, JSON.stringify([...waiting]));
    const late = [...waiting.keys()].filter((id) => tries.has(id)).length;
    const box = document.getElementById("log-waiting");
    box.hidden = late === 0;
    box.textContent = late ? `${words} (${late})` : "";
  };

  const logForm = (element) => element && element.closest && element.closest("form[data-log]");

  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    if (!logForm(event.detail.elt)) return;
    if (!parameters.again) parameters.id = newId();
    const values = Object.fromEntries(Object.entries(parameters));
    delete values.csrfmiddlewaretoken;
    waiting.set(parameters.id, values);
    keep();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = logForm(event.detail.elt);
    if (!form) return;
    const parameters = event.detail.requestConfig.parameters;
    const { status } = event.detail.xhr;
    // Signed out: the way leads to the sign-in page and back here, where the tap is sent again.
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    // A token from before the last sign-in: a fresh page brings a fresh one.
    if (status === 401) return location.reload();
    if (status === 0 || status >= 500) return later(parameters.id);
    waiting.delete(parameters.id);
    tries.delete(parameters.id);
    keep();
    if (status < 300 && "clear" in form.dataset && !parameters.again) form.reset();
  });

  // The same id again: however often it is sent, it counts once.
  const send = (id) => {
    const values = waiting.get(id);
    const form = document.querySelector("form[data-log]");
    if (!values || !form) return;
    htmx.ajax("POST", form.getAttribute("action"), {
      source: form,
      target: `#stage-${values.kpi}`,
      swap: "innerHTML",
      values: { ...values, again: "1" },
    });
  };

  const later = (id) => {
    const before = tries.get(id) || 0;
    tries.set(id, before + 1);
    keep();
    setTimeout(() => send(id), RETRY_AFTER[Math.min(before, RETRY_AFTER.length - 1)]);
  };

  for (const id of waiting.keys()) later(id);

  window.addEventListener("beforeunload", (event) => {
    if (tries.size) event.preventDefault();
  });

  // A phone keeps its tabs open over night: yesterday's page makes way for today's.
  const opened = new Date().toDateString();
  document.addEventListener("visibilitychange", () => {
    const isOld = new Date().toDateString() !== opened;
    if (!document.hidden && log.dataset.day === "today" && isOld && !tries.size) location.reload();
  });
})();
