// The copies that unfinished papers keep on this computer go when somebody signs out.
export const PREFIX = "exam-copy-";

export function forgetOnSignOut(root) {
  root.addEventListener("submit", (event) => {
    if (!event.target.action?.endsWith?.("/sign-out")) return;
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
    } catch {
      // no storage, no copies
    }
  });
}
