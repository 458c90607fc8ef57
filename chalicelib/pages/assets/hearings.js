// Hearings: those still to come, one with its notice and its record, and what a draft tells of its hearings.

import { codes, get, record } from './api.js';
import { facts, h, outside } from './dom.js';
import { instant, plain, said, t, word } from './language.js';
import { agencyLink, pagedList, recordLink, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';

const PATH = 'v1/hearings';
const PAGE = 20;

export async function hearingsView(_, { signal }) {
  const kinds = await codes('hearing_kind');
  const load = async (cursor) => {
    const asked = { upcoming: 'true', limit: PAGE, cursor };
    const answer = await get(PATH, asked, { signal });
    return { ...answer, foot: source(PATH, asked, answer.as_of) };
  };
  return [
    title(t('hearings.title')),
    h('p', { class: 'lead' }, t('hearings.lead')),
    await pagedList(load, (hearing) => row(hearing, kinds), 'records'),
    h('p', {}, h('a', { href: 'v1/hearings.ics' }, t('consultations.calendar'))),
  ];
}

function row(hearing, kinds) {
  return h(
    'li',
    {},
    h('h2', {}, link(hearing.id, said(hearing.title)), ' ', synthetic(hearing)),
    h('p', {}, h('b', {}, instant(hearing.held_at)), ' · ', said(hearing.place)),
    hearing.registration_closes_at && h('p', {}, t('hearing.register_until'), ' ', instant(hearing.registration_closes_at)),
    h('p', { class: 'meta' }, said(kinds.get(hearing.hearing_kind)), ' · ', agencyLink(hearing.agency)),
  );
}

function link(id, words) {
  return h('a', { href: `#/hearing/${encodeURIComponent(id)}` }, words);
}

export async function hearingView({ id }, { signal }) {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const [found, kinds, people, stages] = await Promise.all([record(path, { signal }), codes('hearing_kind'), codes('participant'), codes('hearing_stage')]);
  return [
    title(said(found.title), synthetic(found), h('span', { class: 'badge' }, said(stages.get(found.stage)))),
    h('p', { class: 'meta' }, said(kinds.get(found.hearing_kind)), ' · ', agencyLink(found.agency)),
    syntheticNote(found),
    found.cancelled && h('div', { class: 'note' }, h('p', {}, said(found.cancelled.reason)), h('p', { class: 'meta' }, instant(found.cancelled.at))),
    facts([
      [t('hearing.held_at'), instant(found.held_at)],
      [t('hearing.place'), said(found.place)],
      [t('hearing.participants'), seats(found.participants, people)],
      [t('hearing.register_until'), found.registration && [instant(found.registration.closes_at), ' · ', said(found.registration.how)]],
      [t('hearing.observers'), found.observers],
      [t('hearing.announced_at'), instant(found.announced_at)],
      [t('hearing.draft'), recordLink('disclosure', found.disclosure)],
    ]),
    section(t('hearing.topics'), found.topics && h('ul', {}, found.topics.map((topic) => h('li', {}, said(topic))))),
    found.proceedings && proceedings(found.proceedings, people),
    section(t('hearing.changes'), found.changes && h('ul', {}, found.changes.map((one) => h('li', {}, instant(one.changed_at), ' · ', said(one.reason), ' · ', instant(one.held_at), ' · ', said(one.place))))),
    h('p', {}, h('a', { href: `${path}.ics` }, t('consultation.calendar'))),
    sourceOf(found, path),
  ];
}

function seats(list, people) {
  return list?.length ? list.map((one) => `${plain(people.get(one.participant))} ${one.number}`).join(' · ') : null;
}

function proceedings(held, people) {
  return section(
    t('hearing.record'),
    h('p', {}, h('b', {}, said(held.outcome))),
    facts([
      [t('hearing.held_at'), instant(held.held_at)],
      [t('hearing.attended'), seats(held.attended, people)],
    ]),
    h('p', {}, said(held.record)),
    held.opinions && h('ul', {}, held.opinions.map((one) => h('li', {}, said(people.get(one.by)), ' · ', said(one.said), ' · ', h('b', {}, word('adopted', one.adopted)), one.reason && [' · ', said(one.reason)]))),
    held.documents && h('ul', {}, held.documents.map((one) => h('li', {}, one.url ? outside(one.url, said(one.title)) : said(one.title)))),
  );
}

/** Return what a disclosure tells of its hearings. */
export function hearingsOf(found) {
  const told = found.hearings?.map((one) => {
    const at = one.held_at ?? one.cancelled_at ?? one.changed_at ?? one.announced_at;
    const what = one.held_at ? 'hearing.was_held' : one.cancelled_at ? 'hearing.was_cancelled' : 'hearing.was_announced';
    return h('li', {}, recordLink('hearing', one.hearing), ' · ', t(what), ' ', instant(at));
  });
  return section(t('hearing'), told && h('ul', {}, told));
}
