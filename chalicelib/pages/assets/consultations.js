// Consultations: the drafts that are open for comment now, and of one draft its rounds, the comments on it and the answers.

import { codes, find, get } from './api.js';
import { commentForm } from './comments.js';
import { facts, h } from './dom.js';
import { day, duration, instant, plain, said, t, word } from './language.js';
import { agencyLink, choice, go, pagedList, section, source, synthetic, title } from './parts.js';

const PAGE = 20;
const PATH = 'v1/consultations';
const HOUR = 3_600_000;

export async function consultationsView({ parameters }, { signal }) {
  const filter = { category: parameters.get('category') };
  const categories = await codes('category');
  const list = (state) => pagedList((cursor) => page({ ...filter, state }, cursor, signal), row, 'records');
  const [open, upcoming] = await Promise.all([list('open'), list('upcoming')]);
  const options = [['', t('all')], ...[...categories].map(([code, words]) => [code, plain(words)])];
  return [
    title(t('consultations.title')),
    h('p', { class: 'lead' }, t('consultations.lead')),
    h('form', { class: 'filters' }, choice('category', t('disclosure.category'), options, filter.category, (category) => go('consultations', { category }))),
    open,
    section(t('consultations.upcoming'), upcoming),
    h('p', {}, h('a', { href: 'v1/consultations.ics' }, t('consultations.calendar'))),
  ];
}

async function page(parameters, cursor, signal) {
  const asked = { ...parameters, limit: PAGE, cursor };
  const answer = await get(PATH, asked, { signal });
  return { ...answer, foot: source(PATH, asked, answer.as_of) };
}

/** Return the first that close, for the way in; null where none is open. */
export async function openNow(limit, signal) {
  const { items } = await get(PATH, { limit }, { signal });
  return items.length ? h('ul', { class: 'records' }, items.map(row)) : null;
}

function row(draft) {
  return h(
    'li',
    {},
    h('h2', {}, h('a', { href: `#/disclosure/${encodeURIComponent(draft.id)}` }, said(draft.title)), ' ', synthetic(draft)),
    h('p', {}, h('b', {}, draft.is_open ? left(draft) : [t('consultation.opens'), ' ', instant(draft.opens_at)]), ' · ', until(draft)),
    h('p', { class: 'meta' }, agencyLink(draft.agency)),
  );
}

/** Until when: the last day, inclusive, and the instant that ends it. */
function until(held) {
  return [t('consultation.last_day'), ' ', day(held.last_day), t('consultation.inclusive'), ' ', h('span', { class: 'meta' }, t('consultation.closes'), ' ', instant(held.closes_at))];
}

/** How long is left: days while there are at least two, then hours. */
function left(held) {
  const hours = Math.floor((Date.parse(held.closes_at) - Date.now()) / HOUR);
  if (hours < 0) return t('consultation.closed');
  return hours >= 48 ? t('consultation.days_left', { n: Math.floor(hours / 24) }) : t('consultation.hours_left', { n: hours });
}

function isOpen(found) {
  const held = found.consultations?.at(-1);
  const now = Date.now();
  return found.stage === 'in_consultation' && Boolean(held) && Date.parse(held.opens_at) <= now && now < Date.parse(held.closes_at);
}

/** Return what is told of the consultation on a draft: each round with its times, its questions and its answer. */
export async function heard(found) {
  const rounds = [...(found.consultations ?? [])].reverse();
  if (!rounds.length) return [];
  return [
    section(
      t('consultation'),
      rounds.map((held, place) => round(held, rounds.length > 1, place === 0 && isOpen(found))),
      h('p', {}, h('a', { href: `v1/disclosures/${encodeURIComponent(found.id)}/consultation.ics` }, t('consultation.calendar'))),
    ),
  ];
}

function round(held, several, open) {
  return h(
    'div',
    { class: 'round' },
    several && h('h3', {}, t('consultation.round', { n: held.round })),
    h('p', {}, h('b', {}, open ? left(held) : Date.parse(held.opens_at) > Date.now() ? t('consultation.not_yet') : t('consultation.closed'))),
    facts([
      [t('consultation.opens'), instant(held.opens_at)],
      [t('consultation.last_day'), [day(held.last_day), t('consultation.inclusive')]],
      [t('consultation.closes'), instant(held.closes_at)],
      [t('consultation.at_least'), held.at_least && duration(held.at_least)],
      [t('consultation.shorter'), said(held.shorter_reason)],
      [t('consultation.how'), said(held.how)],
      [t('consultation.due'), held.response_due_on ? day(held.response_due_on) : held.response_within && t('consultation.within', { limit: duration(held.response_within) })],
    ]),
    held.questions && h('ol', {}, held.questions.map((question) => h('li', {}, said(question)))),
    held.extensions && h('ul', { class: 'meta' }, held.extensions.map((one) => h('li', {}, t('consultation.extended'), ' ', day(one.last_day), ' · ', instant(one.at), ' · ', said(one.reason)))),
    held.response && response(held.response),
  );
}

function response({ summary, groups = [], at }) {
  return h(
    'div',
    { class: 'note' },
    h('p', {}, h('b', {}, t('consultation.response')), ' ', h('span', { class: 'meta' }, instant(at))),
    h('p', {}, said(summary)),
    groups.length > 0 && h('ul', {}, groups.map((group) => h('li', {}, said(group.topic), ' · ', h('b', {}, word('adopted', group.adopted)), ' · ', said(group.answer)))),
  );
}

/** Return the comments on a draft with what was answered, and the form while it is open. */
export async function comments(found, signal) {
  if (!found.consultations) return [];
  const [reasons, answers] = [await codes('moderation'), answered(found)];
  const path = `v1/disclosures/${encodeURIComponent(found.id)}/comments`;
  const load = async (cursor) => {
    const answer = (await find(path, { limit: PAGE, cursor }, { signal })) ?? { items: [], next: null };
    return { ...answer, foot: source(path, { limit: PAGE, cursor }, answer.as_of) };
  };
  return [
    isOpen(found) && section(t('comment.write'), await commentForm(found)),
    section(t('comments'), await pagedList(load, (one) => comment(one, reasons, answers), 'records')),
  ];
}

/** Return which group of a response answers which comment. */
function answered(found) {
  const groups = found.consultations.flatMap((held) => held.response?.groups ?? []);
  return new Map(groups.flatMap((group) => (group.comments ?? []).map((id) => [id, group])));
}

function comment(one, reasons, answers) {
  const group = answers.get(one.id);
  const withheld = one.stage === 'withheld';
  return h(
    'li',
    {},
    withheld
      ? h('p', { class: 'quiet' }, t('comment.withheld'), ' ', said(reasons.get(one.reason)) ?? one.reason, one.legal_basis && ` · ${one.legal_basis.document}`)
      : h('p', { class: 'quoted', dir: 'auto' }, one.excerpt),
    !withheld && one.excerpt.endsWith('…') && whole(one),
    h('p', { class: 'meta' }, instant(one.submitted_at), one.from && ` · ${word('from', one.from)}`, one.about?.question && ` · ${t('comment.question', { n: one.about.question })}`, ' · ', t('consultation.round', { n: one.round })),
    group && h('p', { class: 'note' }, h('b', {}, word('adopted', group.adopted)), ' ', said(group.answer)),
  );
}

/** A button that brings the whole of a long comment. */
function whole(one) {
  const show = async (event) => {
    const { text } = await get(`v1/comments/${one.id}`);
    event.target.parentElement.querySelector('.quoted').textContent = text;
    event.target.remove();
  };
  return h('button', { type: 'button', class: 'more', onclick: show }, t('comment.whole'));
}
