// What every page needs: menus that close, questions as dialogs, the theme without a reload,
// the focus on what went wrong.
import { bindMenus } from "./menu.js";
import { bindConfirmations } from "./dialog.js";
import { bindThemeSwitches } from "./theme.js";
import { bindCopyButtons } from "./copy.js";

bindMenus(document);
bindConfirmations(document);
bindThemeSwitches(document);
bindCopyButtons(document);
document.querySelector("[data-focus]")?.focus();
