// The register's entries, newest first: it is read forward by index, so a page back is the stretch before the first seen.

import { get } from './api.js';
import { h } from './dom.js';
import { instant, language, said, t, word } from './language.js';
import { agencyLink, pagedList, placeOf, source, title } from './parts.js';

const PAGE = 30;

export async function changesView(_, { signal }) {
  const list = await pagedList((before) => stretch(before, signal), entry, 'changes');
  return [title(t('changes.title')), h('p', { class: 'lead' }, t('changes.lead')), list];
}

/** Return the last entries, as one list item each. */
export async function latest(count, signal) {
  const found = await stretch(null, signal, count);
  return [h('ol', { class: 'changes', role: 'list' }, found.items.map(entry)), found.foot];
}

async function stretch(before, signal, count = PAGE) {
  const end = before === null ? (await get('v1', {}, { signal })).register_index : Number(before) - 1;
  if (end === null) return { items: [], next: null, foot: null };
  const start = Math.max(0, end - count + 1);
  const parameters = { after: start > 0 ? start - 1 : null, limit: end - start + 1, include: 'body' };
  const answer = await get('v1/changes', parameters, { signal });
  const titles = new Map(answer.items.filter((one) => one.body).map((one) => [key(one), one.body.title ?? one.body.name ?? due(one.body)]));
  const items = answer.items.reverse().map((one) => ({ ...one, title: titles.get(key(one)) }));
  return { items, next: start > 0 ? String(start) : null, foot: source('v1/changes', parameters, answer.as_of) };
}

function key(change) {
  return `${change.kind} ${change.id}`;
}

/** What stands for the title of a card: it has none of its own. */
function due(card) {
  return { [language()]: t('card.of', { day: card.due_on }) };
}

function entry(change) {
  return h(
    'li',
    {},
    h('a', { class: 'index', href: `#/check/${change.index}`, 'aria-label': t('checks.link', { index: change.index }) }, `#${change.index}`),
    h(
      'span',
      {},
      word('kind', change.kind),
      ' ',
      named(change),
      ' ',
      h('b', {}, word('act', change.name)),
    ),
    h('span', { class: 'meta' }, agencyLink(change.agency), ' · ', instant(change.at)),
  );
}

function named(change) {
  const place = placeOf(change.kind, change.id);
  const words = said(change.title) ?? change.id;
  return place ? h('a', { href: place }, words) : h('span', {}, words);
}
