/**
 * `<triage-chat lang="nb">`: the chat widget. Attributes, events and theming: docs/widget.md.
 */
import { answerOptions, finish } from "./answers.js";
import { goesOnTop, outcomeCard, urgentCard } from "./cards.js";
import { Conversation } from "./conversation.js";
import { button, element, linked } from "./dom.js";
import { styles } from "./styles.js";
import texts from "./texts.nb.js";

const MAX_CHARACTERS = 2000;
const WARN_BELOW = 200;
const TYPING_DELAY = 700;
const NEAR_BOTTOM = 80;
const MARGIN = 16;

class TriageChat extends HTMLElement {
  #conversation;
  #parts;
  #unread = 0;
  #typing;
  #following = true;
  #onTop = null;

  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styles];
    const server = this.getAttribute("server") ?? new URL("../", import.meta.url);
    this.#conversation = new Conversation(new URL(server, document.baseURI));
    this.#parts = this.#build();
    const landmark = element("aside", { "aria-label": texts.landmark }, this.#parts.launcher, this.#parts.panel);
    this.shadowRoot.append(landmark);
    this.#follow();
    this.#draw();
    if (this.hasAttribute("inline")) this.#begin();
    else if (this.hasAttribute("open")) this.open();
    else if (this.#conversation.started) this.#connect();
  }

  disconnectedCallback() {
    this.#conversation.disconnect();
  }

  /** The logged-in patient's token, kept for this browser tab. */
  set patientToken(token) {
    this.#conversation.patientToken = token;
  }

  get patientToken() {
    return this.#conversation.patientToken;
  }

  /** Opens the panel and puts the focus in it. */
  open() {
    this.#parts.launcher.hidden = true;
    this.#parts.panel.hidden = false;
    this.#setUnread(0);
    this.#begin();
    (this.#parts.consent.hidden ? this.#parts.input : this.#parts.agree).focus();
    this.#reveal();
    this.#tell("open");
  }

  /** Closes the panel and gives the focus back. */
  close() {
    if (this.hasAttribute("inline")) return;
    this.#parts.panel.hidden = true;
    this.#parts.launcher.hidden = false;
    this.#parts.launcher.focus();
    this.#tell("close");
  }

  #build() {
    const heading = this.getAttribute("heading") ?? texts.heading;
    const inline = this.hasAttribute("inline");
    const badge = element("span", { class: "unread", hidden: true });
    const launcher = button(icon("M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"), () => this.open(), {
      class: "launcher",
      hidden: inline,
    });
    launcher.append(element("span", {}, heading), badge);
    const menu = this.#buildMenu();
    const toggle = button(icon("M5 7h14M5 12h14M5 17h14"), () => this.#showMenu(menu.hidden), {
      "aria-label": texts.menu,
      "aria-expanded": "false",
    });
    const close = button(icon("M6 6l12 12M18 6L6 18"), () => this.close(), { "aria-label": texts.close, hidden: inline });
    const top = element("div", { class: "top", role: "alert" });
    const log = element("div", { class: "log", tabindex: "0", "aria-label": texts.log });
    const typing = element("p", { class: "typing", role: "status" });
    const newer = button(texts.newer, () => this.#scrollToEnd(), { class: "newer", hidden: true });
    const status = element("p", { class: "status", role: "status", hidden: true });
    const { composer, input, count } = this.#buildComposer();
    const agree = button(texts.consentYes, () => this.#agree(), { class: "send" });
    const consent = element("div", { class: "consent", hidden: true }, element("p", {}, ...linked(texts.consent)), agree);
    const panel = element(
      "section",
      { class: "panel", role: inline ? "region" : "dialog", "aria-label": heading, hidden: !inline, onkeydown: (event) => this.#onKey(event) },
      element("header", {}, element("h2", {}, heading), toggle, close),
      menu, top, consent, log, newer, typing, status, composer,
    );
    log.addEventListener("scroll", () => (newer.hidden = this.#atEnd()));
    for (const type of ["wheel", "touchmove", "keydown"]) {
      log.addEventListener(type, () => (this.#following = false), { passive: true });
    }
    return { launcher, badge, panel, menu, toggle, top, log, typing, newer, status, composer, input, count, consent, agree };
  }

  #buildComposer() {
    const input = element("textarea", { rows: "1", "aria-label": texts.write, placeholder: texts.write, autocomplete: "off" });
    const count = element("p", { class: "count", role: "status" });
    const composer = element(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      element("div", {}, input, count),
      element("button", { type: "submit", class: "send" }, texts.send),
    );
    input.addEventListener("input", () => this.#countCharacters());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      composer.requestSubmit();
    });
    return { composer, input, count };
  }

  #buildMenu() {
    const confirm = element("div", { class: "choices", role: "group", "aria-label": texts.removeQuestion, hidden: true });
    const remove = button(texts.remove, () => {
      confirm.hidden = false;
      confirm.querySelector("button").focus();
    });
    const cancel = () => {
      confirm.hidden = true;
      remove.focus();
    };
    confirm.append(element("p", {}, texts.removeQuestion), button(texts.removeYes, () => this.#remove(confirm)), button(texts.cancel, cancel));
    return element(
      "div",
      { class: "menu", hidden: true },
      button(texts.save, () => this.#save()),
      button(texts.print, () => window.print()),
      remove,
      confirm,
    );
  }

  #follow() {
    const on = (type, listener) => this.#conversation.addEventListener(type, ({ detail }) => listener(detail));
    on("message", (entry) => this.#onMessage(entry));
    on("changed", (entry) => this.#mark(entry));
    on("waiting", (waiting) => this.#showTyping(waiting));
    on("connection", (reached) => this.#showStatus(reached ? "" : texts.offline));
    on("expired", () => this.#note(texts.expired));
    window.addEventListener("offline", () => this.#showStatus(texts.offline));
    window.addEventListener("online", () => {
      this.#showStatus("");
      this.#conversation.retryFailed();
    });
  }

  /** What was said before is drawn first; only then is the log announced as it grows. */
  #draw() {
    for (const entry of this.#conversation.transcript) this.#show(entry);
    this.#reveal();
  }

  #goLive() {
    this.#parts.log.setAttribute("role", "log");
    this.#parts.log.setAttribute("aria-live", "polite");
  }

  #begin() {
    const asks = this.hasAttribute("consent") && !this.#conversation.started;
    this.#parts.consent.hidden = !asks;
    this.#parts.log.hidden = this.#parts.composer.hidden = asks;
    if (!asks) this.#connect();
  }

  #agree() {
    this.#parts.consent.hidden = true;
    this.#parts.log.hidden = this.#parts.composer.hidden = false;
    this.#connect();
    this.#parts.input.focus();
  }

  async #connect() {
    try {
      await this.#conversation.connect();
      this.#showStatus("");
    } catch {
      this.#showStatus(texts.unreachable);
    }
    this.#goLive();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#parts.input.value.trim();
    if (!text || text.length > MAX_CHARACTERS) return;
    this.#parts.input.value = "";
    this.#countCharacters();
    this.#say(text, text);
  }

  #say(shown, text, payload) {
    this.#following = true;
    this.#conversation.say(shown, text, payload);
  }

  #onMessage(entry) {
    this.#show(entry);
    if (entry.speaker === "bot") {
      if (this.#parts.panel.hidden) this.#setUnread(this.#unread + 1);
      this.#tell("message", entry.message);
      if (entry.message.custom) this.#tell("outcome", entry.message.custom);
    }
    this.#reveal();
  }

  #show(entry) {
    if (entry.speaker === "bot" && goesOnTop(entry.message, this.#onTop)) {
      this.#onTop = entry.message;
      this.#parts.top.replaceChildren(urgentCard(entry.message, texts));
      return;
    }
    if (entry.speaker === "you") this.#parts.log.querySelectorAll(".choices, .typed").forEach(finish);
    this.#parts.log.append(entry.speaker === "you" ? this.#drawOwn(entry) : this.#drawBot(entry));
  }

  #drawOwn(entry) {
    const node = element("div", { class: "message you" }, bubble(texts.you, [entry.text]));
    entry.node = () => node;
    if (entry.state === "failed") this.#mark(entry);
    return node;
  }

  #drawBot({ text, message }) {
    const node = element("div", { class: "message bot" });
    if (text) node.append(bubble(texts.bot, linked(text)));
    try {
      const answer = (...said) => this.#say(...said);
      const slotButton = (id) =>
        this.#parts.log.querySelector(`.slots:not([data-done]) [data-slot="${CSS.escape(id)}"]`);
      const options = answerOptions(message, texts, answer, slotButton);
      node.append(...[outcomeCard(message, texts), options].filter(Boolean));
    } catch (error) {
      node.append(element("p", { class: "note" }, texts.broken));
      this.#tell("error", { message: String(error) });
    }
    return node;
  }

  /** Shows on the patient's own message that it failed, with a way to try again. */
  #mark(entry) {
    const node = entry.node?.();
    node?.querySelector(".failed")?.remove();
    if (entry.state !== "failed" || !node) return;
    const retry = button(texts.retry, () => {
      this.#parts.input.focus();
      this.#conversation.retry(entry);
    });
    node.append(element("div", { class: "failed" }, element("span", {}, texts.failed), retry));
  }

  #showTyping(waiting) {
    clearTimeout(this.#typing);
    this.#parts.typing.textContent = "";
    if (waiting) this.#typing = setTimeout(() => (this.#parts.typing.textContent = texts.typing), TYPING_DELAY);
  }

  #showStatus(text) {
    this.#parts.status.hidden = !text;
    this.#parts.status.replaceChildren(...linked(text));
  }

  #note(text) {
    this.#parts.log.append(element("p", { class: "note" }, text));
  }

  #setUnread(count) {
    this.#unread = count;
    this.#parts.badge.hidden = count === 0;
    this.#parts.badge.replaceChildren(String(count), element("span", { class: "sr" }, ` ${texts.unread(count).replace(/^\d+ /, "")}`));
  }

  #countCharacters() {
    const left = MAX_CHARACTERS - this.#parts.input.value.trim().length;
    this.#parts.count.textContent = left < 0 ? texts.tooLong(-left) : left < WARN_BELOW ? texts.left(left) : "";
  }

  #showMenu(shown) {
    this.#parts.menu.hidden = !shown;
    this.#parts.toggle.setAttribute("aria-expanded", String(shown));
  }

  #onKey(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (this.#parts.menu.hidden) return this.close();
    this.#showMenu(false);
    this.#parts.toggle.focus();
  }

  async #remove(confirm) {
    try {
      await this.#conversation.remove();
    } catch {
      this.#showStatus(texts.removeFailed);
      return;
    }
    confirm.hidden = true;
    this.#showMenu(false);
    this.#onTop = null;
    this.#parts.top.replaceChildren();
    this.#parts.log.replaceChildren();
    this.#note(texts.removed);
    const again = button(texts.startAgain, () => {
      again.remove();
      this.#parts.input.focus();
      this.#begin();
    });
    this.#parts.log.append(again);
    this.#parts.input.focus();
    this.#tell("deleted");
  }

  #save() {
    const lines = this.#conversation.transcript.map(
      ({ speaker, text }) => `${speaker === "you" ? texts.youName : texts.botName}: ${text}\n`,
    );
    const address = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/plain;charset=utf-8" }));
    element("a", { href: address, download: texts.fileName }).click();
    URL.revokeObjectURL(address);
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#parts.log;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }

  /** Scrolls to the end, but never past the patient's own last message; not while they read back. */
  #reveal() {
    const { log, newer } = this.#parts;
    const own = [...log.querySelectorAll(".message.you")].pop() ?? log.firstElementChild;
    if (this.#following && own) log.scrollTop = own.offsetTop - MARGIN;
    newer.hidden = this.#atEnd();
  }

  #scrollToEnd() {
    this.#following = true;
    this.#parts.log.scrollTop = this.#parts.log.scrollHeight;
    this.#parts.newer.hidden = true;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(`triage-chat:${type}`, { detail, bubbles: true, composed: true }));
  }
}

const bubble = (speaker, content) =>
  element("p", { class: "bubble text" }, element("span", { class: "sr" }, `${speaker} `), ...content);

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

customElements.define("triage-chat", TriageChat);
