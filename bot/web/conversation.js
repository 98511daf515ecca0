/** The conversation with the server: sends each message once, receives each message once. */

const RETRY_DELAYS = [500, 1500, 4000];
const RECONNECT_DELAYS = [1000, 2000, 5000, 10000];
const REPLY_TIMEOUT = 30000;
const STORE = "triage-chat";

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** The server refused the token: the conversation is expired or deleted. */
class Expired extends Error {}

/**
 * Fires `message` (one entry of the transcript), `changed` (an entry's sending state), `waiting`,
 * `connection` (whether the server is reached) and `expired`.
 */
export class Conversation extends EventTarget {
  #server;
  #state;
  #sending = Promise.resolve();
  #stream = null;
  #waiting = 0;

  constructor(server) {
    super();
    this.#server = server;
    this.#state = readStore() ?? { transcript: [], seen: [] };
  }

  /** What was said, oldest first: `{speaker, text, message?, state?}`. */
  get transcript() {
    return this.#state.transcript;
  }

  get started() {
    return Boolean(this.#state.token);
  }

  get patientToken() {
    return this.#state.patientToken ?? null;
  }

  set patientToken(token) {
    this.#state.patientToken = token ?? undefined;
    this.#keep();
  }

  /** Starts a conversation, or goes on with the one of this browser tab. */
  async connect() {
    if (!this.started) await this.#start();
    this.#listen();
  }

  /** Shows and sends the patient's message; resolves when it is answered or has failed. */
  say(shown, text, payload) {
    const entry = { speaker: "you", text: shown, sent: { text, payload, message_id: newId() }, state: "sending" };
    this.transcript.push(entry);
    this.#tell("message", entry);
    return this.#enqueue(entry);
  }

  /** Sends a failed message once more, under the same id. */
  retry(entry) {
    this.#setState(entry, "sending");
    return this.#enqueue(entry);
  }

  retryFailed() {
    for (const entry of this.transcript.filter(({ state }) => state === "failed")) this.retry(entry);
  }

  /** Deletes the conversation on the server and here; throws where the server does not do it. */
  async remove() {
    if (this.started) {
      const answer = await this.#request("conversations", { method: "DELETE" });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    }
    this.#forget();
  }

  disconnect() {
    this.#stream?.abort();
    this.#stream = null;
  }

  async #start() {
    const answer = await fetch(new URL("conversations", this.#server), { method: "POST" });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    const { token, greeting } = await answer.json();
    this.#state.token = token;
    this.#state.seen = [];
    greeting.forEach((message) => this.#receive(message));
  }

  #enqueue(entry) {
    this.#sending = this.#sending.then(() => this.#send(entry));
    return this.#sending;
  }

  async #send(entry) {
    this.#wait(+1);
    for (const delay of [...RETRY_DELAYS, null]) {
      try {
        const answer = await this.#post(entry);
        if (answer) {
          this.#setState(entry, "sent");
          answer.messages.forEach((message) => this.#receive(message));
          break;
        }
      } catch (error) {
        if (error instanceof Expired) {
          await this.#startOver();
          continue;
        }
        this.#tell("connection", false);
      }
      if (delay === null) this.#setState(entry, "failed");
      else await pause(delay);
    }
    this.#wait(-1);
  }

  /** The server's answer; null where it should be asked again. */
  async #post(entry) {
    if (!this.started) await this.connect();
    const answer = await this.#request("messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(entry.sent),
      signal: AbortSignal.timeout(REPLY_TIMEOUT),
    });
    if (!answer.ok) return null;
    const body = await answer.json();
    this.#tell("connection", true);
    return body;
  }

  async #request(path, options) {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#state.token}` };
    if (this.patientToken) headers["X-Patient-Token"] = this.patientToken;
    const answer = await fetch(new URL(path, this.#server), { ...options, headers });
    if (answer.status === 401) throw new Expired();
    return answer;
  }

  async #startOver() {
    this.disconnect();
    this.#state.token = undefined;
    try {
      await this.connect();
      this.#tell("expired");
    } catch {
      this.#tell("connection", false);
    }
  }

  #receive(message) {
    if (this.#state.seen.includes(message.id)) return;
    this.#state.seen.push(message.id);
    const entry = { speaker: "bot", text: message.text ?? "", message };
    this.transcript.push(entry);
    this.#keep();
    this.#tell("message", entry);
  }

  /** The highest number up to which every message is here. */
  #cursor() {
    let number = 0;
    while (this.#state.seen.includes(number + 1)) number += 1;
    return number;
  }

  async #listen() {
    if (this.#stream) return;
    const stream = (this.#stream = new AbortController());
    for (let failures = 0; this.#stream === stream; ) {
      try {
        await this.#readStream(stream.signal);
        failures = 0;
      } catch (error) {
        if (stream.signal.aborted) return;
        if (error instanceof Expired) return;
        failures += 1;
      }
      await pause(RECONNECT_DELAYS[Math.min(failures, RECONNECT_DELAYS.length - 1)]);
    }
  }

  async #readStream(signal) {
    const answer = await this.#request("events", { signal, headers: { "Last-Event-ID": String(this.#cursor()) } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    this.#tell("connection", true);
    this.retryFailed();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (rest + part.value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.match(/^data: (.*)$/m);
        if (data) this.#receive(JSON.parse(data[1]));
      }
    }
  }

  #setState(entry, state) {
    entry.state = state;
    this.#keep();
    this.#tell("changed", entry);
  }

  #wait(change) {
    this.#waiting += change;
    this.#tell("waiting", this.#waiting > 0);
  }

  #forget() {
    this.disconnect();
    this.#state = { transcript: [], seen: [], patientToken: this.#state.patientToken };
    this.#keep();
  }

  #keep() {
    try {
      sessionStorage.setItem(STORE, JSON.stringify(this.#state));
    } catch {
      // Storage is full or forbidden: the conversation lasts until the page is left.
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function readStore() {
  try {
    const state = JSON.parse(sessionStorage.getItem(STORE));
    // What was on its way when the page was left may or may not have come through.
    state?.transcript.filter(({ state: s }) => s === "sending").forEach((entry) => (entry.state = "failed"));
    return state;
  } catch {
    return null;
  }
}

const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
