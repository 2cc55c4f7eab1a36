// Today: every tap is an event of its own, kept by queue.js until it has arrived.
(() => {
  const log = document.getElementById("log");
  const data = JSON.parse(document.getElementById("day-data").textContent);
  const person = { id: data.user, name: data.name, language: data.language, team: data.team };

  // What the page needs without a network.
  if (data.isToday) {
    const nothing = () => {};
    window.kpiQueue.remember("user", person).catch(nothing);
    window.kpiQueue.remember(`day-${data.user}`, data).catch(nothing);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-log]");
    if (!form) return;
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    fields.delete("csrfmiddlewaretoken");
    fields.set("id", window.kpiQueue.newId());
    const item = {
      user: data.user,
      url: form.getAttribute("action"),
      label: form.dataset.label,
      target: form.dataset.log,
      shows: true,
      values: [...fields],
    };
    window.kpiQueue.add(item).catch(() => sendPlainly(form, item));
  });

  // A private window may keep nothing: then the form goes as it would without JavaScript.
  const sendPlainly = (form, item) => {
    for (const [name, value] of item.values) {
      if (form.querySelector(`[name="${name}"]:not(button)`)) continue;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.elements.id.value = Object.fromEntries(item.values).id;
    form.submit();
  };

  const formsOf = (item) => [...document.querySelectorAll(`form[data-log="${item.target}"][data-clear]`)];

  document.addEventListener("queue:answered", (event) => {
    const { item, text, refresh, ok } = event.detail;
    if (refresh) return;
    const target = document.getElementById(item.target) || document.getElementById("log-sink");
    if (text && (ok || event.detail.isNew)) {
      htmx.swap(target, text, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    }
    if (!ok) return;
    const values = Object.fromEntries(item.values);
    formsOf(item).forEach((form) => form.elements.count.value === values.count && form.reset());
    const next = document.querySelector(`details[data-next="${values.kpi}"]`);
    if (next && values.count > 0 && values.day === data.day) next.open = true;
  });

  // Kept on the device: the field is free for the next number.
  document.addEventListener("queue:changed", (event) => {
    if (event.detail.state) event.detail.items.forEach((item) => formsOf(item).forEach((form) => form.reset()));
  });

  let refresh = false;
  document.addEventListener("queue:answered", (event) => (refresh = refresh || event.detail.refresh));
  document.addEventListener("queue:drained", () => refresh && location.reload());

  // A phone keeps its tabs open over night: yesterday's page makes way for today's.
  const opened = new Date().toDateString();
  document.addEventListener("visibilitychange", () => {
    const isOld = new Date().toDateString() !== opened;
    if (!document.hidden && data.isToday && isOld && navigator.onLine) location.reload();
  });

  // Three minutes, quietly: how long the look back takes, from the first touch on.
  const timer = log.querySelector("[data-timer]");
  const evening = log.querySelector(".evening");
  if (timer && evening) {
    let began = 0;
    evening.addEventListener("focusin", () => {
      if (began) return;
      began = Date.now();
      timer.hidden = false;
      setInterval(() => {
        const seconds = Math.floor((Date.now() - began) / 1000);
        timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      }, 1000);
    });
  }
})();
