/** What the patient can answer with: quick replies, typed questions, free times, a rating. */
import { button, element } from "./dom.js";

const number = new Intl.NumberFormat("nb-NO", { maximumFractionDigits: 2, useGrouping: false });
const day = new Intl.DateTimeFormat("nb-NO", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Oslo" });
const clock = new Intl.DateTimeFormat("nb-NO", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Oslo" });

export const spokenDay = (instant) => day.format(new Date(instant));
export const spokenTime = (instant) => clock.format(new Date(instant)).replace(":", ".");

/**
 * The ways to answer a message, or null where only the text field fits.
 * `answer(shown, text, payload)` is called once with what to show and what to send.
 */
export function answerOptions(message, texts, answer) {
  const custom = message.custom ?? {};
  const draw = { slots: drawSlots, question: drawQuestion, rating: drawRating }[custom.type];
  return draw?.(message, texts, answer) ?? drawButtons(message.buttons, answer);
}

/** Buttons of which one can be chosen, once. The chosen one keeps the focus. */
function choices(items, answer, attributes = {}) {
  const group = element("div", { class: "choices", role: "group", ...attributes });
  for (const { label, text = label, payload } of items) {
    const choice = button(label, () => {
      if (group.hasAttribute("data-done")) return;
      finish(group);
      choice.setAttribute("aria-pressed", "true");
      answer(text, text, payload);
    });
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
  const group = choices([], answer);
  for (const { title, payload } of buttons) {
    const choice = button(title, () => {
      if (group.hasAttribute("data-done")) return;
      finish(group);
      choice.setAttribute("aria-pressed", "true");
      answer(title, isSigned(payload) ? title : payload || title, isSigned(payload) ? payload : undefined);
    });
    group.append(choice);
  }
  return group;
}

/** Signed payloads are three base64 parts; every other payload is plain text. */
const isSigned = (payload) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(payload ?? "");

function drawQuestion({ custom, buttons }, texts, answer) {
  const items = (custom.options ?? []).map((option) => ({ label: option.label ?? option.title ?? String(option) }));
  const unsure = { label: texts.dontKnow };
  const drawn = {
    yes_no: () => drawButtons(buttons, answer) ?? choices([{ label: texts.yes }, { label: texts.no }, unsure], answer),
    choice: () => drawButtons(buttons, answer) ?? (items.length ? choices(items, answer) : null),
    number: () => numberForm(custom, texts, answer),
    duration: () => durationForm(texts, answer),
    date: () => dateForm(texts, answer),
  }[custom.kind]?.();
  const progress = custom.progress?.total ? drawProgress(custom.progress, texts) : null;
  if (!drawn && !progress) return null;
  return element("div", { class: "question" }, progress, drawn);
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
  const read = () => [input.value.trim(), unit].filter((part) => input.value.trim() && part).join(" ");
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

function drawSlots({ custom, buttons }, texts, answer) {
  const slots = custom.slots ?? [];
  if (!slots.length) return null;
  const matching = buttons?.length >= slots.length;
  const items = slots.map((slot, index) => {
    const text = texts.slotChoice(spokenDay(slot.start), spokenTime(slot.start));
    const label = [text, slot.doctor, texts.price(slot.price_nok)].filter(Boolean).join(", ");
    const payload = matching ? buttons[index].payload : undefined;
    return isSigned(payload) ? { label, text, payload } : { label, text: payload ?? text };
  });
  const rest = matching ? drawButtons(buttons.slice(slots.length), answer) : drawButtons(buttons, answer);
  const group = choices(items, answer, { "aria-label": texts.slots });
  group.classList.add("slots");
  return rest ? element("div", { class: "question" }, group, rest) : group;
}

function drawRating(_message, texts, answer) {
  const items = [1, 2, 3, 4, 5].map((stars) => ({
    label: texts.ratingChoice(stars),
    text: texts.ratingSent(number.format(stars)),
  }));
  return choices(items, answer, { "aria-label": texts.rating });
}
