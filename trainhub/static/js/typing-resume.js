// Going on with a run: what the server has of it so far.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

// The run's state, as often as it takes; null where there is no run to go on with.
export async function fetchState(wire, onSignedOut) {
  for (let tries = 0; ; tries += 1) {
    const answer = await wire.call("", { method: "GET" });
    if (answer.status === 200) return answer.body;
    if (answer.status === 401) onSignedOut("expired");
    else if (!isPassing(answer.status)) return null;
    await sleep(waitBefore(tries, answer.waitMs));
  }
}
