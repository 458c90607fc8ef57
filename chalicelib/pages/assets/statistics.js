// The record of a jurisdiction or of one of its agencies, and what each figure means.

import { allAgencies, find } from './api.js';
import { h } from './dom.js';
import { said, t } from './language.js';
import { agencyOptions, choice, go, section, source, title } from './parts.js';
import { recordOf } from './record.js';

export async function statisticsView({ parameters }, { signal }) {
  const { items } = await allAgencies(10, { signal });
  const agency = items.find((one) => one.id === parameters.get('agency'));
  const roots = items.filter((one) => !one.parent);
  const jurisdiction = agency?.jurisdiction ?? parameters.get('jurisdiction') ?? roots[0]?.id;
  const cell = agency ? { agency: agency.id } : { jurisdiction };
  const below = items.filter((one) => one.jurisdiction === jurisdiction);
  const [record, catalogue] = await Promise.all([jurisdiction ? recordOf(cell, signal) : [], find('v1/statistics', {}, { signal })]);
  return [
    title(t('statistics.title')),
    h('p', { class: 'lead' }, t('statistics.lead')),
    h(
      'form',
      { class: 'filters' },
      choice('jurisdiction', t('jurisdiction'), agencyOptions(roots).slice(1), jurisdiction, (id) => go('statistics', { jurisdiction: id })),
      choice('agency', t('agency'), agencyOptions(below), agency?.id, (id) => go('statistics', id ? { agency: id } : { jurisdiction })),
    ),
    h('div', {}, record),
    definitions(catalogue),
  ];
}

function definitions(catalogue) {
  const series = catalogue?.items ?? catalogue?.series ?? [];
  return section(
    t('statistics.definitions'),
    series.map((one) => h('details', {}, h('summary', {}, said(one.title)), said(one.definition.text, 'p'))),
    series.length > 0 && source('v1/statistics', {}, catalogue.as_of),
  );
}
