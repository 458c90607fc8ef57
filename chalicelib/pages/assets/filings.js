// Filings: those that nobody has answered yet, one with what was answered, and those of a disclosure.

import { codes, get, record } from './api.js';
import { facts, h } from './dom.js';
import { day, instant, said, t, word } from './language.js';
import { agencyLink, pagedList, recordLink, section, source, sourceOf, synthetic, title } from './parts.js';

const PATH = 'v1/filings';
const PAGE = 20;

export async function filingsView({ parameters }, { signal }) {
  const stages = await codes('filing_stage');
  const agency = parameters.get('agency');
  const load = async (cursor) => {
    const asked = { missing: 'true', agency, limit: PAGE, cursor };
    const answer = await get(PATH, asked, { signal });
    return { ...answer, foot: source(PATH, asked, answer.as_of) };
  };
  return [
    title(t('filings.title')),
    h('p', { class: 'lead' }, t('filings.lead')),
    agency && h('p', {}, agencyLink(agency), ' ', h('a', { href: '#/filings', class: 'quiet' }, t('agency.all'))),
    await pagedList(load, (filing) => row(filing, stages), 'records'),
  ];
}

function row(filing, stages) {
  return h(
    'li',
    {},
    h('h2', {}, recordLink('disclosure', filing.disclosure)),
    h('p', {}, h('b', {}, t('filing.owes'), ' ', agencyLink(filing.receiver)), filing.answer_by && [' · ', t('filing.answer_by'), ' ', day(filing.answer_by)]),
    h('p', { class: 'meta' }, t('filing.sent'), ' ', agencyLink(filing.agency), ' · ', instant(filing.filed_at), ' · ', h('a', { href: `#/filing/${encodeURIComponent(filing.id)}` }, said(stages.get(filing.stage)))),
  );
}

export async function filingView({ id }, { signal }) {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const [found, stages, kinds] = await Promise.all([record(path, { signal }), codes('filing_stage'), codes('filing_receiver')]);
  return [
    title(t('filing.one'), h('span', { class: 'badge' }, said(stages.get(found.stage))), synthetic(found)),
    facts([
      [t('filing.text'), [recordLink('disclosure', found.disclosure), ' · ', t('filing.version', { n: found.of_version })]],
      [t('filing.sent'), [agencyLink(found.agency), ' · ', instant(found.filed_at)]],
      [t('filing'), [agencyLink(found.receiver), ' · ', said(kinds.get(found.receiver_kind)) ?? found.receiver_kind]],
      [t('filing.due'), found.answer_by && day(found.answer_by)],
      [t('filing.replaced'), found.replaced && [h('a', { href: `#/filing/${encodeURIComponent(found.replaced.by)}` }, t('filing.next')), ' · ', instant(found.replaced.at)]],
      [t('filing.ended'), found.ended && [word('ended', found.ended.because), ' · ', instant(found.ended.at)]],
    ]),
    section(t('filing.answers'), found.answers?.length ? h('ul', {}, found.answers.map((one) => said_so(one, stages))) : h('p', { class: 'quiet' }, t('filing.unanswered'))),
    sourceOf(found, path),
  ];
}

function said_so(one, stages) {
  const words = one.change ?? one.reason;
  return h('li', {}, instant(one.at), ' · ', h('b', {}, said(stages.get(one.answer))), one.number && ` · ${one.number}`, words && [' · ', said(words)], one.by && [' · ', t('life.order_by'), ' ', day(one.by)]);
}

/** Return the filings of a disclosure, whole. */
export function filingsOf(found, signal) {
  return Promise.all((found.filings ?? []).map((one) => get(`${PATH}/${encodeURIComponent(one.filing)}`, {}, { signal })));
}
