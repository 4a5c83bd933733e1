// Sending JSON with the form's token. Answers { status, body }; status 0 when nothing came back.
async function freshToken(form) {
  const answer = await fetch("/csrf-token", { headers: { Accept: "application/json" } });
  form.elements.csrf_token.value = (await answer.json()).token;
}

async function send(form, url, body) {
  const isForm = body instanceof FormData;
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "X-CSRFToken": form.elements.csrf_token.value,
      ...(isForm ? {} : { "Content-Type": "application/json" }),
    },
    body: isForm ? body : JSON.stringify(body),
  });
  const data = await answer.json().catch(() => null);
  return { status: answer.status, body: data };
}

export async function postJson(form, url, body) {
  try {
    let answer = await send(form, url, body);
    if (answer.status === 403 && answer.body?.error?.code === "csrf_missing") {
      await freshToken(form);
      answer = await send(form, url, body);
    }
    return answer;
  } catch {
    return { status: 0, body: null };
  }
}
