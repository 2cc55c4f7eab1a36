// Shows the fields that belong to the chosen measure. Without this, all of them stay visible.
(() => {
  const form = document.querySelector("form[data-measures]");
  const choice = form.elements.measure;
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(choice.value);
    }
  };
  choice.addEventListener("change", show);
  show();
})();
