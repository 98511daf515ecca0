/** The widget's style. Colours and sizes come from Designsystemet's tokens where the page sets them. */
const css = `
:host {
  --surface: var(--ds-color-neutral-background-default, #ffffff);
  --tinted: var(--ds-color-neutral-surface-tinted, #eef2f6);
  --text: var(--ds-color-neutral-text-default, #1b2733);
  --subtle: var(--ds-color-neutral-text-subtle, #4a5866);
  --line: var(--ds-color-neutral-border-subtle, #c5ced8);
  --border: var(--ds-color-neutral-border-default, #66727f);
  --accent: var(--ds-color-accent-base-default, #0b5c6b);
  --accent-hover: var(--ds-color-accent-base-hover, #084955);
  --on-accent: var(--ds-color-accent-base-contrast-default, #ffffff);
  --header: var(--accent);
  --on-header: var(--on-accent);
  --link: var(--ds-color-accent-text-subtle, #0b5566);
  --danger: var(--ds-color-danger-base-default, #b3121f);
  --on-danger: var(--ds-color-danger-base-contrast-default, #ffffff);
  --danger-tint: var(--ds-color-danger-surface-default, #fdeced);
  --radius: var(--ds-border-radius-lg, 0.75rem);
  --focus: var(--ds-color-focus-outer, #001f29);
  --focus-inner: var(--ds-color-focus-inner, #ffffff);
  color-scheme: light;
  font: 1rem/1.5 var(--ds-font-family, system-ui, "Segoe UI", Roboto, sans-serif);
  color: var(--text);
}
@media (prefers-color-scheme: dark) {
  :host(:not([color-scheme="light"])) { DARK }
}
:host([color-scheme="dark"]) { DARK }
:host([hidden]) { display: none }
*, *::before, *::after { box-sizing: border-box }
[hidden] { display: none !important }
h2, h3, p, ul, dl, dd { margin: 0 }
h3 { font-size: 1.0625rem }
a { color: var(--link) }
button, input, select, textarea { font: inherit; color: inherit }
button, .call, summary, select, .typed input {
  min-height: 2.75rem; min-width: 2.75rem; border-radius: var(--radius);
}
button { cursor: pointer; padding: .5rem .875rem; border: 1px solid var(--border); background: var(--surface) }
button[aria-disabled="true"] { cursor: default }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--focus-inner) }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

.launcher {
  position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; display: flex; gap: .5rem; align-items: center;
  min-height: 3.5rem; padding: .75rem 1.375rem; border-radius: 2rem; border-color: transparent; font-weight: 600;
  background: var(--accent); color: var(--on-accent); box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
}
.launcher:hover { background: var(--accent-hover) }
.launcher svg { width: 1.5rem; height: 1.5rem; fill: currentColor }
.unread {
  min-width: 1.5rem; padding: 0 .375rem; border-radius: 1rem; text-align: center; font-size: .875rem;
  background: var(--on-danger); color: var(--danger); border: 1px solid transparent;
}
.panel {
  position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; display: flex; flex-direction: column;
  width: min(26rem, calc(100vw - 2rem)); height: min(44rem, calc(100dvh - 2rem)); overflow: hidden;
  background: var(--surface); border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.25);
  box-shadow: 0 8px 32px rgb(0 0 0 / 28%);
}
:host([inline]) { display: block }
:host([inline]) .panel { position: relative; inset: auto; z-index: auto; width: 100%; height: min(44rem, 85dvh); box-shadow: none }
@media (max-width: 30rem) {
  :host(:not([inline])) .panel { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0 }
}
header { display: flex; align-items: center; gap: .25rem; padding: .375rem .5rem .375rem 1rem; background: var(--header); color: var(--on-header) }
header h2 { flex: 1; font-size: 1.125rem; overflow-wrap: anywhere }
header button { border-color: transparent; background: none; display: grid; place-items: center }
header button:hover { background: rgb(0 0 0 / 20%) }
header svg { width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round }
header :focus-visible { outline-color: var(--on-header); outline-offset: -4px; box-shadow: none }
.menu { display: grid; gap: .5rem; padding: .75rem 1rem; border-bottom: 1px solid var(--line); background: var(--tinted) }
.top { max-height: 60%; overflow: auto; flex: none }
.urgent { padding: .75rem 1rem; background: var(--danger-tint); border-bottom: 3px solid var(--danger); display: grid; gap: .5rem }
.urgent h3 { font-size: 1.25rem }
.call {
  display: flex; align-items: center; justify-content: center; padding: .5rem 1rem; font-weight: 600;
  border: 1px solid var(--border); text-decoration: none; background: var(--surface);
}
.urgent li:first-child .call { background: var(--danger); color: var(--on-danger); border-color: transparent }
.contacts { list-style: none; padding: 0; display: grid; gap: .5rem }
.log { position: relative; flex: 1; min-height: 6rem; overflow: auto; padding: 1rem; display: flex; flex-direction: column; gap: .75rem; overscroll-behavior: contain }
.log:focus-visible { outline-offset: -4px }
.message { max-width: 92%; align-self: flex-start; display: grid; gap: .5rem; overflow-wrap: anywhere }
.message.you { align-self: flex-end; justify-items: end }
.text { white-space: pre-line }
.bubble { padding: .625rem .875rem; border-radius: var(--radius); background: var(--tinted); border: 1px solid transparent }
.message.bot .bubble { border-start-start-radius: .25rem }
.message.you .bubble { background: var(--accent); color: var(--on-accent); border-start-end-radius: .25rem }
.note { align-self: center; font-size: .9375rem; color: var(--subtle); text-align: center }
.failed { display: flex; gap: .5rem; align-items: center; flex-wrap: wrap; justify-content: end }
.choices { display: flex; flex-wrap: wrap; gap: .5rem }
.choices button, .typed button { border-color: var(--accent); color: var(--link); font-weight: 600; text-align: start }
.slots { flex-direction: column }
.choices button:hover { background: var(--tinted) }
.choices button[aria-pressed="true"] { background: var(--accent); color: var(--on-accent) }
.choices[data-done] button:not([aria-pressed="true"]) { display: none }
.typed[data-done] button { border-style: dashed }
.question { display: grid; gap: .5rem }
.progress { display: grid; gap: .25rem; font-size: .875rem; color: var(--subtle) }
progress { width: 100%; height: .5rem; accent-color: var(--accent) }
.help { font-size: .9375rem; color: var(--subtle) }
.typed { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
.typed label { display: grid; gap: .25rem; font-size: .9375rem }
.typed input, .typed select { padding: .375rem .625rem; border: 1px solid var(--border); background: var(--surface); max-width: 12rem }
.card { padding: .75rem .875rem; border: 1px solid var(--line); border-inline-start: 4px solid var(--accent); border-radius: var(--radius); display: grid; gap: .5rem }
.card ul:not(.contacts) { padding-inline-start: 1.25rem }
summary { cursor: pointer; padding-block: .625rem; color: var(--link) }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem }
dt { color: var(--subtle) }
dd { font-weight: 600; overflow-wrap: anywhere }
.typing { padding: 0 1rem; min-height: 1.5rem; font-size: .9375rem; color: var(--subtle); flex: none }
.newer { position: absolute; inset: auto 50% 5.5rem auto; transform: translateX(50%); box-shadow: 0 2px 8px rgb(0 0 0 / 25%) }
.status { padding: .5rem 1rem; border-top: 1px solid var(--line); background: var(--tinted); flex: none }
.composer { display: flex; gap: .5rem; align-items: end; padding: .625rem; border-top: 1px solid var(--line); flex: none }
.composer div { flex: 1; min-width: 0 }
textarea {
  display: block; width: 100%; min-height: 2.75rem; max-height: 8rem; padding: .5rem .75rem; resize: none; field-sizing: content;
  border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface);
}
::placeholder { color: var(--subtle); opacity: 1 }
.count { font-size: .875rem; color: var(--subtle) }
.send { background: var(--accent); color: var(--on-accent); border-color: transparent; font-weight: 600 }
.send:hover { background: var(--accent-hover) }
.consent { padding: 1rem; display: grid; gap: 1rem; flex: 1; align-content: start; overflow: auto }
@media (max-height: 26rem) {
  .panel { overflow: auto }
  .top { max-height: none }
  .log { overflow: visible; flex: none }
}
@media (forced-colors: active) {
  .choices button[aria-pressed="true"], .send, .launcher { border-color: ButtonText }
  .message.you .bubble { border-color: Highlight }
  .message.bot .bubble, .unread { border-color: CanvasText }
  .urgent { border: 3px solid CanvasText }
  :focus-visible { outline-color: Highlight }
}
@media print {
  .launcher, .menu, .composer, .typing, .status, .newer, header button, .choices, .typed { display: none !important }
  .panel, :host([inline]) .panel { position: static; display: block; width: auto; height: auto; overflow: visible; border: 0; box-shadow: none }
  .log { overflow: visible; display: block }
  .message { max-width: none; margin-block-end: .75rem; break-inside: avoid }
  .sr { position: static; width: auto; height: auto; clip-path: none; font-weight: 600 }
}
`;

const dark = `
  --surface: var(--ds-color-neutral-background-default, #14202a);
  --tinted: var(--ds-color-neutral-surface-tinted, #20303d);
  --text: var(--ds-color-neutral-text-default, #eef3f7);
  --subtle: var(--ds-color-neutral-text-subtle, #b9c6d2);
  --line: var(--ds-color-neutral-border-subtle, #3b4c5a);
  --border: var(--ds-color-neutral-border-default, #8fa0af);
  --accent: var(--ds-color-accent-base-default, #7fd0de);
  --accent-hover: var(--ds-color-accent-base-hover, #a5e0ea);
  --on-accent: var(--ds-color-accent-base-contrast-default, #06222a);
  --header: var(--ds-color-accent-surface-default, #0d3b45);
  --on-header: var(--ds-color-accent-text-default, #eaf7fa);
  --link: var(--ds-color-accent-text-subtle, #93d9e5);
  --danger: var(--ds-color-danger-base-default, #ff8a8f);
  --on-danger: var(--ds-color-danger-base-contrast-default, #2b0507);
  --danger-tint: var(--ds-color-danger-surface-default, #3a161a);
  --focus: var(--ds-color-focus-outer, #ffffff);
  --focus-inner: var(--ds-color-focus-inner, #001f29);
  color-scheme: dark;
`;

export const styles = new CSSStyleSheet();
styles.replaceSync(css.replaceAll("DARK", dark));
