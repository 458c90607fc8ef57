// What changed from one version of a disclosure to another, as text that went and text that came.

import { get } from './api.js';
import { h, replace } from './dom.js';
import { language, t, word } from './language.js';
import { failure, source } from './parts.js';

/** Members that are of the text itself; the others keep account of what was done with it, which stands beside. */
const TEXT = ['title', 'doc_no', 'summary', 'body', 'issuer', 'topics', 'category', 'effective_on', 'issued_on', 'attachments', 'links', 'source_url', 'schedule', 'openness'];

/** Return a part that opens to what a version says otherwise than the one before; it is asked for when it is opened. */
export function changed(id, version, open = false) {
  const place = h('div', { class: 'difference' });
  let asked = false;
  const show = async () => {
    if (asked || !part.open) return;
    asked = true;
    try {
      replace(place, await drawn(id, version));
    } catch (error) {
      replace(place, failure(error, null));
    }
  };
  const part = h('details', { open, ontoggle: show }, h('summary', {}, t('diff.show')), place);
  return part;
}

async function drawn(id, version) {
  const path = `v1/disclosures/${encodeURIComponent(id)}/versions/${version}`;
  const asked = { diff: version - 1 };
  const { changes } = await get(path, asked);
  const told = changes.filter((one) => TEXT.includes(member(one)) && !said(one, changes));
  return [told.length ? told.map(change) : h('p', { class: 'quiet' }, t('diff.none')), source(path, asked)];
}

function member(one) {
  return one.pointer.split('/')[1];
}

/** Whether a change is of the language that the reader does not have, while the same is told in his own. */
function said({ pointer }, changes) {
  const other = language() === 'zh' ? 'en' : 'zh';
  const own = pointer.replace(/\/(zh|en)$/, `/${language()}`);
  return pointer.endsWith(`/${other}`) && changes.some((one) => one.pointer === own);
}

function change(one) {
  const lang = one.pointer.endsWith('/en') ? 'en' : one.pointer.endsWith('/zh') ? 'zh-CN' : null;
  const lines = one.lines?.map((hunk) => between(hunk.removed.join('\n'), hunk.added.join('\n')));
  return h('div', { lang }, h('p', { class: 'eyebrow', lang: document.documentElement.lang }, word('diff', member(one))), lines ?? between(text(one.before), text(one.after)));
}

function text(value) {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const own = value[language()] ?? value.title?.[language()] ?? value.zh ?? value.title?.zh ?? value.file_name ?? value.name ?? value.id;
  return typeof own === 'string' ? own : JSON.stringify(value);
}

/** What is the same at both ends stays as it is; what is between went, or came. */
function between(before, after) {
  const [old, now] = [[...before], [...after]];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const [gone, came] = [old.slice(head, old.length - tail).join(''), now.slice(head, now.length - tail).join('')];
  return h(
    'p',
    { class: 'changed' },
    old.slice(0, head).join(''),
    gone && h('del', {}, h('span', { class: 'unseen' }, t('diff.removed')), gone),
    came && h('ins', {}, h('span', { class: 'unseen' }, t('diff.added')), came),
    tail > 0 && old.slice(old.length - tail).join(''),
  );
}
