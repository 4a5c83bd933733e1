// The run's time: milliseconds since its start. The page says how many had passed on the server
// when it was made; from then on only the steady clock counts, so that no set clock matters.
export function createRunClock(elapsedMs) {
  const made = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  const zero = made - elapsedMs;
  let last = 0;

  const at = (stamp) => stamp - zero;
  return {
    now: () => at(performance.now()),
    // Of an event: its own time where the browser has one, never before the event before it.
    of(stamp) {
      const now = performance.now();
      const own = stamp > 0 && stamp <= now && now - stamp < 1000 ? stamp : now;
      last = Math.max(last, Math.round(at(own) * 10) / 10);
      return last;
    },
    continueAfter(t) {
      last = Math.max(last, t);
    },
  };
}

const BEGINNINGS = new Set(["d", "cs", "cu", "ce", "i", "b"]);
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Fn"]);

// What starts the time: who changes the window or the input method first has not begun to type.
export const begins = (kind, data) => BEGINNINGS.has(kind) && !(kind === "d" && MODIFIERS.has(data));
