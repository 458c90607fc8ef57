// One agency: what it is for, how to reach it, and the way to all that it does.

import { get } from './api.js';
import { facts, h, outside } from './dom.js';
import { plain, said, t, word } from './language.js';
import { agencyLink, section, sourceOf, synthetic, title } from './parts.js';

export async function agencyView({ id }, { signal }) {
  const path = `v1/agencies/${encodeURIComponent(id)}`;
  const found = await get(path, {}, { signal });
  const query = `?agency=${encodeURIComponent(id)}`;
  const ways = [
    ['services', 'agency.services'],
    ['statistics', 'agency.record'],
    ['disclosures', 'agency.disclosures'],
    ['supervision', 'agency.supervision'],
    ['filings', 'agency.filings'],
    ['enquiry', 'agency.enquiry'],
  ];
  return [
    title(said(found.name), synthetic(found), found.stage === 'dissolved' && h('span', { class: 'badge' }, t('agency.dissolved'))),
    found.reason && h('p', { class: 'note' }, said(found.reason)),
    h('ul', { class: 'ways' }, ways.map(([view, words]) => h('li', {}, h('a', { href: `#/${view}${query}` }, t(words)))), beside(id)),
    facts([
      [t('agency.level'), word('level', found.level)],
      [t('agency.parent'), found.parent && agencyLink(found.parent)],
      [t('agency.contacts'), found.contacts && h('ul', {}, found.contacts.map((contact) => h('li', {}, reach(contact))))],
      [t('agency.complaint'), found.complaint && complaint(found.complaint)],
      [t('service.source'), found.source && origin(found.source)],
    ]),
    section(t('agency.duties'), found.duties && h('ul', {}, found.duties.map((duty) => said(duty, 'li')))),
    sourceOf(found, path),
  ];
}

/** The ways whose address is not of the same shape as the others. */
function beside(id) {
  const name = encodeURIComponent(id);
  return [
    h('li', {}, h('a', { href: `#/completeness/${name}` }, t('agency.completeness'))),
    h('li', {}, h('a', { href: `#/evaluations?evaluated=${name}` }, t('agency.evaluations'))),
  ];
}

function reach(contact) {
  return contact.kind === 'url' ? outside(contact.value, contact.value) : contact.value;
}

/** Return where to complain. */
export function complaint(where) {
  return h('span', {}, where.phone, where.phone && where.url && ' · ', where.url && outside(where.url, where.url));
}

/** Return where a record was taken from. */
export function origin(found) {
  const named = found.url ? outside(found.url, found.name) : found.name;
  return h('span', {}, named, found.licence && ` (${found.licence})`);
}

/** Return a post with its number. */
export function post(found) {
  return found && `${plain(found.post)}${found.phone ? ` · ${found.phone}` : ''}`;
}
