// What a disclosure names and what names it, and the files that belong to it.

import { address, codes, find } from './api.js';
import { h } from './dom.js';
import { said, size, t, word } from './language.js';
import { recordLink, section, source } from './parts.js';

const TOLD_ELSEWHERE = ['filing', 'hearing'];

/** Return the files of a disclosure, each to be had under an address that does not expire. */
export function attachments(found) {
  const place = `v1/disclosures/${encodeURIComponent(found.id)}/attachments/`;
  const file = (one) => h('li', {}, h('a', { href: address(place + encodeURIComponent(one.name)), download: one.file_name }, said(one.title) ?? one.file_name), ' ', h('span', { class: 'meta' }, `${one.file_name} · ${size(one.size_bytes)}`));
  return section(t('attachments'), found.attachments && h('ul', {}, found.attachments.map(file)));
}

/** Return the records that it names, and those that name it. */
export async function linked(found, signal) {
  const path = `v1/disclosures/${encodeURIComponent(found.id)}/links`;
  const [words, naming] = await Promise.all([codes('link'), find(path, { limit: 100 }, { signal })]);
  const rel = (code) => said(words.get(code)) ?? code;
  const from = (naming?.items ?? []).filter((one) => !TOLD_ELSEWHERE.includes(one.kind));
  const names = found.links?.map((one) => h('li', {}, rel(one.rel), t('colon'), recordLink(one.kind, one.id)));
  return [
    section(t('links.names'), names && h('ul', {}, names)),
    section(
      t('links.named'),
      from.length > 0 && [h('ul', {}, from.map((one) => h('li', {}, word('kind', one.kind), ' ', recordLink(one.kind, one.id, one.title), ' · ', one.rels.map((code, at) => [at > 0 && t('comma'), rel(code)])))), source(path, { limit: 100 }, naming.as_of)],
    ),
  ];
}
