// That the window was left and came back, once the run has begun. A button of the page is no other
// window.
export function bindFocus({ note, isBegun }) {
  let away = false;

  function look() {
    const isAway = !document.hasFocus() || document.visibilityState === "hidden";
    if (isAway === away) return;
    away = isAway;
    if (isBegun()) note(away ? "x" : "f", "", performance.now());
  }
  for (const kind of ["blur", "focus"]) window.addEventListener(kind, () => setTimeout(look, 0));
  document.addEventListener("visibilitychange", look);
}
