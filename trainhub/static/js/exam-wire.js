// Talking to the server about one attempt. Every reply that tells how much time is left goes to
// the clock; a stale token is renewed once.
const PATIENCE_MS = 20000;

export function createWire(root, clock) {
  const { api } = root.dataset;
  let token = root.dataset.csrf;

  async function renewToken() {
    const answer = await fetch("/csrf-token", { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) token = (await answer.json()).token;
    return token;
  }

  async function sendOnce(path, { method = "POST", body, keepalive = false }) {
    const sentAt = performance.now();
    const answer = await fetch(api + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
      keepalive,
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => null);
    if (!answer) return { status: 0, body: null, waitMs: 0 };
    const data = await answer.json().catch(() => null);
    if (typeof data?.remaining_ms === "number" && "closes_at" in data) {
      clock?.sync(data.remaining_ms, sentAt, performance.now());
    }
    return { status: answer.status, body: data, waitMs: (Number(answer.headers.get("Retry-After")) || 0) * 1000 };
  }

  async function call(path, options = {}) {
    const answer = await sendOnce(path, options);
    if (answer.status !== 403 || answer.body?.error?.code !== "csrf_missing") return answer;
    await renewToken();
    return sendOnce(path, options);
  }

  return { call, renewToken };
}

// 0.5 s, 1 s … 15 s with jitter, never sooner than the server asks for.
export function waitBefore(tries, askedMs = 0) {
  const steps = Math.min(15000, 500 * 2 ** Math.min(tries, 6));
  return Math.max(askedMs, steps * (0.75 + Math.random() / 2));
}

export const isPassing = (status) => status === 0 || status === 408 || status === 429 || status >= 500;
export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
