// Light or dark before the first paint: the person's choice, else the system's.
(() => {
  const key = "theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem(key);
  const apply = () => {
    const theme = chosen() || (system.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  apply();
  system.addEventListener("change", apply);

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const dark = document.documentElement.getAttribute("data-bs-theme") === "dark";
        localStorage.setItem(key, dark ? "light" : "dark");
        apply();
      });
    }
    // A menu closes on Escape and on a click elsewhere.
    const menus = document.querySelectorAll("[data-menu]");
    const close = (except) => menus.forEach((menu) => menu === except || (menu.open = false));
    document.addEventListener("click", (event) => close(event.target.closest("[data-menu]")));
    document.addEventListener("keydown", (event) => event.key === "Escape" && close(null));
  });
})();
