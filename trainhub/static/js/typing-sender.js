// Sending the timeline in chunks until the server has acknowledged them: one in flight, numbered,
// the same number always with the same events, so that a repeated one has no further effect.
import { isPassing, sleep, waitBefore } from "./exam-wire.js";

const EVERY_MS = 5000;
const MOST_IN_CHUNK = 1000;
const ELSEWHERE = new Set(["idempotency_mismatch", "chunk_missing", "token_stale"]);

export function createSender({ wire, copy, token, onChange, onSaved, onSignedOut, onElsewhere, onClosed, onFull }) {
  let waiting = [];
  let chunk = null; // under way: its events are fixed
  let no = 1;
  let tries = 0;
  let timer = 0;
  let sending = false;
  let stopped = false;
  let refused = false;
  let every = EVERY_MS;

  const keep = () => ({ chunk, waiting });

  function plan(delay) {
    clearTimeout(timer);
    timer = stopped ? 0 : setTimeout(send, delay);
  }

  function add(event) {
    waiting.push(event);
    copy.plan(keep);
    if (!timer && !sending) plan(every);
    onChange();
  }

  function load() {
    if (chunk || !waiting.length) return;
    chunk = { no, events: waiting.slice(0, MOST_IN_CHUNK) };
    waiting = waiting.slice(MOST_IN_CHUNK);
    copy.write(keep());
  }

  async function send({ keepalive = false } = {}) {
    clearTimeout(timer);
    timer = 0;
    if (sending || stopped || refused) return;
    load();
    if (!chunk) return;
    sending = true;
    onChange();
    const body = { token, no: chunk.no, events: chunk.events };
    const answer = await wire.call("/chunks", { body, keepalive });
    sending = false;
    if (answer.status === 200 || answer.status === 201) acknowledge();
    else fail(answer);
    onChange();
  }

  function acknowledge() {
    chunk = null;
    no += 1;
    tries = 0;
    copy.write(keep());
    onSaved();
    if (waiting.length) plan(waiting.length > MOST_IN_CHUNK ? 0 : every);
  }

  // No more fits into this run: it ends with what has arrived.
  function endFull() {
    refused = true;
    onFull();
  }

  function fail({ status, body, waitMs }) {
    const code = body?.error?.code;
    if (ELSEWHERE.has(code)) onElsewhere();
    else if (code === "too_many_events") endFull();
    else if (status === 409 || status === 410) onClosed();
    else if (status === 401 || status === 404) onSignedOut(status === 404 ? "other" : "expired");
    else if (!isPassing(status)) refused = true; // nothing that trying again would change
    if (!stopped && !refused) plan(waitBefore(tries, waitMs));
    tries += 1;
  }

  return {
    add,
    flush: (options) => { if (!sending) send(options); },
    // What an earlier page of this run had not got through: told again with its old number, if
    // the server still awaits that. Its farewell may have arrived after all.
    restore(kept, next) {
      no = next;
      if (kept.chunk?.no === no) chunk = kept.chunk;
      waiting = [...kept.waiting, ...waiting];
      if (chunk || waiting.length) plan(0);
      return [...(chunk?.events ?? []), ...waiting];
    },
    // At the end: all that is left, one chunk after the other.
    async drain() {
      every = 0;
      if (!sending) send();
      while (!stopped && !refused && (chunk || waiting.length)) await sleep(50);
    },
    retry() {
      tries = 0;
      if (!sending) send();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    sent: () => no - 1,
    keep: () => copy.write(keep()),
    isQuiet: () => !chunk && !waiting.length,
    trouble: () => tries > 0 && !refused,
    busy: () => false, // the line keeps still while all is well: a save every few seconds
    dirty: () => false,
    refused: () => refused,
  };
}
