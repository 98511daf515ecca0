/** Draws what the assistant decided: triage, eligibility, appointment, renewal, hand-over. */
import { callLink, element, linked } from "./dom.js";
import { spokenDay, spokenTime } from "./answers.js";

/** Most urgent first. */
const URGENT = ["emergency_113", "legevakt"];

/** Whether a message belongs on top: it is urgent, and no less so than the one that stands there. */
export function goesOnTop({ custom }, shown) {
  const urgency = custom?.type === "triage" ? URGENT.indexOf(custom.level) : -1;
  return urgency >= 0 && (!shown || urgency <= URGENT.indexOf(shown.custom.level));
}

/** The card of a message's outcome, or null where the text says it all. */
export function outcomeCard(message, texts) {
  return CARDS[message.custom?.type]?.(message.custom, texts) ?? null;
}

/** The card that stays on top: what to do now, with the phone call as its first action. */
export function urgentCard({ text, custom }, texts) {
  return element(
    "div",
    { class: `urgent ${custom.level}` },
    element("h3", {}, texts.levels[custom.level]),
    contactList(custom.contacts, texts),
    text ? element("p", { class: "text" }, ...linked(text)) : null,
  );
}

const CARDS = {
  triage: (custom, texts) => card(texts.levels[custom.level], contactList(custom.contacts, texts), why(custom, texts)),
  eligibility: (custom, texts) =>
    card(
      [texts.services[custom.service], texts.decisions[custom.decision]].filter(Boolean).join(": "),
      why(custom, texts),
    ),
  appointment: (custom, texts) =>
    card(texts.appointment[custom.status], fields(custom, ["start", "doctor", "price_nok", "refund_nok", "id"], texts)),
  renewal: (custom, texts) => card(texts.renewal, fields(custom, ["medicine", "price_nok", "id"], texts)),
  receipt: (custom, texts) =>
    card(texts.receipt, fields(custom, ["start", "doctor", "amount_nok", "price_nok", "refund_nok", "paid_on", "id"], texts)),
  handover: (custom, texts) =>
    card(texts.handover, fields(custom, ["case_id"], texts), contactList(custom.contacts, texts)),
  safe_reply: (custom, texts) => contactList(custom.contacts, texts),
  faq: ({ more }, texts) =>
    more
      ? element("details", {}, element("summary", {}, texts.more), element("p", { class: "text" }, ...linked(more)))
      : null,
};

const card = (title, ...content) =>
  element("div", { class: "card" }, title ? element("h3", {}, title) : null, ...content);

function contactList(contacts, texts) {
  if (!contacts?.length) return null;
  const links = contacts.map(({ name, phone }) =>
    element("li", {}, callLink(texts.call(name, phone), phone, { class: "call" })),
  );
  return element("ul", { class: "contacts" }, ...links);
}

function why({ explanations, reasons, rule_version: version }, texts) {
  const lines = [...(explanations ?? []), reasons?.length ? texts.rules(reasons.join(", "), version) : null];
  const shown = lines.filter(Boolean).map((line) => element("li", {}, line));
  if (!shown.length) return null;
  return element("details", {}, element("summary", {}, texts.why), element("ul", {}, ...shown));
}

const FORMATS = {
  start: (value) => `${spokenDay(value)} kl. ${spokenTime(value)}`,
  paid_on: (value) => spokenDay(value),
  price_nok: (value, texts) => texts.price(value),
  refund_nok: (value, texts) => texts.price(value),
  amount_nok: (value, texts) => texts.price(value),
};

function fields(custom, names, texts) {
  const rows = names
    .filter((name) => custom[name] != null && !(name === "refund_nok" && custom[name] === 0))
    .flatMap((name) => [
      element("dt", {}, texts.fields[name]),
      element("dd", {}, FORMATS[name]?.(custom[name], texts) ?? String(custom[name])),
    ]);
  return element("dl", {}, ...rows);
}
