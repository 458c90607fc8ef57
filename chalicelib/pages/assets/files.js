// Everything public as files: a table for a spreadsheet, lines for a program, and one database of all of it.

import { address, get } from './api.js';
import { h, table } from './dom.js';
import { instant, number, size, t } from './language.js';
import { source, title } from './parts.js';

export async function filesView(_, { signal }) {
  const answer = await get('v1/exports', {}, { signal });
  const head = [title(t('files.title')), h('p', { class: 'lead' }, t('files.lead'))];
  if (!answer.items.length) return [...head, h('p', {}, t('files.none'))];
  const whole = answer.items.find((one) => one.format === 'sqlite');
  const collections = [...new Set(answer.items.map((one) => one.collection))].filter((name) => name !== null);
  const heads = [t('files.collection'), t('files.rows'), t('files.table'), t('files.lines')];
  return [
    ...head,
    h('p', {}, t('files.written'), ' ', instant(answer.written_at), ' · ', link(whole, t('files.whole'))),
    table(t('files.caption', { index: number(answer.as_of.register_index) }), heads, collections.map((name) => row(name, answer.items))),
    h('p', { class: 'meta' }, t('files.formulas')),
    source('v1/exports', {}, answer.as_of),
  ];
}

function row(name, items) {
  const of = (format, bom) => items.find((one) => one.collection === name && one.format === format && one.bom === bom);
  const marked = of('csv', true);
  return [t(`files.${name}`), number(marked.rows), link(marked, 'CSV'), link(of('ndjson', false), 'NDJSON')];
}

function link(file, word) {
  const wanted = file.bom ? { bom: 'true' } : {};
  return [h('a', { href: address(`v1/exports/${file.name}`, wanted) }, word), ' ', h('span', { class: 'meta' }, size(file.bytes))];
}
