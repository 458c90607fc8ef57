// The way in: three questions, the jurisdictions with what is measured of them, and what changed last.

import { allAgencies } from './api.js';
import { latest } from './changes.js';
import { openNow } from './consultations.js';
import { h } from './dom.js';
import { said, t, word } from './language.js';
import { section, source, synthetic } from './parts.js';
import { glance } from './record.js';

const LATEST = 6;
const HEARD = 5;
const WAYS = [
  ['case', 'home.case', 'home.case.why'],
  ['enquiry', 'home.enquiry', 'home.enquiry.why'],
  ['needs', 'home.needs', 'home.needs.why'],
  ['services', 'home.services', 'home.services.why'],
  ['disclosures', 'home.disclosures', 'home.disclosures.why'],
];

export async function homeView(_, { signal }) {
  const [{ items }, changes, heard] = await Promise.all([allAgencies(10, { signal }), latest(LATEST, signal), openNow(HEARD, signal)]);
  const roots = items.filter((agency) => !agency.parent);
  const cards = await Promise.all(roots.map((root) => card(root, signal)));
  return [
    h('div', { class: 'hero' }, h('h1', {}, t('home.title')), h('p', { class: 'lead' }, t('home.lead'))),
    h(
      'ul',
      { class: 'tasks' },
      WAYS.map(([view, words, why]) => h('li', {}, h('a', { href: `#/${view}` }, h('b', {}, t(words)), h('span', {}, t(why))))),
    ),
    section(t('consultations.title'), heard, heard && h('p', {}, h('a', { href: '#/consultations' }, t('consultations.all')))),
    section(t('home.jurisdictions'), cards.length > 0 && h('ul', { class: 'cards' }, cards), source('v1/agencies', { limit: 100 })),
    section(t('home.changes'), changes, h('p', {}, h('a', { href: '#/changes' }, t('home.changes.all')))),
  ];
}

async function card(root, signal) {
  return h(
    'li',
    {},
    h('h3', {}, h('a', { href: `#/agency/${encodeURIComponent(root.id)}` }, said(root.name)), ' ', synthetic(root)),
    h('p', { class: 'meta' }, word('level', root.level)),
    await glance(root.id, signal),
  );
}
