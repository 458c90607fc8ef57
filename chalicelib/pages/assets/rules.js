// Rules: what is in force now, what became of the others, and the areas without one.

import { allAgencies, codes, find, get, record } from './api.js';
import { facts, h, outside } from './dom.js';
import { day, said, t } from './language.js';
import { agencyLink, choice, go, pagedList, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';

const PAGE = 20;
const STAGES = ['in_force', 'lapsed', 'superseded', 'repealed'];

export async function rulesView({ parameters }, { signal }) {
  const stage = STAGES.includes(parameters.get('stage')) ? parameters.get('stage') : 'in_force';
  const [{ items }, standings, areas] = await Promise.all([allAgencies(10, { signal }), codes('rule_standing'), codes('rule_area')]);
  const roots = items.filter((agency) => !agency.parent);
  const load = async (cursor) => {
    const asked = { stage, limit: PAGE, cursor };
    const answer = await get('v1/rules', asked, { signal });
    return { ...answer, foot: source('v1/rules', asked, answer.as_of) };
  };
  const options = STAGES.map((code) => [code, named(standings, code).textContent]);
  return [
    title(t('rules.title')),
    h('p', { class: 'lead' }, t('rules.lead')),
    h('form', { class: 'filters' }, choice('stage', t('rule.standing'), options, stage, (chosen) => go('rules', { stage: chosen }))),
    await pagedList(load, (rule) => row(rule, standings, areas), 'records'),
    await Promise.all(roots.map((root) => gaps(root, signal))),
  ];
}

function named(list, code) {
  return list.has(code) ? said(list.get(code)) : h('span', {}, code);
}

function row(rule, standings, areas) {
  const until = rule.in_force_until && [' · ', t('rule.until'), ' ', day(rule.in_force_until)];
  return h(
    'li',
    {},
    h('h2', {}, h('a', { href: `#/rule/${encodeURIComponent(rule.id)}` }, said(rule.title)), ' ', synthetic(rule)),
    h('p', { class: 'meta' }, agencyLink(rule.agency), ' · ', named(areas, rule.area), rule.doc_no && ` · ${rule.doc_no}`),
    h('p', { class: 'meta' }, named(standings, rule.standing), until, rule.review_due_on && [' · ', t('rule.review_due'), ' ', day(rule.review_due_on)]),
  );
}

async function gaps(root, signal) {
  const found = await get('v1/rules/gaps', { jurisdiction: root.id }, { signal });
  const counted = t('rule.gaps', { n: found.gaps.length, all: found.gaps.length + found.covered.length });
  return h(
    'section',
    {},
    h('h2', {}, said(root.name)),
    h('details', {}, h('summary', {}, counted), h('ul', {}, found.gaps.map((gap) => said(gap.title, 'li')))),
    source('v1/rules/gaps', { jurisdiction: root.id }, found.as_of),
  );
}

export async function ruleView({ id }, { signal }) {
  const path = `v1/rules/${encodeURIComponent(id)}`;
  const [rule, chain, standings, areas, reviews] = await Promise.all([
    record(path, { signal }),
    find(`${path}/chain`, {}, { signal }),
    codes('rule_standing'),
    codes('rule_area'),
    codes('rule_review'),
  ]);
  return [
    title(said(rule.title), synthetic(rule), h('span', { class: 'badge' }, named(standings, chain.rule.standing))),
    h('p', { class: 'meta' }, agencyLink(rule.agency), rule.doc_no && ` · ${rule.doc_no}`),
    syntheticNote(rule),
    rule.ended?.reason && h('p', { class: 'note' }, said(rule.ended.reason)),
    said(rule.body, 'p'),
    facts([
      [t('disclosure.source_url'), rule.source_url && outside(rule.source_url, rule.source_url)],
      [t('rule.area'), named(areas, rule.area)],
      [t('rule.from'), day(rule.in_force_from)],
      [t('rule.until'), day(rule.in_force_until)],
      [t('rule.review_due'), day(rule.review_due_on)],
      [t('rule.report_due'), day(rule.report_due_on)],
      [t('rule.replaces'), links(chain.replaces)],
      [t('rule.replaced_by'), links(chain.replaced_by)],
    ]),
    section(t('rule.reports'), rule.execution_reports && h('ul', {}, rule.execution_reports.map(report))),
    section(t('rule.reviews'), rule.reviews && h('ul', {}, rule.reviews.map((one) => h('li', {}, day(one.at), ' ', named(reviews, one.outcome), ' · ', said(one.reason))))),
    sourceOf(rule, path),
  ];
}

function links(rules) {
  return rules.map((rule) => h('p', {}, h('a', { href: `#/rule/${encodeURIComponent(rule.id)}` }, said(rule.title))));
}

function report(one) {
  return h('li', {}, day(one.period_from), '–', day(one.period_to), said(one.done, 'p'), said(one.problems, 'p'));
}
