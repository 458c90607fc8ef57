// Services: the list, and one service with its promise beside its measured record.

import { allAgencies, find, get } from './api.js';
import { complaint, origin, post } from './agencies.js';
import { facts, h, outside, table } from './dom.js';
import { day, duration, money, number, plain, said, t, word } from './language.js';
import { agencyLink, agencyOptions, choice, go, limitOf, pagedList, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';
import { needNamed } from './needs.js';
import { measured } from './record.js';
import { asked, filtersOf, searchForm, snippet, titleOf, told, withAllBelow } from './search.js';

const PAGE = 20;
const FILTERS = ['q', 'jurisdiction', 'agency', 'subtree', 'service_kind'];

export async function servicesView({ parameters }, { signal }) {
  const { items } = await allAgencies(10, { signal });
  const filter = filtersOf(parameters, FILTERS);
  const jurisdiction = items.find((one) => one.id === filter.agency)?.jurisdiction ?? filter.jurisdiction;
  if (filter.agency) filter.jurisdiction = null; // it says no more than the agency
  const below = items.filter((one) => !jurisdiction || one.jurisdiction === jurisdiction);
  const special = await found(parameters, signal);
  const list = await pagedList((cursor) => page(special?.filter ?? filter, worded(items), cursor, signal), row, 'records');
  if (special) return [title(special.name), h('p', { class: 'lead' }, t('services.lead')), h('p', {}, special.other), list];
  return [
    title(t('services.title')),
    h('p', { class: 'lead' }, t('services.lead')),
    searchForm(
      'services',
      filter,
      t('search.services'),
      choice('jurisdiction', t('jurisdiction'), agencyOptions(items.filter((one) => !one.parent)), jurisdiction, (id) => go('services', { ...filter, jurisdiction: id, agency: null, subtree: null })),
      choice('agency', t('agency'), agencyOptions(below), filter.agency, (id) => go('services', { ...filter, agency: id, jurisdiction: id ? null : jurisdiction, subtree: id && filter.subtree })),
      filter.service_kind && h('p', {}, word('service_kind', filter.service_kind), ' ', h('button', { type: 'button', class: 'quiet', onclick: () => go('services', { ...filter, service_kind: null }) }, t('search.any_kind'))),
      withAllBelow('services', filter),
    ),
    list,
  ];
}

/** A list by need or by centre: what it is called, and the way to others. */
async function found(parameters, signal) {
  const need = parameters.get('life_event');
  if (need) return { filter: { life_event: need }, name: await needNamed(need, signal), other: h('a', { href: '#/needs' }, t('needs.other')) };
  const centre = parameters.get('centre');
  if (!centre) return null;
  const hall = await find(`v1/centres/${encodeURIComponent(centre)}`, {}, { signal });
  const other = hall && h('a', { href: `#/centre/${encodeURIComponent(centre)}` }, t('centre.hours'), ' · ', t('centre.windows'));
  return { filter: { centre }, name: hall ? said(hall.name) : centre, other };
}

function worded(agencies) {
  const names = new Map(agencies.map((one) => [one.id, plain(one.name)]));
  return (name, value) => (name === 'agency' ? (names.get(value) ?? value) : word(name, value));
}

async function page(filter, words, cursor, signal) {
  const parameters = { ...filter, limit: PAGE, cursor, ...(cursor ? {} : asked(filter, ['service_kind', 'agency'])) };
  const answer = await get('v1/services', parameters, { signal });
  return { ...answer, head: told('services', filter, answer, words), foot: source('v1/services', parameters, answer.as_of) };
}

function row(service) {
  return h(
    'li',
    {},
    h('h2', {}, h('a', { href: `#/service/${encodeURIComponent(service.id)}` }, titleOf(service, service.title)), ' ', synthetic(service)),
    h('p', { class: 'meta' }, agencyLink(service.agency), ' · ', word('service_kind', service.service_kind), ' · ', word('handling', service.handling)),
    limits(service.limits),
    snippet(service, service.title),
  );
}

function limits(found) {
  const promised = duration(found?.promised);
  const statutory = duration(found?.statutory);
  if (!promised && !statutory) return null;
  return h('p', { class: 'limits' }, promised && [h('b', {}, promised), ` ${t('service.promised')}`], promised && statutory && ' · ', statutory && `${t('service.statutory')} ${statutory}`);
}

export async function serviceView({ id }, { signal }) {
  const path = `v1/services/${encodeURIComponent(id)}`;
  const service = await get(path, {}, { signal });
  return [
    title(said(service.title), synthetic(service), service.stage === 'withdrawn' && h('span', { class: 'badge' }, t('service.withdrawn'))),
    h('p', { class: 'meta' }, agencyLink(service.agency), ' · ', word('service_kind', service.service_kind), service.item_code && ` · ${service.item_code}`),
    syntheticNote(service),
    service.reason && h('p', { class: 'note' }, said(service.reason)),
    h('section', { class: 'sides' }, h('h2', { class: 'unseen' }, t('service.side')), promise(service), await measured(service, signal)),
    content(service),
    procedure(service),
    charges(service),
    people(service),
    section(t('service.questions'), (service.questions ?? []).map((one) => h('details', {}, h('summary', {}, said(one.question)), said(one.answer, 'p')))),
    completeness(service.completeness),
    sourceOf(service, path),
  ];
}

function promise(service) {
  const promised = duration(limitOf(service, 'promised'));
  return h(
    'div',
    { class: 'side' },
    h('h3', {}, t('service.promise')),
    h('p', { class: 'figure' }, promised ?? t('service.no_promise')),
    facts([
      [t('service.statutory'), duration(limitOf(service, 'statutory')) ?? t('service.no_limit')],
      [t('service.clock'), word('clock_starts', service.clock_starts)],
      [t('service.handling'), word('handling', service.handling)],
      [t('service.extension'), duration((service.joint?.extension ?? service.extension)?.limit)],
      [t('disclosure.effective_on'), day(service.effective_on)],
    ]),
  );
}

function content(service) {
  return section(
    t('service.content'),
    service.conditions && [h('h3', {}, t('service.conditions')), h('ul', {}, service.conditions.map((one) => said(one, 'li')))],
    facts([
      [t('service.applicants'), listed('applicant', service.applicants)],
      [t('service.channels'), listed('channel', service.channels)],
      [t('service.result'), service.result && said(service.result.name)],
      [t('service.visits'), service.visits === undefined ? null : number(service.visits)],
      [t('service.basis'), service.legal_basis && h('ul', {}, service.legal_basis.map((basis) => h('li', {}, provision(basis))))],
      [t('service.source'), service.source && origin(service.source)],
    ]),
  );
}

function oneStep(service, step) {
  const elsewhere = step.agency && (step.group || step.agency !== service.agency);
  return h(
    'li',
    {},
    h('b', {}, step.name ? said(step.name) : word('stage', step.stage)),
    step.limit && h('span', {}, duration(step.limit)),
    elsewhere && [' · ', agencyLink(step.agency)],
    step.group && ` · ${t('service.together')}`,
  );
}

function procedure(service) {
  const steps = service.steps ?? [];
  const special = service.special_procedures ?? [];
  return [
    section(t('service.materials'), service.materials && h('ul', { class: 'papers' }, service.materials.map(paper))),
    section(
      t('service.steps'),
      steps.length > 0 && h('ol', { class: 'steps' }, steps.map((step) => oneStep(service, step))),
      special.length > 0 && [h('h3', {}, t('service.special')), h('ul', {}, special.map((one) => h('li', {}, word('procedure', one.kind), one.limit && ` · ${duration(one.limit)}`, ' · ', provision(one.legal_basis))))],
    ),
  ];
}

function paper(material) {
  const told = [word('form', material.form), material.copies && t('material.copies', { n: material.copies }), material.may_follow && t('material.may_follow'), material.when && plain(material.when)];
  return h('li', {}, said(material.name), h('span', { class: 'meta' }, ` ${told.filter(Boolean).join(' · ')}`), material.sample_url && [' ', outside(material.sample_url, '↗')]);
}

function charges(service) {
  const fees = service.fees ?? [];
  if (!fees.length) return section(t('service.fees'), h('p', { class: 'quiet' }, t('service.free')));
  const rows = fees.map((fee) => [plain(fee.name), fee.amount_fen === undefined ? '—' : h('span', { class: 'amount' }, money(fee.amount_fen, fee.currency)), provision(fee.basis)]);
  return section(t('service.fees'), table(t('service.fees.table'), [t('fee.name'), t('fee.amount'), t('service.basis')], rows));
}

function people(service) {
  return section(
    t('service.responsible'),
    facts([
      [t('service.responsible'), post(service.responsible)],
      [t('service.first_contact'), post(service.first_contact)],
      [t('agency.complaint'), service.complaint && complaint(service.complaint)],
      [t('service.windows'), (service.windows ?? []).map((one) => h('p', {}, one.centre ? h('a', { href: `#/centre/${encodeURIComponent(one.centre)}` }, one.window) : one.window))],
    ]),
  );
}

function completeness(found) {
  if (!found) return null;
  const missing = found.missing.map((facet) => word('facet', facet)).join(t('comma'));
  return h(
    'section',
    { class: 'facets' },
    h('h2', {}, t('service.facets', { filled: found.filled, facets: found.facets })),
    h('meter', { min: 0, max: found.facets, value: found.filled, 'aria-label': t('service.facets', { filled: found.filled, facets: found.facets }) }),
    missing && h('p', { class: 'meta' }, t('service.missing', { list: missing })),
  );
}

function provision(basis) {
  const named = `${basis.document}${basis.article ? ` ${basis.article}` : ''}`;
  return basis.url ? outside(basis.url, named) : named;
}

function listed(group, found) {
  return (found ?? []).map((one) => word(group, one)).join(t('comma'));
}
