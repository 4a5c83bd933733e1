// Signing in again on the same page. The text stays where it is; afterwards saving goes on.
export function createSignIn(root, { wire, onDone, onState }) {
  const dialog = root.querySelector("[data-sign-in]");
  const form = dialog.querySelector("form");
  const button = form.querySelector("button:not([type])");
  let asked = false; // closed with "not now": not opened again by every save that fails

  function tell(why) {
    for (const text of dialog.querySelectorAll("[data-why]")) {
      const isError = ["wrong", "slow", "offline"].includes(text.dataset.why);
      if (isError) text.hidden = text.dataset.why !== why;
      else if (!["wrong", "slow", "offline"].includes(why)) text.hidden = text.dataset.why !== why;
    }
  }

  function ask(why) {
    onState(true);
    if (dialog.open || asked) return;
    tell(why);
    form.elements.password.value = "";
    dialog.showModal();
    form.elements.password.focus();
  }

  async function signIn(event) {
    event.preventDefault();
    button.disabled = true;
    const token = await wire.renewToken();
    const answer = await fetch(form.action, {
      method: "POST",
      redirect: "manual", // a redirect is the answer to the right password
      headers: { Accept: "text/html", "X-CSRFToken": token },
      body: new URLSearchParams({
        csrf_token: token, identifier: form.elements.identifier.value, password: form.elements.password.value,
      }),
    }).catch(() => null);
    button.disabled = false;
    if (answer?.type !== "opaqueredirect") {
      tell(!answer || answer.status >= 500 ? "offline" : answer.status === 429 ? "slow" : "wrong");
      form.elements.password.select();
      return;
    }
    await wire.renewToken();
    asked = false;
    dialog.close();
    onState(false);
    onDone();
  }

  form.addEventListener("submit", signIn);
  dialog.querySelector("[data-later]").addEventListener("click", () => {
    asked = true;
    dialog.close();
  });
  root.querySelector("[data-save-line]").addEventListener("click", () => {
    if (asked) {
      asked = false;
      onDone();
    }
  });
  window.addEventListener("focus", () => { asked = false; });
  return { ask };
}
