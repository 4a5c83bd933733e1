// One run, one page: a second tab finds out that the run is open elsewhere, and may take it over.
const ANSWER_MS = 300;
const RELEASE_MS = 4000;

export function bindTabs(run, { onTaken }) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(`typing-run-${run}`) : null;
  const own = String(Math.random());
  let isHere = false;
  const listeners = new Map();

  const tell = (kind) => channel?.postMessage({ kind, from: own });
  function hear(kind, ms) {
    return new Promise((done) => {
      const late = setTimeout(done, ms, false);
      listeners.set(kind, () => { clearTimeout(late); done(true); });
    });
  }

  channel?.addEventListener("message", async ({ data }) => {
    listeners.get(data.kind)?.();
    if (!isHere) return;
    if (data.kind === "ask") tell("here");
    if (data.kind === "take") {
      isHere = false;
      await onTaken();
      tell("released");
    }
  });

  return {
    async isElsewhere() {
      if (!channel) return false;
      const heard = hear("here", ANSWER_MS);
      tell("ask");
      return heard;
    },
    async take() {
      const heard = hear("released", RELEASE_MS);
      tell("take");
      await heard;
    },
    stay() {
      isHere = true;
    },
    leave() {
      isHere = false;
    },
  };
}
