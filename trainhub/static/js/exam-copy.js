// A copy of what is not yet acknowledged, kept on this computer, encrypted with the attempt's own
// key: without the candidate's sign-in it cannot be read. Where the page has no secure context,
// or no storage, there is no copy, and nothing says there were one.
import { PREFIX } from "./exam-forget.js";

const PART = 8190; // bytes turned into text at a time

const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

function importKey(urlSafe) {
  const padded = urlSafe.replaceAll("-", "+").replaceAll("_", "/").padEnd(44, "=");
  return crypto.subtle.importKey("raw", bytesOf(padded), "AES-GCM", false, ["encrypt", "decrypt"]);
}

export function createCopy(root) {
  const name = PREFIX + root.dataset.attempt;
  const key = window.isSecureContext && crypto.subtle ? importKey(root.dataset.copyKey) : null;
  const entries = new Map();
  let writing = false;
  let again = false;
  let closed = false;

  async function store() {
    if (!key || closed) return;
    if (writing) {
      again = true;
      return;
    }
    writing = true;
    try {
      await loading;
      do {
        again = false;
        if (!entries.size) {
          localStorage.removeItem(name);
          continue;
        }
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const plain = new TextEncoder().encode(JSON.stringify([...entries]));
        const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, plain));
        const parts = [];
        for (let at = 0; at < sealed.length; at += PART) parts.push(textOf(sealed.slice(at, at + PART)));
        if (!closed && !again) localStorage.setItem(name, JSON.stringify([textOf(iv), parts]));
      } while (again);
    } catch {
      // storage full or forbidden: the page itself still holds everything
    }
    writing = false;
  }

  async function open() {
    try {
      const [iv, parts] = JSON.parse(localStorage.getItem(name) ?? "null") ?? [];
      if (!key || !iv) return [];
      const sealed = new Uint8Array(parts.flatMap((part) => [...bytesOf(part)]));
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(iv) }, await key, sealed);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return []; // another attempt's, or broken: of no use to anybody
    }
  }

  // What stood there before stays until it is acknowledged, unless something newer is there.
  const loading = open().then((found) => {
    for (const [no, entry] of found) if (!entries.has(no)) entries.set(no, entry);
    return found;
  });

  return {
    load: () => loading,
    put(no, entry) {
      entries.set(no, { response: entry.response, seq: entry.seq, key: entry.key });
      store();
    },
    drop(no) {
      if (entries.delete(no)) store();
    },
    close() {
      closed = true;
      entries.clear();
      try {
        localStorage.removeItem(name);
      } catch {
        // no storage, no copy
      }
    },
  };
}
