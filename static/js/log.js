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
  const valuesOf = (item) => Object.fromEntries(item.values);

  document.addEventListener("queue:answered", (event) => {
    const { item, text, refresh, ok, isShown } = event.detail;
    const values = valuesOf(item);
    // An answer belongs to the page of its team and day; another page only forgets that it waited.
    if (refresh || (values.day || data.day) !== data.day || !data.urls.includes(item.url)) return;
    const target = document.getElementById(item.target) || sink;
    if (text && (ok || isShown)) {
      htmx.swap(target, text, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    }
    if (!ok) return;
    formsOf(item).forEach((form) => form.elements.count.value === values.count && form.reset());
    // What the evening shows as counted so far follows the taps.
    const total = document.querySelector(`.evening input[name^="total_${values.kpi}_${values.segment || ""}"]`);
    if (total && values.count) total.placeholder = String(Number(total.placeholder) + Number(values.count));
    const next = document.querySelector(`details[data-next="${values.kpi}"]`);
    if (next && values.count > 0) next.open = true;
  });

  // What stands beside the numbers follows once, after the last tap of a run.
  const sink = document.getElementById("log-sink");
  let isStale = false;
  document.addEventListener("queue:answered", (event) => (isStale = isStale || event.detail.ok));
  document.addEventListener("queue:drained", () => {
    if (!isStale || !data.parts) return;
    isStale = false;
    htmx.ajax("GET", data.parts, { target: sink, swap: "innerHTML" });
  });

  // Kept on the device: the field is free for the next number, unless that is being typed already.
  const freed = new Set();
  document.addEventListener("queue:changed", (event) => {
    if (!event.detail.state) return;
    for (const item of event.detail.items) {
      if (freed.has(item.number)) continue;
      freed.add(item.number);
      const { count } = valuesOf(item);
      formsOf(item).forEach((form) => form.elements.count.value === count && form.reset());
    }
  });

  // Where the finger is: what of this card has not arrived yet.
  const pending = (items) => {
    document.querySelectorAll(".pending-note").forEach((note) => note.remove());
    const sums = new Map();
    for (const item of items) {
      const { kpi, day, count } = valuesOf(item);
      if (item.state === "waiting" && day === data.day && count) sums.set(kpi, (sums.get(kpi) || 0) + Number(count));
    }
    for (const [kpi, count] of sums) {
      const numbers = document.getElementById(`stage-${kpi}`);
      if (!numbers) continue;
      const note = document.createElement("p");
      note.className = "pending-note";
      note.textContent = document.getElementById("waiting").dataset.pending.replace("{count}", `+${count}`);
      numbers.after(note);
    }
  };
  document.addEventListener("queue:changed", (event) => pending(event.detail.state ? event.detail.items : []));

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
