// The list of logs that have not arrived, on every page; and a question before signing out with some.
(() => {
  const box = document.getElementById("waiting");
  if (!box) return;
  const words = box.dataset;
  let count = 0;

  const button = (text, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-sm";
    element.textContent = text;
    element.addEventListener("click", act);
    return element;
  };

  const row = (item) => {
    const line = document.createElement("li");
    const text = document.createElement("span");
    const value = Object.fromEntries(item.values);
    const number = value.count ? `${value.count > 0 ? "+" : ""}${value.count} ` : "";
    text.textContent = `${number}${item.label} · ${value.day || ""}`;
    line.append(text);
    if (item.state === "rejected") {
      const reason = document.createElement("span");
      reason.className = "is-behind";
      reason.textContent = ` ${item.reason || words.rejected}`;
      text.append(reason);
      line.append(button(words.again, () => window.kpiQueue.retry(item)));
    }
    line.append(button(words.remove, () => window.kpiQueue.remove(item.number).then(() => show([]))));
    return line;
  };

  const show = async (items, state) => {
    const all = items.length ? items : await window.kpiQueue.items(await owner());
    // What has just been tapped is on its way; a word about it would only flicker.
    const slow = all.filter((item) => item.state === "rejected" || state);
    count = all.length;
    box.hidden = slow.length === 0;
    if (box.hidden) return;
    const rejected = slow.some((item) => item.state === "rejected");
    const [head, list] = [box.querySelector("p"), box.querySelector("ul")];
    const key = state === "signed-out" ? "signedOut" : rejected ? "refused" : "waiting";
    head.textContent = `${words[key]} (${slow.length})`;
    const link = box.querySelector("a");
    link.hidden = state !== "signed-out";
    link.textContent = words.signIn;
    list.replaceChildren(...slow.slice(0, 20).map(row));
  };

  const owner = async () =>
    Number(document.documentElement.dataset.user) || ((await window.kpiQueue.recall("user")) || {}).id;

  document.addEventListener("queue:changed", (event) => show(event.detail.items, event.detail.state));
  // Where the browser keeps nothing, nothing waits.
  show([]).catch(() => {});

  // Signing out takes the day's numbers off this device; what is not sent stays for this person alone.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-sign-out]");
    if (!form || form.dataset.ready) return;
    event.preventDefault();
    try {
      count = (await window.kpiQueue.items(await owner())).length;
      if (count && !window.confirm(`${words.signOut} (${count})`)) return;
      await window.kpiQueue.forget("user");
      await window.kpiQueue.forget(`day-${document.documentElement.dataset.user}`);
    } catch {
      // Nothing is kept here, so there is nothing to warn of.
    }
    form.dataset.ready = "1";
    form.requestSubmit();
  });
})();
