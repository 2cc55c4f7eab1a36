// A meeting on a shared screen: the page shows what others change, and never takes away what is being typed.
(() => {
  const review = document.getElementById("review");
  const notice = review.querySelector("[data-changed]");
  let version = review.dataset.version;
  let isTyping = false;
  let isSaving = false;

  const show = () => {
    isSaving = true;
    location.reload();
  };
  notice.querySelector("[data-show]").addEventListener("click", show);
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-edits]")) isTyping = true;
  });

  // What was typed and not saved is not left behind without a word: the browser asks.
  document.addEventListener("submit", (event) => {
    if (event.target.closest("[data-edits]")) isSaving = true;
  });
  addEventListener("beforeunload", (event) => {
    if (isTyping && !isSaving) event.preventDefault();
  });

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(review.dataset.pulse, { cache: "no-store" });
      if (!answer.ok) return;
      const found = String((await answer.json()).version);
      if (found === version) return;
      version = found;
    } catch {
      return;
    }
    if (isTyping) notice.hidden = false;
    else show();
  };
  setInterval(look, 4000);

  // On a phone the agenda is wider than the screen.
  review.querySelector("[aria-current=step]")?.scrollIntoView({ block: "nearest", inline: "center" });

  const button = review.querySelector("[data-stage]");
  if (document.fullscreenEnabled) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
    document.addEventListener("fullscreenchange", () => {
      document.body.classList.toggle("is-stage", Boolean(document.fullscreenElement));
    });
  }
})();
