/** The demo page around the widget: opens it, and logs in as one of the synthetic patients. */
const chat = document.querySelector("triage-chat");
const form = document.querySelector("#login");
const status = document.querySelector("#login-status");

document.querySelector("#start").addEventListener("click", () => chat.open());

document.querySelector("#patient").addEventListener("change", async ({ target }) => {
  chat.patientToken = null;
  status.textContent = "";
  if (!target.value) return;
  const answer = await fetch("/chat/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ patient: target.value }),
  }).catch(() => null);
  if (!answer?.ok) {
    status.textContent = "Innloggingen virker ikke nå.";
    return;
  }
  const { patient_token: token, name } = await answer.json();
  chat.patientToken = token;
  status.textContent = `Innlogget som ${name}`;
});

const { demo_login: available } = await fetch("/chat/status").then((answer) => answer.json());
form.hidden = !available;
