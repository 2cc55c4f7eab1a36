// Today without a network: drawn from what this device kept, logged into the queue.
document.addEventListener("DOMContentLoaded", async () => {
  const place = document.getElementById("offline");
  const all = JSON.parse(document.getElementById("offline-words").textContent);
  const person = await window.kpiQueue.recall("user").catch(() => null);
  const words = all[(person || {}).language] || all[navigator.language.slice(0, 2)] || all.en;
  const put = (parent, tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };

  document.documentElement.lang = words.code;
  Object.assign(document.getElementById("waiting").dataset, words.box);
  document.title = words.title;
  put(place, "h1", "", words.title);
  const day = person && (await window.kpiQueue.recall(`day-${person.id}`));
  if (!day) {
    put(place, "p", "lead", words.nothing);
    put(place, "a", "btn btn-primary", words.again).href = "/";
    return;
  }
  document.documentElement.dataset.user = person.id;
  // The team's day, wherever this device is. Swedish writes a date as the server does: 2026-06-10.
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: day.zone }).format(new Date());
  put(place, "p", "alert alert-info", words.offline);
  put(place, "p", "eyebrow", `${today} · ${person.name}`);
  if (day.day !== today) put(place, "p", "alert alert-warning", words.older.replace("{day}", day.day));

  const pending = async (kpi) => {
    const items = await window.kpiQueue.items(person.id);
    const counts = items
      .map((item) => Object.fromEntries(item.values))
      .filter((values) => Number(values.kpi) === kpi && values.day === today);
    return counts.reduce((sum, values) => sum + Number(values.count), 0);
  };

  const refreshers = [];
  const logs = async (kpi, segment, count, extra) => {
    const values = { id: window.kpiQueue.newId(), day: today, page: "today", kpi: kpi.id, count, ...extra };
    if (segment) values.segment = segment.id;
    const label = segment && segment.name ? `${kpi.name} (${segment.name})` : kpi.name;
    const entries = Object.entries(values).map(([name, value]) => [name, String(value)]);
    await window.kpiQueue.add({ user: person.id, url: day.url, label, target: "", shows: false, values: entries });
    refreshers.forEach((refresh) => refresh());
  };

  const field = (form, label, mode) => {
    const wrap = put(form, "label", "field");
    put(wrap, "span", "form-label", label);
    const input = put(wrap, "input", "form-control");
    input.inputMode = mode;
    return input;
  };

  const controls = (card, kpi, segment) => {
    const row = put(card, "div", "stage-forms");
    const name = segment && segment.name ? `${kpi.name} (${segment.name})` : kpi.name;
    if (segment && segment.name) put(card, "p", "quiet", segment.name);
    const taps = put(row, "div", "tap-form");
    for (const count of kpi.small ? [1] : [1, 5, 10]) {
      const button = put(taps, "button", "btn tap", `+${count}`);
      button.type = "button";
      button.setAttribute("aria-label", `${name} +${count}`);
      button.addEventListener("click", () => logs(kpi, segment, count, {}));
    }
  };

  const contract = (card, kpi, segment) => {
    const form = put(card, "form", "more");
    const count = field(form, words.number, "numeric");
    count.value = "1";
    const amount = field(form, words.amount, "decimal");
    put(form, "button", "btn tap", words.log);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await logs(kpi, segment, count.value, { amount: amount.value });
      form.reset();
    });
  };

  for (const kpi of day.kpis) {
    const card = put(place, "section", "card stage-card");
    const line = put(card, "div", "stage-line");
    put(line, "h2", "stage-name", kpi.name);
    const left = put(line, "p", "stage-left");
    const facts = put(card, "p", "stage-facts");
    const refresh = async () => {
      const more = await pending(kpi.id);
      const done = (day.day === today || kpi.weekly ? kpi.done : 0) + more;
      left.textContent = kpi.needed === null ? String(done) : `${done} / ${kpi.needed}`;
      facts.textContent = more ? words.waiting.replace("{count}", more) : "";
    };
    refreshers.push(refresh);
    refresh();
    for (const segment of kpi.segments.length ? kpi.segments : [null]) {
      if (kpi.contract) contract(card, kpi, segment);
      else controls(card, kpi, segment);
    }
  }
  document.addEventListener("queue:changed", () => refreshers.forEach((refresh) => refresh()));
  document.addEventListener("queue:drained", () => location.replace(day.page));
  const back = put(place, "a", "btn", words.again);
  back.href = day.page;
  window.kpiQueue.pump();
});
