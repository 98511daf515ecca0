/** What the patient can answer with: quick replies, typed questions, free times, a rating. */
import { button, element } from "./dom.js";

const day = new Intl.DateTimeFormat("nb-NO", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Oslo" });
const clock = new Intl.DateTimeFormat("nb-NO", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Oslo" });

export const spokenDay = (instant) => day.format(new Date(instant));
export const spokenTime = (instant) => clock.format(new Date(instant)).replace(":", ".");

/**
 * The ways to answer a message, or null where only the text field fits.
 * `answer(shown, text, payload)` is called once with what to show and what to send;
 * `slotButton(id)` finds the button of a free time that was shown just before.
 */
export function answerOptions(message, texts, answer, slotButton) {
  const custom = message.custom ?? {};
  const draw = { slots: drawSlots, question: drawQuestion, rating: drawRating }[custom.type];
  return draw?.(message, texts, answer, slotButton) ?? drawButtons(message.buttons, answer);
}

/** Buttons of which one can be chosen, once. The chosen one keeps the focus. */
function choices(items, answer, attributes = {}) {
  const group = element("div", { class: "choices", role: "group", ...attributes });
  for (const { label, text = label, payload, slot } of items) {
    const choose = () => {
      if (group.hasAttribute("data-done")) return;
      finish(group);
      choice.setAttribute("aria-pressed", "true");
      answer(label, choice.dataset.text, payload);
    };
    const choice = button(label, choose, { "data-text": text, "data-slot": slot });
    group.append(choice);
  }
  return group;
}

/** Marks a way to answer as used, without taking the focus from it. */
export function finish(group) {
  if (group.hasAttribute("data-done")) return;
  group.setAttribute("data-done", "");
  for (const control of group.querySelectorAll("button")) control.setAttribute("aria-disabled", "true");
  for (const control of group.querySelectorAll("input")) control.readOnly = true;
}

function drawButtons(buttons, answer) {
  if (!buttons?.length) return null;
  return choices(buttons.map(fromButton), answer);
}

/** A quick reply sends its signed payload, or its plain-text payload as if it were typed. */
const fromButton = ({ title, payload }) =>
  isSigned(payload) ? { label: title, payload } : { label: title, text: payload || title };

/** Signed payloads are three base64 parts; every other payload is plain text. */
const isSigned = (payload) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(payload ?? "");

function drawQuestion({ custom, buttons }, texts, answer, slotButton) {
  const items = [];
  for (const { id, label } of custom.options ?? []) {
    const shown = slotButton(id);
    if (shown) shown.dataset.text = label;
    else items.push({ label });
  }
  const yesNo = items.length ? items : [texts.yes, texts.no, texts.dontKnow].map((label) => ({ label }));
  const drawn = {
    yes_no: () => drawButtons(buttons, answer) ?? choices(yesNo, answer),
    choice: () => drawButtons(buttons, answer) ?? (items.length ? choices(items, answer) : null),
    number: () => numberForm(custom, texts, answer),
    duration: () => durationForm(texts, answer),
    date: () => dateForm(texts, answer),
  }[custom.kind]?.();
  const progress = custom.progress?.total ? drawProgress(custom.progress, texts) : null;
  const help = custom.help ? element("p", { class: "help" }, custom.help) : null;
  return element("div", { class: "question" }, progress, help, drawn);
}

function drawProgress({ done, total }, texts) {
  const label = texts.progress(done, total);
  return element(
    "div",
    { class: "progress" },
    element("span", {}, label),
    element("progress", { max: total, value: Math.min(done, total), "aria-label": label }),
  );
}

function answerForm(texts, answer, read, ...fields) {
  const form = element(
    "form",
    {
      class: "typed",
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const said = read();
        if (!said || form.hasAttribute("data-done")) return;
        finish(form);
        answer(said, said);
      },
    },
    ...fields,
    element("button", { type: "submit" }, texts.answer),
  );
  return form;
}

const labelled = (label, control) => element("label", {}, element("span", {}, label), control);

function numberForm({ unit }, texts, answer) {
  const input = element("input", { inputmode: "decimal", autocomplete: "off", size: 6 });
  // Whoever writes "8 måneder" where years are asked for has named the unit already.
  const read = () => input.value.trim().replace(/^[\d.,\s]*\d$/, (said) => (unit ? `${said} ${unit}` : said));
  return answerForm(texts, answer, read, labelled(unit ? `${texts.number} (${unit})` : texts.number, input));
}

function durationForm(texts, answer) {
  const input = element("input", { inputmode: "decimal", autocomplete: "off", size: 4 });
  const unit = element("select", {}, ...texts.units.map(([value, label]) => element("option", { value }, label)));
  unit.value = texts.units[1][0];
  const read = () => input.value.trim() && `${input.value.trim()} ${unit.value}`;
  return answerForm(texts, answer, read, labelled(texts.amount, input), labelled(texts.unit, unit));
}

function dateForm(texts, answer) {
  const input = element("input", { type: "date" });
  const read = () => input.value.split("-").reverse().join(".");
  return answerForm(texts, answer, read, labelled(texts.date, input));
}

function drawSlots({ custom: { slots }, buttons }, texts, answer) {
  const items = slots.map(({ id, start, doctor, price_nok: price }) => {
    const text = texts.slotChoice(spokenDay(start), spokenTime(start));
    return { label: [text, doctor, texts.price(price)].filter(Boolean).join(", "), text, slot: id };
  });
  const group = choices(items, answer, { "aria-label": texts.slots });
  group.classList.add("slots");
  return element("div", { class: "question" }, group, drawButtons(buttons, answer));
}

function drawRating(_message, texts, answer) {
  const items = [1, 2, 3, 4, 5].map((stars) => ({
    label: texts.ratingChoice(stars),
    text: texts.ratingSent(stars),
  }));
  return choices(items, answer, { "aria-label": texts.rating });
}
