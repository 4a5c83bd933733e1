// Saving answers until the server has acknowledged them: one save of a question in flight, always
// its newest answer, numbered on from the server's, each with a key of its own so that a repeated
// one has no further effect.
import { nameDevice, newKey } from "./exam-device.js";
import { waitBefore } from "./exam-wire.js";
import { same } from "./exam-fields.js";

const QUIET_MS = 2000;
const LONGEST_MS = 5000;
const REFUSED = new Set([413, 422]); // the answer itself; all else may pass

export function createSaver({ wire, copy, onChange, onReceipt, onSignedOut }) {
  const device = nameDevice();
  const questions = new Map();
  const of = (no) => questions.get(no);

  function add(no, seq) {
    if (!of(no)) questions.set(no, { no, seq, pending: null, sending: null, timer: 0, since: 0, tries: 0, refused: false });
    of(no).seq = Math.max(of(no).seq, seq);
  }

  // An entry that was sent once keeps its answer for good; a newer answer gets a new number.
  function note(question, response) {
    if (!question.pending || question.pending.sent) {
      question.seq += 1;
      question.pending = { seq: question.seq, key: newKey(), sent: false };
      question.since = performance.now();
    }
    question.pending.response = response;
    question.refused = false;
    copy.put(question.no, question.pending);
  }

  function plan(question, delay) {
    clearTimeout(question.timer);
    question.timer = setTimeout(send, delay, question);
  }

  function changed(no, response, { typing = false } = {}) {
    const question = of(no);
    note(question, response);
    const rest = question.since + LONGEST_MS - performance.now();
    if (!question.tries) plan(question, typing ? Math.max(0, Math.min(QUIET_MS, rest)) : 0);
    onChange(no);
  }

  async function send(question, { keepalive = false } = {}) {
    clearTimeout(question.timer);
    if (question.sending || !question.pending) return;
    const entry = question.pending;
    question.sending = entry;
    question.pending = null;
    entry.sent = true;
    onChange(question.no);
    const body = { responses: [{ no: question.no, response: entry.response, seq: entry.seq, key: entry.key, device }] };
    const answer = await wire.call("/responses", { body, keepalive });
    question.sending = null;
    if (answer.body?.receipts) acknowledge(question, entry, answer.body.receipts[0]);
    else fail(question, entry, answer);
    onChange(question.no);
  }

  function acknowledge(question, entry, receipt) {
    question.tries = 0;
    question.seq = Math.max(question.seq, receipt.seq);
    if (question.pending) {
      if (question.pending.seq <= receipt.seq) note(question, question.pending.response);
      plan(question, 0);
    } else if (receipt.decision !== "closed") { // else the copy is all there is of it
      copy.drop(question.no);
    }
    const isNewer = receipt.decision === "superseded" && !same(entry.response, receipt.response);
    onReceipt(question.no, receipt, { entry, isNewer: isNewer && !question.pending });
  }

  function fail(question, entry, { status, body, waitMs }) {
    const reused = body?.error?.code === "idempotency_mismatch";
    question.pending ??= entry;
    if (reused) note(question, question.pending.response);
    if (status === 401 || status === 404) {
      question.tries += 1;
      onSignedOut(status === 404 ? "other" : "expired");
    } else if (!REFUSED.has(status) || reused) {
      plan(question, waitBefore(question.tries, waitMs));
      question.tries += 1;
    } else if (question.pending === entry) {
      question.pending = null;
      question.refused = true;
      question.tries = 0;
      copy.drop(question.no);
    } else {
      plan(question, 0);
    }
  }

  const all = () => [...questions.values()];
  const flush = (options) => { for (const one of all()) if (one.pending) send(one, options); };

  return {
    add,
    changed,
    flush,
    restore(no, entry) {
      const question = of(no);
      question.pending = { ...entry, sent: true };
      question.seq = Math.max(question.seq, entry.seq);
      copy.put(no, entry);
      plan(question, 0);
      onChange(no);
    },
    retry() {
      for (const one of all()) one.tries = 0;
      flush();
    },
    isSaved: (no) => !of(no)?.pending && !of(no)?.sending,
    seqOf: (no) => of(no)?.seq ?? 0,
    isRefused: (no) => Boolean(of(no)?.refused),
    isQuiet: () => all().every((one) => !one.pending && !one.sending),
    trouble: () => all().some((one) => one.tries > 0),
    busy: () => all().some((one) => one.sending),
    dirty: () => all().some((one) => one.pending),
    refused: () => all().some((one) => one.refused),
  };
}
