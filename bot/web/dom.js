/** Small helpers to build the page. Text always goes in as text, never as markup. */

/** An element with attributes, listeners (`onclick`) and children; null children are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const button = (label, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, label);

/** A link that calls a phone number. */
export const callLink = (label, phone, attributes = {}) =>
  element("a", { href: `tel:${String(phone).replace(/[^\d+]/g, "")}`, ...attributes }, label);

const LINKS =
  /(https?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?<![\d,.-])(11[023]|116 ?\d{3}|\d{2} \d{2} \d{2} \d{2})(?![\d,.-]?\d| ?(?:kr|mg|ml|kg|cm)\b)/g;

/** The text with web addresses, e-mail addresses and phone numbers as links, and only those. */
export function linked(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(LINKS)) {
    const [found, address, mail, phone] = match;
    pieces.push(text.slice(end, match.index));
    if (address) pieces.push(element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, found));
    if (mail) pieces.push(element("a", { href: `mailto:${mail}` }, found));
    if (phone) pieces.push(callLink(found, phone));
    end = match.index + found.length;
  }
  return [...pieces, text.slice(end)];
}
