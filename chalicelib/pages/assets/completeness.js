// How much of what an agency must have open is open, and what exactly is missing, so that it can be put in.

import { codes, get } from './api.js';
import { facts, h } from './dom.js';
import { instant, number, percent, said, t } from './language.js';
import { agencyLink, pagedList, recordLink, section, source, title } from './parts.js';

const PAGE = 20;

export async function completenessView({ id }, { signal }) {
  const path = `v1/agencies/${encodeURIComponent(id)}/completeness`;
  const [categories, facets, display, grounds] = await Promise.all(['category', 'facet', 'display', 'ground'].map(codes));
  const first = await get(path, { limit: PAGE }, { signal });
  const load = async (cursor) => {
    const answer = cursor ? await get(path, { limit: PAGE, cursor }, { signal }) : first;
    return { ...answer, foot: source(path, { limit: PAGE, cursor }, answer.as_of) };
  };
  const { breadth, kept, timeliness } = first;
  return [
    title(t('completeness.title')),
    h('p', { class: 'lead' }, agencyLink(id), ' · ', t('completeness.lead')),
    section(
      t('completeness.categories'),
      breadth.mandatory > 0 && h('p', {}, t('completeness.breadth', { live: number(breadth.live), n: number(breadth.mandatory) })),
      breadth.missing.length ? [h('p', {}, t('completeness.missing_categories')), h('ul', {}, breadth.missing.map((code) => h('li', {}, said(categories.get(code)) ?? code)))] : h('p', {}, t('completeness.nothing_missing')),
    ),
    section(t('completeness.sums'), sums(first, facets, display), first.counted_at && h('p', { class: 'meta' }, t('as_of.computed'), ' ', instant(first.counted_at))),
    section(t('completeness.services'), await pagedList(load, (one) => row(one, facets, display), 'records')),
    section(t('completeness.kept'), kept.length > 0 && h('ul', {}, kept.map((one) => h('li', {}, said(grounds.get(one.ground)) ?? one.ground, t('colon'), number(one.count))))),
    section(t('completeness.timeliness'), timeliness.counted > 0 && h('p', {}, t('completeness.in_time', { in_time: number(timeliness.in_time), n: number(timeliness.counted) }))),
  ];
}

function sums({ depth, display: shown }, facets, display) {
  const lacking = (list, words) => list.missing.length > 0 && h('ul', {}, list.missing.map((one) => h('li', {}, said(words.get(one.code)) ?? one.code, t('colon'), t('completeness.in_services', { n: number(one.services) }))));
  const share = (list) => list.items > 0 && [percent(list.filled / list.items), ' · ', `${number(list.filled)} / ${number(list.items)}`];
  return facts([
    [t('completeness.depth'), share(depth) || null],
    [t('completeness.depth.missing'), lacking(depth, facets) || null],
    [t('completeness.display'), share(shown) || null],
    [t('completeness.display.missing'), lacking(shown, display) || null],
  ]);
}

function row(one, facets, display) {
  const listed = (codes_, words) => codes_.map((code, at) => [at > 0 && t('comma'), said(words.get(code)) ?? code]);
  return h(
    'li',
    {},
    h('h2', {}, recordLink('service', one.service)),
    h('p', {}, t('service.facets', { filled: number(one.filled), facets: number(one.facets) })),
    one.missing.length > 0 && h('p', {}, h('b', {}, t('completeness.put_in')), t('colon'), listed(one.missing, facets)),
    one.missing_members.length > 0 && h('p', { class: 'meta' }, t('completeness.members'), h('code', {}, one.missing_members.join(' '))),
    one.display.missing.length > 0 && h('p', { class: 'meta' }, t('completeness.display'), ` ${number(one.display.shown)}/${number(one.display.items)} · `, t('completeness.not_shown'), t('colon'), listed(one.display.missing, display)),
  );
}
