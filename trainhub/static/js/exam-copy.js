// A copy of what is not yet acknowledged, kept on this computer, encrypted with the attempt's own
// key: without the candidate's sign-in it cannot be read. Where the page has no secure context,
// or no storage, there is no copy, and nothing says there were one.
import { nameDevice } from "./exam-device.js";
import { PREFIX } from "./exam-forget.js";

const PART = 8190; // bytes turned into text at a time

const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

async function importKey(urlSafe) {
  try {
    const padded = urlSafe.replaceAll("-", "+").replaceAll("_", "/").padEnd(44, "=");
    return await crypto.subtle.importKey("raw", bytesOf(padded), "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch {
    return null; // no key of ours: as without a secure context
  }
}

async function decrypt(key, stored) {
  try {
    const [iv, parts] = JSON.parse(stored);
    const sealed = new Uint8Array(parts.flatMap((part) => [...bytesOf(part)]));
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(iv) }, key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return []; // broken: of no use to anybody
  }
}

async function encrypt(key, entries) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify([...entries]));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const parts = [];
  for (let at = 0; at < sealed.length; at += PART) parts.push(textOf(sealed.slice(at, at + PART)));
  return JSON.stringify([textOf(iv), parts]);
}

// Each tab has a copy of its own, so that none overwrites another's; who comes next takes over
// whatever is there. The same entry sent by two tabs has one effect: its key is the same.
export function createCopy(root) {
  const all = `${PREFIX}${root.dataset.attempt}-`;
  const own = all + nameDevice();
  const key = window.isSecureContext && crypto.subtle ? importKey(root.dataset.copyKey) : null;
  const entries = new Map();
  let writing = false;
  let again = false;
  let closed = false;

  const namesOfAll = () => Object.keys(localStorage).filter((name) => name.startsWith(all));

  async function takeOver() {
    try {
      const found = new Map();
      if (!(await key)) return [];
      for (const name of namesOfAll()) {
        for (const [no, entry] of await decrypt(await key, localStorage.getItem(name))) {
          if (!found.has(no) || found.get(no).seq < entry.seq) found.set(no, entry);
        }
      }
      for (const [no, entry] of found) if (!entries.has(no)) entries.set(no, entry);
      if (found.size) localStorage.setItem(own, await encrypt(await key, entries));
      for (const name of namesOfAll()) if (name !== own) localStorage.removeItem(name);
      return [...found];
    } catch {
      return []; // no storage, no copy
    }
  }
  const loading = takeOver();

  async function store() {
    if (!(await key) || closed) return;
    again = writing;
    if (writing) return;
    writing = true;
    try {
      await loading;
      do {
        again = false;
        const sealed = entries.size ? await encrypt(await key, entries) : null;
        if (closed || again) continue;
        if (sealed) localStorage.setItem(own, sealed);
        else localStorage.removeItem(own);
      } while (again && !closed);
    } catch {
      // storage full or forbidden: the page itself still holds everything
    }
    writing = false;
  }

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
        for (const name of namesOfAll()) localStorage.removeItem(name);
      } catch {
        // no storage, no copy
      }
    },
  };
}
