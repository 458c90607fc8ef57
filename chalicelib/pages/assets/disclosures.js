// Disclosures: the list, and one with its text, its corrections and the acts that led to it.

import { allAgencies, codes, find, get, record } from './api.js';
import { origin } from './agencies.js';
import { comments, heard } from './consultations.js';
import { facts, h, outside } from './dom.js';
import { filingsOf } from './filings.js';
import { hearingsOf } from './hearings.js';
import { day, instant, language, plain, said, t, word } from './language.js';
import { attachments, linked } from './linked.js';
import { approver, corrected, demanded, life, standing } from './lives.js';
import { agencyLink, agencyOptions, choice, go, pagedList, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';
import { asked, filtersOf, searchForm, snippet, titleOf, told, withAllBelow, wordsFor } from './search.js';

const PAGE = 20;
const FILTERS = ['q', 'category', 'agency', 'subtree', 'stage', 'cadence'];

export async function disclosuresView({ parameters }, { signal }) {
  const filter = filtersOf(parameters, FILTERS);
  const [categories, { items }] = await Promise.all([codes('category'), allAgencies(10, { signal })]);
  const worded = wordsFor({ category: categories, agency: new Map(items.map((one) => [one.id, one.name])) });
  const list = await pagedList((cursor) => page(filter, worded, cursor, signal), row, 'records');
  const options = [['', t('all')], ...[...categories].map(([code, words]) => [code, plain(words)])];
  return [
    title(t('disclosures.title')),
    h('p', { class: 'lead' }, t('disclosures.lead'), ' ', h('a', { href: '#/consultations' }, t('consultations.title')), ' · ', h('a', { href: '#/hearings' }, t('hearings.title'))),
    searchForm(
      'disclosures',
      filter,
      t('search.disclosures'),
      choice('category', t('disclosure.category'), options, filter.category, (category) => go('disclosures', { ...filter, category })),
      choice('agency', t('agency'), agencyOptions(items), filter.agency, (agency) => go('disclosures', { ...filter, agency, subtree: agency && filter.subtree })),
      withAllBelow('disclosures', filter),
    ),
    list,
  ];
}

async function page(filter, worded, cursor, signal) {
  const parameters = { ...filter, limit: PAGE, cursor, ...(cursor ? {} : asked(filter, ['category', 'agency'])) };
  const answer = await get('v1/disclosures', parameters, { signal });
  return { ...answer, head: told('disclosures', filter, answer, worded), foot: source('v1/disclosures', parameters, answer.as_of) };
}

function row(disclosure) {
  return h(
    'li',
    {},
    h('h2', {}, h('a', { href: `#/disclosure/${encodeURIComponent(disclosure.id)}` }, titleOf(disclosure, disclosure.title) ?? t('disclosure.untitled')), ' ', stage(disclosure), disclosure.approval_owed && h('span', { class: 'badge made-up' }, t('life.not_approved')), ' ', synthetic(disclosure)),
    h('p', { class: 'meta' }, day(disclosure.issued_on ?? disclosure.published_at), ' · ', agencyLink(disclosure.agency), disclosure.doc_no && ` · ${disclosure.doc_no}`),
    snippet(disclosure, disclosure.title),
  );
}

export async function disclosureView({ id }, { signal }) {
  const path = `v1/disclosures/${encodeURIComponent(id)}`;
  const [found, acts, categories] = await Promise.all([record(path, { signal }), find(`${path}/acts`, { limit: 100 }, { signal }), codes('category')]);
  const filings = await filingsOf(found, signal);
  return [
    title(said(found.title) ?? t('disclosure.untitled'), synthetic(found), stage(found)),
    h('p', { class: 'meta' }, agencyLink(found.agency), found.doc_no && ` · ${found.doc_no}`),
    syntheticNote(found),
    found.stage === 'withdrawn' && h('div', { class: 'note' }, h('p', {}, said(found.reason)), h('p', { class: 'meta' }, t('disclosure.withdrawn.why'))),
    standing(found),
    text(found.summary, 'summary'),
    text(found.body, 'text'),
    facts([
      [t('disclosure.source_url'), found.source_url && outside(found.source_url, found.source_url)],
      [t('disclosure.category'), categories.has(found.category) ? said(categories.get(found.category)) : found.category],
      [t('disclosure.cadence'), found.cadence && word('cadence', found.cadence)],
      [t('disclosure.issuer'), said(found.issuer)],
      [t('disclosure.formed_on'), day(found.formed_on)],
      [t('disclosure.issued_on'), day(found.issued_on)],
      [t('disclosure.effective_on'), day(found.effective_on)],
      [t('disclosure.published_at'), instant(found.published_at)],
      [t('life.approval'), found.approval && [approver(found.approval), ' · ', instant(found.approval.at)]],
      [t('service.source'), found.source && origin(found.source)],
      [t('disclosure.hash'), found.content_sha256 && h('code', {}, found.content_sha256)],
    ]),
    attachments(found),
    corrected(found),
    ...(await heard(found)),
    ...(await comments(found, signal)),
    hearingsOf(found),
    await demanded(found),
    await life(found, acts, filings),
    await linked(found, signal),
    sourceOf(found, path),
  ];
}

/** A text as it was sent: its own paragraphs, in the reader's language or, said so, in the other. */
function text(found, className) {
  if (!found) return null;
  const own = found[language()] ? language() : Object.keys(found)[0];
  const paragraphs = found[own].split(/\n+/).filter((paragraph) => paragraph.trim());
  return h('div', { class: className, lang: own === 'zh' ? 'zh-CN' : 'en' }, paragraphs.map((paragraph) => h('p', {}, paragraph)));
}

/** Where it stands, as a mark; what is simply published needs none. */
function stage({ stage: code }) {
  if (code === 'published') return null;
  return h('span', { class: 'badge' }, code === 'withdrawn' ? t('disclosure.withdrawn') : word('stands', code));
}
