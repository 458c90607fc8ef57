// Which language the reader has, and how texts, dates and numbers are written in it.

import { h } from './dom.js';
import { WORDS } from './words.js';

const KEPT_AS = 'glasshall-language';
const TAGS = { zh: 'zh-CN', en: 'en-GB' };
let chosen = kept() ?? ((navigator.languages ?? [navigator.language]).find((tag) => /^(zh|en)/i.test(tag)) ?? 'zh').slice(0, 2).toLowerCase();

function kept() {
  try {
    const value = localStorage.getItem(KEPT_AS);
    return value in TAGS ? value : null;
  } catch {
    return null; // a browser that keeps nothing is asked again each time
  }
}

/** Return the reader's language: `zh` or `en`. */
export function language() {
  return chosen;
}

/** Choose a language, and keep the choice where the browser keeps anything. */
export function choose(code) {
  chosen = code;
  try {
    localStorage.setItem(KEPT_AS, code);
  } catch {
    return;
  }
}

/** Write the language into the document: its tag, and every word that stands in the page itself. */
export function apply() {
  document.documentElement.lang = TAGS[chosen];
  for (const place of document.querySelectorAll('[data-t]')) place.textContent = t(place.dataset.t);
  for (const place of document.querySelectorAll('[data-t-label]')) place.setAttribute('aria-label', t(place.dataset.tLabel));
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === chosen));
  }
}

/** Return a word of the page in the reader's language, with `{name}` filled in. */
export function t(key, values = {}) {
  const words = WORDS[key];
  const text = words ? words[chosen === 'zh' ? 0 : 1] : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return a code's word, or the code itself where there is none. */
export function word(group, code) {
  return WORDS[`${group}.${code}`] ? t(`${group}.${code}`) : code;
}

/** Return the plain text of `{zh, en}` in the reader's language, else in the other. */
export function plain(text) {
  return text ? (text[chosen] ?? text.zh ?? text.en ?? '') : '';
}

/** Return `{zh, en}` as a node that says its language where that is not the page's. */
export function said(text, tag = 'span') {
  if (!text) return null;
  const own = text[chosen];
  const other = chosen === 'zh' ? 'en' : 'zh';
  return own ? h(tag, {}, own) : h(tag, { lang: TAGS[other] }, text[other]);
}

/** Return a duration such as `5 working days`. */
export function duration(limit) {
  if (!limit) return null;
  const one = limit.value === 1 && chosen === 'en' ? '.one' : '';
  return t(`unit.${limit.unit}${one}`, { value: number(limit.value) });
}

/** Return a date, or the day of an instant in the zone it was written in. */
export function day(text) {
  if (!text) return null;
  const [year, month, date] = text.slice(0, 10).split('-').map(Number);
  const written = new Intl.DateTimeFormat(TAGS[chosen], { dateStyle: chosen === 'zh' ? 'long' : 'medium', timeZone: 'UTC' });
  return h('time', { datetime: text }, written.format(Date.UTC(year, month - 1, date)));
}

/** Return an instant to the minute, in the zone it was written in. */
export function instant(text) {
  if (!text) return null;
  return h('time', { datetime: text, title: text }, day(text).textContent, text.length > 10 ? ` ${text.slice(11, 16)}` : '');
}

/** Return a number as people write it. */
export function number(value, digits = 1) {
  return new Intl.NumberFormat(TAGS[chosen], { maximumFractionDigits: digits }).format(value);
}

/** Return how large a file is. */
export function size(bytes) {
  return bytes < 1024 ? t('size.bytes', { n: number(bytes) }) : bytes < 1_048_576 ? `${number(bytes / 1024)} KB` : `${number(bytes / 1_048_576)} MB`;
}

/** Return a share of one as a percentage. */
export function percent(value) {
  if (value === null || value === undefined) return '—';
  return new Intl.NumberFormat(TAGS[chosen], { style: 'percent', maximumFractionDigits: 1 }).format(value);
}

/** Return an amount of money given in hundredths. */
export function money(hundredths, currency) {
  return new Intl.NumberFormat(TAGS[chosen], { style: 'currency', currency }).format(hundredths / 100);
}
