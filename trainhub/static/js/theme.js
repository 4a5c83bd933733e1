// The theme switch without a reload, so that nothing typed is lost: the dark sheet is already
// linked, only its media changes; the server keeps the choice in a cookie.
const MEDIA = { light: "not all", dark: "screen", auto: "screen and (prefers-color-scheme: dark)" };

function show(theme) {
  document.querySelector("link[data-dark-sheet]").media = MEDIA[theme];
  const html = document.documentElement;
  if (theme === "auto") html.removeAttribute("data-bs-theme");
  else html.setAttribute("data-bs-theme", theme);
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

export function bindThemeSwitches(root) {
  for (const form of root.querySelectorAll("form[data-theme-switch]")) {
    form.addEventListener("submit", async (event) => {
      const theme = event.submitter?.value;
      if (!(theme in MEDIA)) return;
      event.preventDefault();
      show(theme);
      const choice = new FormData(form, event.submitter);
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(choice), redirect: "manual",
      }).catch(() => null);
      if (answer && answer.type !== "opaqueredirect" && !answer.ok) form.submit();
    });
  }
}
