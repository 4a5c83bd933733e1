// The copies that unfinished papers and typing runs keep on this computer go when somebody signs
// out.
export const PREFIX = "exam-copy-";
export const TYPING_PREFIX = "typing-copy-";

const isCopy = (name) => name.startsWith(PREFIX) || name.startsWith(TYPING_PREFIX);

export function forgetOnSignOut(root) {
  root.addEventListener("submit", (event) => {
    if (!event.target.action?.endsWith?.("/sign-out")) return;
    try {
      for (const name of Object.keys(localStorage)) if (isCopy(name)) localStorage.removeItem(name);
    } catch {
      // no storage, no copies
    }
  });
}
