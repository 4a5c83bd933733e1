// <details data-menu>: closes on Escape (the focus goes back), on a click elsewhere, and when the
// focus leaves it. In a table, whose frame scrolls, an opened one comes into sight whole.
export function bindMenus(root) {
  for (const menu of root.querySelectorAll("details[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    menu.addEventListener("toggle", () => {
      if (menu.open && menu.closest("table")) {
        menu.querySelector(":scope > :last-child").scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}
