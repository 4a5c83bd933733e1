// What the server has not acknowledged yet, kept on this computer: keystrokes of a test text. It
// goes at the end of the run and when somebody signs out.
import { TYPING_PREFIX } from "./exam-forget.js";

const QUIET_MS = 250;

export function createTypingCopy(run) {
  const name = TYPING_PREFIX + run;
  let timer = 0;
  let closed = false;

  function write(kept) {
    clearTimeout(timer);
    timer = 0;
    if (closed) return;
    try {
      if (kept.chunk || kept.waiting.length) localStorage.setItem(name, JSON.stringify(kept));
      else localStorage.removeItem(name);
    } catch {
      // storage full or forbidden: the page itself still holds everything
    }
  }

  return {
    load() {
      try {
        const kept = JSON.parse(localStorage.getItem(name));
        return Array.isArray(kept?.waiting) ? kept : { chunk: null, waiting: [] };
      } catch {
        return { chunk: null, waiting: [] };
      }
    },
    write,
    plan(keep) {
      timer ||= setTimeout(() => write(keep()), QUIET_MS);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      try {
        localStorage.removeItem(name);
      } catch {
        // no storage, no copy
      }
    },
  };
}
