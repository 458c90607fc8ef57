// Yellow and red cards: which limits were not kept and which duties left undone, what the agency says, and what followed.

import { codes, get } from './api.js';
import { facts, h } from './dom.js';
import { day, instant, said, t, word } from './language.js';
import { agencyLink, choice, go, pagedList, recordLink, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';

const PAGE = 20;
const ABOUTS = ['case', 'duty'];
const STAGES = ['raised', 'answered', 'closed', 'lifted'];

export async function supervisionView({ parameters }, { signal }) {
  const agency = parameters.get('agency');
  const stage = parameters.get('stage');
  const asked = parameters.get('about');
  const about = ABOUTS.includes(asked) ? asked : null;
  const filter = agency ? { agency } : about ? { about } : { stage: STAGES.includes(stage) ? stage : 'raised' };
  const [rules, stages, categories] = await Promise.all(['card_rule', 'card_stage', 'category'].map(codes));
  const list = await pagedList((cursor) => page(filter, cursor, signal), (card) => row(card, rules, stages, categories), 'records');
  const options = STAGES.map((code) => [code, stages.has(code) ? said(stages.get(code)).textContent : code]);
  return [
    title(t('supervision.title')),
    h('p', { class: 'lead' }, t('supervision.lead')),
    h(
      'form',
      { class: 'filters' },
      agency
        ? h('p', {}, agencyLink(agency), ' ', h('a', { href: '#/supervision', class: 'quiet' }, t('agency.all')))
        : choice('about', t('card.about'), [['', t('card.about.all')], ...ABOUTS.map((one) => [one, t(`card.about.${one}`)])], about, (chosen) => go('supervision', { about: chosen })),
      !agency && !about && choice('stage', t('card.stage'), options, filter.stage, (chosen) => go('supervision', { stage: chosen })),
    ),
    list,
  ];
}

async function page(filter, cursor, signal) {
  const parameters = { ...filter, limit: PAGE, cursor };
  const answer = await get('v1/supervision', parameters, { signal });
  return { ...answer, foot: source('v1/supervision', parameters, answer.as_of) };
}

function row(card, rules, stages, categories) {
  const where = h('a', { href: `#/card/${encodeURIComponent(card.id)}` }, named(rules, card.rule));
  const told = [agencyLink(card.agency), ' · ', about(card, categories), ' · ', t('card.due_on'), ' ', day(card.due_on)];
  const next = card.stage === 'raised' && card.answer_by ? [' · ', t('card.answer_by'), ' ', day(card.answer_by)] : null;
  return h('li', {}, h('h2', {}, mark(card), ' ', h('span', { class: 'badge' }, t(card.service ? 'card.is.case' : 'card.is.duty')), ' ', where, ' ', synthetic(card)), h('p', { class: 'meta' }, told), h('p', { class: 'meta' }, named(stages, card.stage), next));
}

export async function cardView({ id }, { signal }) {
  const path = `v1/supervision/${encodeURIComponent(id)}`;
  const lists = ['card_rule', 'card_stage', 'card_outcome', 'card_lift', 'stage', 'procedure', 'category'];
  const [card, ...words] = await Promise.all([get(path, {}, { signal }), ...lists.map(codes)]);
  const [rules, stages, outcomes, lifts, steps, procedures, categories] = words;
  return [
    title(named(rules, card.rule), mark(card), synthetic(card)),
    syntheticNote(card),
    facts([
      [t('card.stage'), named(stages, card.stage)],
      [t('agency'), agencyLink(card.agency)],
      [card.service ? t('card.service') : t('card.subject'), about(card, categories)],
      [t('card.step'), card.step && named(steps, card.step)],
      [t('card.branch'), card.branch],
      [t('card.procedure'), card.procedure && named(procedures, card.procedure)],
      [t('card.due_on'), day(card.due_on)],
      [t('card.published'), instant(card.published_at)],
      [t('card.answer_by'), day(card.answer_by)],
      [t('card.reddened'), card.reddened && t('card.unanswered')],
    ]),
    section(t('card.answer'), card.answer && statement(card.answer, card.answer.in_time === false && t('card.late'))),
    section(t('card.outcome'), card.outcome && [h('p', {}, named(outcomes, card.outcome.outcome)), statement(card.outcome)]),
    section(t('card.closed'), card.closed && statement(card.closed)),
    section(t('card.lifted'), card.lifted && h('p', {}, named(lifts, card.lifted.reason), ' ', instant(card.lifted.at))),
    sourceOf(card, path),
  ];
}

function statement(one, beside) {
  return [h('p', {}, said(one.reason)), one.measures && h('p', {}, said(one.measures)), h('p', { class: 'meta' }, instant(one.at), beside && [' · ', beside])];
}

/** The colour as a word: it is never told by the colour alone. */
function mark(card) {
  return h('span', { class: `badge card-${card.colour}` }, word('colour', card.colour));
}

function named(list, code) {
  return list.has(code) ? said(list.get(code)) : code;
}

/** What a card is about: a service; of a duty the record and what within it, or its category while the record shows nothing. */
function about(card, categories) {
  if (card.service) return serviceLink(card.service);
  const within = card.of && [' · ', named(categories, card.of)];
  const itself = card.subject?.kind === 'agency' && card.subject.id === card.agency;
  return card.subject && !(itself && card.of) ? [recordLink(card.subject.kind, card.subject.id), within] : named(categories, card.of ?? card.category);
}

/** A built-in service (`question.bureau`) has no record of its own to link to. */
function serviceLink(id) {
  return id.includes('.') ? id : h('a', { href: `#/service/${encodeURIComponent(id)}` }, id);
}
