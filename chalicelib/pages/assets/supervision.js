// Yellow and red cards: which limits were not kept, what the agency says of it, and what followed.

import { codes, get } from './api.js';
import { facts, h } from './dom.js';
import { day, instant, said, t, word } from './language.js';
import { agencyLink, choice, go, pagedList, section, source, synthetic, syntheticNote, title } from './parts.js';

const PAGE = 20;
const STAGES = ['raised', 'answered', 'closed', 'lifted'];

export async function supervisionView({ parameters }, { signal }) {
  const agency = parameters.get('agency');
  const stage = parameters.get('stage');
  const filter = agency ? { agency } : { stage: STAGES.includes(stage) ? stage : 'raised' };
  const [rules, stages] = await Promise.all([codes('card_rule'), codes('card_stage')]);
  const list = await pagedList((cursor) => page(filter, cursor, signal), (card) => row(card, rules, stages), 'records');
  const options = STAGES.map((code) => [code, stages.has(code) ? said(stages.get(code)).textContent : code]);
  return [
    title(t('supervision.title')),
    h('p', { class: 'lead' }, t('supervision.lead')),
    h(
      'form',
      { class: 'filters' },
      agency
        ? h('p', {}, agencyLink(agency), ' ', h('a', { href: '#/supervision', class: 'quiet' }, t('agency.all')))
        : choice('stage', t('card.stage'), options, filter.stage, (chosen) => go('supervision', { stage: chosen })),
    ),
    list,
  ];
}

async function page(filter, cursor, signal) {
  const parameters = { ...filter, limit: PAGE, cursor };
  const answer = await get('v1/supervision', parameters, { signal });
  return { ...answer, foot: source('v1/supervision', parameters, answer.as_of) };
}

function row(card, rules, stages) {
  const where = h('a', { href: `#/card/${encodeURIComponent(card.id)}` }, named(rules, card.rule));
  const told = [agencyLink(card.agency), ' · ', serviceLink(card.service), ' · ', t('card.due_on'), ' ', day(card.due_on)];
  const next = card.stage === 'raised' && card.answer_by ? [' · ', t('card.answer_by'), ' ', day(card.answer_by)] : null;
  return h('li', {}, h('h2', {}, mark(card), ' ', where, ' ', synthetic(card)), h('p', { class: 'meta' }, told), h('p', { class: 'meta' }, named(stages, card.stage), next));
}

export async function cardView({ id }, { signal }) {
  const path = `v1/supervision/${encodeURIComponent(id)}`;
  const lists = ['card_rule', 'card_stage', 'card_outcome', 'card_lift', 'stage', 'procedure'];
  const [card, ...words] = await Promise.all([get(path, {}, { signal }), ...lists.map(codes)]);
  const [rules, stages, outcomes, lifts, steps, procedures] = words;
  return [
    title(named(rules, card.rule), mark(card), synthetic(card)),
    syntheticNote(card),
    facts([
      [t('card.stage'), named(stages, card.stage)],
      [t('agency'), agencyLink(card.agency)],
      [t('card.service'), serviceLink(card.service)],
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
    source(path, {}, { register_index: card.register_index }),
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

/** A built-in service (`question.bureau`) has no record of its own to link to. */
function serviceLink(id) {
  return id.includes('.') ? id : h('a', { href: `#/service/${encodeURIComponent(id)}` }, id);
}
