// One life on one page: how a disclosure came about and what became of it, step by step, in the order of the register.

import { codes } from './api.js';
import { changed } from './differences.js';
import { h } from './dom.js';
import { day, instant, said, t, word } from './language.js';
import { agencyLink, recordLink, section, source } from './parts.js';

const SHOWS_TEXT = ['open_consultation', 'adopt', 'correct'];

/** Return the steps of a life. `filings` are the whole records of what was filed, with what the receivers answered. */
export async function life(found, acts, filings) {
  if (!acts) return null;
  const [stages, names] = await Promise.all([codes('filing_stage'), codes('decision_step')]);
  const told = paired(found, acts.items, filings);
  const steps = acts.items.map((act) => step(found, act, told.get(act), names));
  const answers = filings.flatMap((filing) => (filing.answers ?? []).map((one) => answer(filing, one, stages)));
  const inOrder = [...steps, ...answers].sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.index - other.index);
  const path = `v1/disclosures/${encodeURIComponent(found.id)}/acts`;
  return section(
    t('disclosure.acts'),
    h('p', { class: 'meta' }, t('life.order')),
    h('ol', { class: 'life' }, inOrder.map((one) => h('li', {}, one.drawn))),
    acts.next && h('p', { class: 'quiet' }, t('life.longer')),
    source(path, { limit: 100 }, acts.as_of),
  );
}

/** What the record says of each kind of act, in the order in which it was said. */
function facts(found, filings) {
  const rounds = found.consultations ?? [];
  const hearings = found.hearings ?? [];
  const inTime = (list) => list.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const dated = (name) => inTime(hearings.filter((one) => one[name]).map((one) => ({ ...one, at: one[name] })));
  return {
    open_consultation: rounds,
    extend_consultation: inTime(rounds.flatMap((round) => (round.extensions ?? []).map((one) => ({ ...one, round: round.round })))),
    respond_to_comments: inTime(rounds.filter((round) => round.response).map((round) => ({ ...round.response, round: round.round }))),
    announce_hearing: inTime([...dated('announced_at'), ...dated('changed_at')]),
    cancel_hearing: dated('cancelled_at'),
    record_hearing: dated('held_at'),
    record_step: found.decision_steps?.recorded ?? [],
    adopt: found.adoption ? [found.adoption] : [],
    break_glass: found.broken_glass ? [found.broken_glass] : [],
    correct: found.corrections ?? [],
    supersede: found.superseded ? [found.superseded] : [],
    file_upward: together(found.filings ?? []).map((sent) => ({ sent: sent.map((one) => ({ ...one, record: filings.find((filing) => filing.id === one.filing) })) })),
  };
}

/** Return what was filed with several receivers by one act, as one. */
function together(filed) {
  const moments = [...new Set(filed.map((one) => one.at))];
  return moments.map((at) => filed.filter((one) => one.at === at));
}

/** Return which act is told by which fact: the same of a kind in the same order, where there are as many of both. */
function paired(found, acts, filings) {
  const pairs = new Map();
  for (const [name, known] of Object.entries(facts(found, filings))) {
    const done = acts.filter((act) => act.name === name);
    if (done.length === known.length) done.forEach((act, place) => pairs.set(act, known[place]));
  }
  const approval = acts.findLast((act) => act.name === 'approve');
  if (approval && found.approval) pairs.set(approval, found.approval);
  return pairs;
}

function step(found, act, fact, names) {
  const what = fact && SAID[act.name]?.(fact, found);
  const differs = found.stage !== 'withdrawn' && act.version > 1 && SHOWS_TEXT.includes(act.name) && changed(found.id, act.version);
  const heading = (fact && NAMED[act.name]?.(fact, names)) ?? word('life', act.name);
  return {
    at: act.at,
    index: act.index,
    drawn: [h('span', { class: 'index' }, `#${act.index}`), ' ', h('b', {}, heading), ' ', h('span', { class: 'meta' }, instant(act.at)), what && h('div', { class: 'told-so' }, what), differs],
  };
}

function answer(filing, one, stages) {
  const said_so = [said(stages.get(one.answer)), one.number && ` · ${one.number}`, one.by && [' · ', t('life.order_by'), ' ', day(one.by)]];
  const words = said(one.change ?? one.reason);
  return { at: one.at, index: Infinity, drawn: [h('b', {}, t('life.filing_answered')), ' ', h('span', { class: 'meta' }, instant(one.at)), h('div', { class: 'told-so' }, h('p', {}, agencyLink(filing.receiver), ' · ', said_so), words && h('p', {}, words))] };
}

/** What an act is called by what it says. */
const NAMED = {
  approve: (one) => (one.by === 'group' ? t('life.by_group', { group: one.group ?? '' }) : null),
  announce_hearing: (one) => (one.at === one.changed_at ? t('life.hearing_changed') : null),
  record_step: (one, names) => [said(names.get(one.step)) ?? one.step, t('colon'), word('result', one.result)],
};

const SAID = {
  approve: (one) => h('p', {}, reviewed(one), one.meeting && [' · ', t('life.meeting', { no: one.meeting.minutes_no, n: one.meeting.present }), ' ', day(one.meeting.held_on)]),
  break_glass: (one) => [h('p', {}, h('b', { class: 'late' }, t('life.before_approval'))), h('p', {}, said(one.reason), ` · ${basis(one.legal_basis)}`)],
  open_consultation: (one, found) => [
    found.consultations.length > 1 && h('p', {}, t('consultation.round', { n: one.round })),
    h('p', {}, t('consultation.opens'), ' ', instant(one.opens_at), ' · ', t('consultation.last_day'), ' ', day(one.last_day), t('consultation.inclusive'), ' · ', t('consultation.closes'), ' ', instant(one.closes_at)),
  ],
  extend_consultation: (one) => h('p', {}, t('consultation.extended'), ' ', day(one.last_day), ' · ', said(one.reason)),
  respond_to_comments: (one) => h('p', {}, said(one.summary)),
  announce_hearing: (one) => h('p', {}, recordLink('hearing', one.hearing)),
  cancel_hearing: (one) => h('p', {}, recordLink('hearing', one.hearing)),
  record_hearing: (one) => h('p', {}, recordLink('hearing', one.hearing), ' · ', t('hearing.was_held'), ' ', instant(one.held_at)),
  record_step: (one) => [h('p', {}, day(one.held_on), ' · ', said(one.by)), one.summary && h('p', {}, said(one.summary))],
  adopt: (one) => [h('p', {}, day(one.decided_on), ' · ', said(one.by)), one.note && h('p', {}, said(one.note))],
  correct: (one) => h('p', {}, said(one.reason)),
  supersede: (one) => h('p', {}, t('life.by'), ' ', recordLink('disclosure', one.by), ' · ', said(one.reason)),
  file_upward: ({ sent }) => h('ul', {}, sent.map((one) => h('li', {}, h('a', { href: `#/filing/${encodeURIComponent(one.filing)}` }, t('filing.with')), ' ', agencyLink(one.receiver), one.record?.answer_by && [' · ', t('filing.answer_by'), ' ', day(one.record.answer_by)]))),
};

/** By whom it was approved: another person, or a named group; never by name of a person. */
export function approver(approval) {
  const by = approval.by === 'group' ? t('life.by_group', { group: approval.group ?? '' }) : t('life.by_person');
  return [by, ' · ', reviewed(approval)];
}

function reviewed(approval) {
  const released = (approval.released ?? []).reduce((sum, one) => sum + one.count, 0);
  return [t('life.cleared'), released > 0 && ` · ${t('life.released', { n: released })}`];
}

function basis(law) {
  return [law.document, law.article].filter(Boolean).join(' ');
}

/** Return what the reader has to know first: that nobody else has approved it yet, and what took its place. */
export function standing(found) {
  const { broken_glass: broken, superseded } = found;
  return [
    broken && h('div', { class: 'note', role: 'note' }, h('p', {}, h('b', {}, t(broken.approval_owed ? 'life.owed' : 'life.approved_later'))), h('p', {}, said(broken.reason), ` · ${basis(broken.legal_basis)} · `, instant(broken.at))),
    superseded && h('div', { class: 'note', role: 'note' }, h('p', {}, h('b', {}, t('life.replaced_by')), ' ', recordLink('disclosure', superseded.by)), h('p', {}, said(superseded.reason), ' · ', instant(superseded.at))),
  ];
}

/** Return the corrections, each with what it changed. */
export function corrected({ id, corrections }) {
  return section(
    t('disclosure.corrections'),
    corrections?.map((one) => h('div', {}, h('p', {}, instant(one.at), ' · ', said(one.reason)), one.version > 1 && changed(id, one.version, corrections.length === 1))),
  );
}

/** Return which steps its category demands, and which of them are on record and which are missing. */
export async function demanded(found) {
  const steps = found.decision_steps;
  if (!steps) return null;
  if (steps.exempt) return section(t('life.steps'), h('p', {}, t('life.exempt')));
  const [missing, names] = [new Set(steps.missing ?? []), await codes('decision_step')];
  const due = (steps.demanded ?? []).map((one) => h('li', { class: missing.has(one) ? null : 'past' }, said(names.get(one)) ?? one, missing.has(one) && [' · ', h('b', {}, t('life.missing'))]));
  return section(
    t('life.steps'),
    h('p', {}, missing.size ? t('life.steps.missing', { n: missing.size, of: due.length }) : t('life.steps.whole', { of: due.length })),
    h('ul', { class: 'progress' }, due),
  );
}
