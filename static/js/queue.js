// What was logged and has not arrived yet: kept on this device, by person, and sent once, in order.
(() => {
  const RETRY_AFTER = [1000, 2000, 4000, 8000, 15000, 30000, 60000];
  // So often the server may break on one item before it makes way for the others.
  const MOST_BROKEN = 4;
  const user = Number(document.documentElement.dataset.user) || null;
  // Logs of this page are shown by the page itself when they arrive; older ones in the list alone.
  const fresh = new Set();
  let sending = false;
  let again = false;
  let tries = 0;
  let timer = null;
  let pause = 0;
  // The last try found no server: what is added now waits visibly at once.
  let isAway = false;

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("kpiplanner", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("queue", { keyPath: "number", autoIncrement: true });
      request.result.createObjectStore("state");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // One transaction; resolves when it is safe on the disk.
  const within = async (store, mode, work) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  };
  const recall = (key) => within("state", "readonly", (store) => store.get(key));
  const remember = (key, value) => within("state", "readwrite", (store) => store.put(value, key));
  const forget = (key) => within("state", "readwrite", (store) => store.delete(key));
  const items = async (owner) =>
    (await within("queue", "readonly", (store) => store.getAll())).filter((item) => item.user === owner);

  // crypto.randomUUID needs https; getRandomValues does not.
  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`queue:${name}`, { detail }));
  const changed = async (owner, state) => tell("changed", { items: await items(owner), state });

  // A quick thumb adds faster than a list is drawn: once for all that came meanwhile.
  let isSoon = false;
  const changedSoon = (owner) => {
    if (isSoon) return;
    isSoon = true;
    setTimeout(() => {
      isSoon = false;
      if (isAway) changed(owner, "offline");
    }, 50);
  };

  const add = async (item) => {
    const number = await within("queue", "readwrite", (store) => store.add({ ...item, state: "waiting" }));
    fresh.add(number);
    if (isAway) changedSoon(item.user);
    pump();
    return number;
  };

  const remove = async (number) => {
    await within("queue", "readwrite", (store) => store.delete(number));
    fresh.delete(number);
  };

  const retry = async (item) => {
    await within("queue", "readwrite", (store) => store.put({ ...item, state: "waiting", reason: "", broken: 0 }));
    pump();
  };

  // Who is signed in here right now, and a fresh token: the same device may have changed hands.
  const session = async () => {
    const answer = await fetch("/session/", { cache: "no-store", headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error("no session");
    return answer.json();
  };

  // Asked for once in a run; the server looks at each item's owner again.
  let who = null;

  // What to do after an answer: "next", "later" or "stop".
  const send = async (item, isAgain = false) => {
    let answer;
    let text;
    try {
      who = who || (await session());
      const { user: signedIn, token } = who;
      if (signedIn !== item.user) {
        await changed(item.user, "signed-out");
        return "stop";
      }
      answer = await fetch(item.url, {
        method: "POST",
        headers: { "HX-Request": "true", "X-CSRFToken": token, "HX-Current-URL": location.href },
        body: new URLSearchParams([...item.values, ["user", item.user]]),
      });
      text = await answer.text();
    } catch {
      return "later";
    }
    if ([401, 403].includes(answer.status) && !isAgain) {
      // Somebody signed in on another page meanwhile: the token may have gone.
      who = null;
      return send(item, true);
    }
    if ((answer.headers.get("HX-Redirect") || "").includes("/login/")) {
      await changed(item.user, "signed-out");
      return "stop";
    }
    if (await isForLater(item, answer)) return "later";
    await settle(item, answer, text);
    return "next";
  };

  // A server that is away or busy is waited for. One that breaks on this very item must not hold up the rest.
  const isForLater = async (item, answer) => {
    if ([401, 429, 502, 503, 504].includes(answer.status)) {
      pause = Math.min(Number(answer.headers.get("Retry-After")) || 0, 600) * 1000;
      return true;
    }
    if (answer.status < 500) return false;
    const broken = (item.broken || 0) + 1;
    await within("queue", "readwrite", (store) => store.put({ ...item, broken }));
    return broken < MOST_BROKEN;
  };

  const settle = async (item, answer, text) => {
    const isNew = fresh.has(item.number) && tries === 0;
    // The page that made it shows what is wrong and keeps what was typed; anything else stays here.
    const isShown = isNew && item.shows && [409, 422].includes(answer.status);
    if (answer.ok || isShown) {
      await remove(item.number);
    } else {
      const page = new DOMParser().parseFromString(text, "text/html");
      const reason = page.querySelector(".alert-danger, h1");
      const rejected = { ...item, state: "rejected", reason: reason ? reason.textContent.trim() : "" };
      await within("queue", "readwrite", (store) => store.put(rejected));
      fresh.delete(item.number);
    }
    const refresh = answer.headers.get("HX-Refresh") === "true";
    tell("answered", { item, text, refresh, ok: answer.ok, isShown });
  };

  const sendAll = async (owner) => {
    let sent = 0;
    who = null;
    for (;;) {
      const item = (await items(owner)).find((one) => one.state === "waiting");
      if (!item) break;
      const next = await send(item);
      if (next === "stop") return;
      if (next === "later") {
        clearTimeout(timer);
        timer = setTimeout(pump, Math.max(pause, RETRY_AFTER[Math.min(tries, RETRY_AFTER.length - 1)]));
        pause = 0;
        tries += 1;
        isAway = true;
        await changed(owner, "offline");
        return;
      }
      tries = 0;
      isAway = false;
      sent += 1;
    }
    await changed(owner, "");
    if (sent) tell("drained", {});
  };

  // One sender at a time, also over several tabs where the browser has locks; the server counts an
  // id once in any case.
  const pump = async () => {
    // Where nothing can be kept, nothing waits.
    const owner = user || (await recall("user").catch(() => null))?.id;
    if (!owner || !(await opened.then(() => true, () => false))) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    try {
      const work = () => sendAll(owner);
      await (navigator.locks ? navigator.locks.request("kpi-queue", work) : work());
    } finally {
      sending = false;
    }
    if (again) {
      again = false;
      pump();
    }
  };

  // A shared device: what the person before left for the time without a network is not for the next.
  // Looked at and taken away in one transaction: this page may write its own person at the same time.
  const forgetOthers = () =>
    within("state", "readwrite", (store) => {
      const asked = store.get("user");
      asked.onsuccess = () => {
        if (asked.result && asked.result.id !== user) store.clear();
      };
      return asked;
    });

  window.kpiQueue = { add, remove, retry, items, newId, recall, remember, forget, pump };

  window.addEventListener("online", () => {
    tries = 0;
    pump();
  });
  document.addEventListener("visibilitychange", () => document.hidden || pump());
  if (user) forgetOthers().then(pump, () => {});
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js");
})();
