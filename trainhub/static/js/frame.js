// What every page needs: menus that close, questions as dialogs, the theme without a reload,
// the focus on what went wrong.
import { bindMenus } from "./menu.js";
import { bindConfirmations } from "./dialog.js";
import { bindThemeSwitches } from "./theme.js";
import { bindCopyButtons } from "./copy.js";
import { forgetOnSignOut } from "./exam-forget.js";

bindMenus(document);
bindConfirmations(document);
bindThemeSwitches(document);
bindCopyButtons(document);
forgetOnSignOut(document);
document.querySelector("[data-focus]")?.focus();
