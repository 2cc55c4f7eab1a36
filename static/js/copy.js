// "Copy" beside a read-only field; without a clipboard (plain http) it selects the text.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = button.parentElement.querySelector("input, textarea");
      field.select();
      if (!navigator.clipboard) return;
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    });
  }
});
