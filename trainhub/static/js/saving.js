// Sending a form until the server has answered. Nothing counts as saved before that.
//   const answer = await postUntilAnswered(url, fields, { token, onTrouble })
// answer: { status, body }. onTrouble("retrying" | "signed-out") is called before each wait; a
// repeated sending carries the same fields, so the server stores it once.
const WAITS_MS = [1000, 2000, 4000, 8000, 15000, 30000];
const LONGEST_WAIT_S = 60;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function freshToken() {
  const answer = await fetch("/csrf-token", { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).token : null;
}

async function sendOnce(url, fields, token) {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "X-CSRFToken": token },
  }).catch(() => null);
  if (!answer) return { status: 0, body: null, waitS: 0 };
  const body = await answer.json().catch(() => null);
  return { status: answer.status, body, waitS: Number(answer.headers.get("Retry-After")) || 0 };
}

export async function postUntilAnswered(url, fields, { token, onTrouble }) {
  for (let tries = 0; ; tries += 1) {
    const answer = await sendOnce(url, fields, token);
    const { status, body, waitS } = answer;
    const busy = status === 0 || status >= 500 || (status === 429 && waitS <= LONGEST_WAIT_S);
    const stale = status === 403 && body?.error?.code === "csrf_missing";
    const signedOut = status === 401;
    if (!busy && !stale && !signedOut) return answer;
    onTrouble?.(signedOut ? "signed-out" : "retrying");
    if (!stale || tries > 0) {
      await sleep(waitS * 1000 || WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]);
    }
    if (stale || signedOut) token = (await freshToken()) ?? token;
  }
}
