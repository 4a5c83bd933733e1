// How the page looks to this typist: larger letters, more contrast, the clock and the speed shown
// or not. Remembered on this computer.
const STORE = "typing-view";
const USUAL = { large: false, contrast: false, time: true, speed: false };

function remembered() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(STORE)) };
  } catch {
    return { ...USUAL };
  }
}

export function bindView(root, { onChange }) {
  const view = remembered();

  function show() {
    for (const [name, is] of Object.entries(view)) root.toggleAttribute(`data-${name}`, is);
    for (const button of root.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(view[button.dataset.view]));
    }
  }
  for (const button of root.querySelectorAll("[data-view]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      view[button.dataset.view] = !view[button.dataset.view];
      show();
      onChange();
      try {
        localStorage.setItem(STORE, JSON.stringify(view));
      } catch {
        // without storage the choice holds for this page
      }
    });
  }
  // A phone's keyboard covers the lower part of the page: the page takes what is left.
  function fit() {
    const seen = window.visualViewport;
    if (!seen) return;
    root.style.setProperty("--th-seen-height", `${Math.round(seen.height)}px`);
    root.style.setProperty("--th-seen-top", `${Math.round(seen.offsetTop)}px`);
    onChange();
  }
  window.visualViewport?.addEventListener("resize", fit);
  window.visualViewport?.addEventListener("scroll", fit);
  show();
  fit();
}
