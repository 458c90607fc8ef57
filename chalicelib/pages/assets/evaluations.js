// Rounds of evaluation: who was looked at, what was found, and what each agency says to it.

import { codes, get, record } from './api.js';
import { facts, h, table } from './dom.js';
import { day, duration, instant, number, said, t } from './language.js';
import { agencyLink, pagedList, recordLink, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';

const PATH = 'v1/evaluations';
const PAGE = 20;
const LISTS = ['stage', 'standing', 'criterion', 'grade', 'severity', 'outcome'];

/** Return what a code of evaluations says, by list. */
async function wordsOf() {
  const lists = await Promise.all(LISTS.map((name) => codes(`evaluation_${name}`)));
  return Object.fromEntries(LISTS.map((name, place) => [name, (code) => said(lists[place].get(code)) ?? code]));
}

export async function evaluationsView({ parameters }, { signal }) {
  const evaluated = parameters.get('evaluated');
  const words = await wordsOf();
  const load = async (cursor) => {
    const asked = { evaluated, limit: PAGE, cursor };
    const answer = await get(PATH, asked, { signal });
    return { ...answer, foot: source(PATH, asked, answer.as_of) };
  };
  return [
    title(t('evaluations.title')),
    h('p', { class: 'lead' }, t('evaluations.lead')),
    evaluated && h('p', {}, agencyLink(evaluated), ' ', h('a', { href: '#/evaluations', class: 'quiet' }, t('agency.all'))),
    await pagedList(load, (one) => row(one, words), 'records'),
  ];
}

function row(round, words) {
  return h(
    'li',
    {},
    h('h2', {}, recordLink('evaluation', round.id, round.title), ' ', synthetic(round)),
    h('p', { class: 'limits' }, words.stage(round.stage), ' · ', t('evaluation.agencies', { n: number(round.agencies) }), round.unanswered > 0 && [' · ', h('b', { class: 'late' }, t('evaluation.unanswered', { n: number(round.unanswered) }))]),
    h('p', { class: 'meta' }, agencyLink(round.agency), ' · ', period(round)),
  );
}

function period(round) {
  return [day(round.period.from), ' – ', day(round.period.to)];
}

export async function evaluationView({ id }, { signal }) {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const [found, words] = await Promise.all([record(path, { signal }), wordsOf()]);
  const withdrawn = found.withdrawn ?? (found.closed?.reason && found.closed);
  return [
    title(said(found.title), synthetic(found), h('span', { class: 'badge' }, words.stage(found.stage))),
    h('p', { class: 'meta' }, agencyLink(found.agency), ' · ', period(found)),
    syntheticNote(found),
    withdrawn && h('div', { class: 'note' }, h('p', {}, said(withdrawn.reason)), h('p', { class: 'meta' }, instant(withdrawn.at))),
    facts([
      [t('evaluation.panel'), found.panel && h('ul', {}, found.panel.map((seat) => h('li', {}, said(seat.post), ` × ${number(seat.seats)}`, seat.from_outside && ` · ${t('evaluation.outside')}`)))],
      [t('evaluation.method'), said(found.method)],
      [t('evaluation.within'), found.answer_within && duration(found.answer_within)],
      [t('evaluation.sample'), found.drawn && h('ul', {}, found.drawn.ids.map((one) => h('li', {}, recordLink(found.sample.kind, one))))],
    ]),
    (found.agencies ?? []).map((one) => evaluated(one, words)),
    section(t('disclosure.corrections'), found.corrections && h('ul', {}, found.corrections.map((one) => h('li', {}, instant(one.at), ' · ', said(one.reason))))),
    sourceOf(found, path),
  ];
}

function evaluated(one, words) {
  const late = one.standing === 'unanswered';
  const given = new Map((one.answer?.items ?? []).map((item) => [item.finding, item]));
  const grades = one.scores?.map((score) => [words.criterion(score.criterion), [words.grade(score.grade), score.score !== undefined && ` · ${number(score.score)}`], said(score.grounds)]);
  return section(
    agencyLink(one.agency),
    h('p', { class: 'limits' }, h('b', { class: late ? 'late' : null }, words.standing(one.standing)), one.answer_by && !one.answer && [' · ', t('card.answer_by'), ' ', day(one.answer_by)], one.answer && [' · ', instant(one.answer.at), !one.answer.in_time && [' · ', t('card.late')]]),
    grades && table(t('evaluation.grades'), [t('evaluation.criterion'), t('evaluation.grade'), t('evaluation.grounds')], grades),
    one.findings && h('ol', { class: 'findings' }, one.findings.map((finding) => h('li', {}, finding_of(finding, given.get(finding.id), words)))),
    one.returned && h('div', { class: 'note' }, h('p', {}, h('b', {}, t('evaluation.returned')), ' ', instant(one.returned.at)), h('p', {}, said(one.returned.reason))),
  );
}

function finding_of(finding, answer, words) {
  return [
    h('p', {}, h('b', {}, words.severity(finding.severity)), ' · ', words.criterion(finding.criterion), finding.about && [' · ', recordLink(finding.about.kind, finding.about.id)]),
    h('p', {}, said(finding.text)),
    answer
      ? h('div', { class: 'answered' }, h('p', {}, t('evaluation.answer'), t('colon'), h('b', {}, words.outcome(answer.outcome))), h('p', {}, said(answer.measures ?? answer.reason)), answer.done_by && h('p', { class: 'meta' }, t('evaluation.done_by'), ' ', day(answer.done_by)))
      : h('p', { class: 'quiet' }, t('evaluation.no_answer')),
  ];
}
