// Service centres: where, when, which window, and which window only sends papers on.

import { find, get, record } from './api.js';
import { complaint } from './agencies.js';
import { facts, h, table } from './dom.js';
import { day, instant, number, percent, said, t, word } from './language.js';
import { agencyLink, pagedList, section, source, sourceOf, synthetic, syntheticNote, title } from './parts.js';

const PAGE = 20;
const FIGURES = 'v1/statistics/settled_at_centre_rate';

export async function centresView({ parameters }, { signal }) {
  const agency = parameters.get('agency');
  const load = async (cursor) => {
    const asked = { agency, limit: PAGE, cursor };
    const answer = await get('v1/centres', asked, { signal });
    return { ...answer, foot: source('v1/centres', asked, answer.as_of) };
  };
  return [title(t('centres.title')), h('p', { class: 'lead' }, t('centres.lead')), await pagedList(load, row, 'records')];
}

function row(centre) {
  const forwarding = centre.forwarding_windows > 0 && ` · ${t('centre.forwarding', { n: centre.forwarding_windows })}`;
  return h(
    'li',
    {},
    h('h2', {}, h('a', { href: `#/centre/${encodeURIComponent(centre.id)}` }, said(centre.name)), ' ', synthetic(centre)),
    h('p', { class: 'meta' }, said(centre.address), centre.phone && ` · ${centre.phone}`),
    h('p', { class: 'meta' }, t('centre.windows.n', { n: centre.windows }), forwarding, centre.one_window_payment && ` · ${t('centre.one_window')}`),
  );
}

export async function centreView({ id }, { signal }) {
  const path = `v1/centres/${encodeURIComponent(id)}`;
  const measured = { centre: id, period: 'all' };
  const [centre, hours, figures] = await Promise.all([
    record(path, { signal }),
    find(`${path}/hours`, {}, { signal }),
    get(FIGURES, measured, { signal }),
  ]);
  const pays = centre.windows?.find((window) => window.id === centre.payment?.window);
  return [
    title(said(centre.name), synthetic(centre), openNow(hours)),
    h('p', { class: 'meta' }, agencyLink(centre.agency)),
    syntheticNote(centre),
    centre.reason && h('p', { class: 'note' }, said(centre.reason)),
    facts([
      [t('centre.address'), said(centre.address)],
      [t('centre.phone'), centre.phone],
      [t('centre.payment'), pays && [centre.payment.one_window && `${t('centre.one_window')}: `, said(pays.name)]],
      [t('agency.complaint'), centre.complaint && complaint(centre.complaint)],
      [t('centre.services'), h('a', { href: `#/services?centre=${encodeURIComponent(id)}` }, t('centre.services.all'))],
    ]),
    section(t('centre.hours'), table(t('centre.hours'), [t('centre.day'), t('centre.hours')], hours.days.map(oneDay)), source(`${path}/hours`)),
    section(t('centre.settled'), becomeOf(figures.items[0]), source(FIGURES, measured, figures.as_of)),
    section(t('centre.windows'), centre.windows && h('ul', { class: 'papers' }, centre.windows.map(oneWindow))),
    sourceOf(centre, path),
  ];
}

/** What became of the cases that the centre took in, window by window: one that only forwards shows. */
function becomeOf(figure) {
  if (!figure?.n) return h('p', { class: 'quiet' }, t('figure.none'));
  const told = (row) => [row.window ?? '—', number(row.taken_in), number(row.settled), [number(row.hand_overs), row.only_forwards && [' · ', t('centre.forwards_only')]]];
  return [
    h('p', {}, t('centre.settled.of', { n: number(figure.n), settled: number(figure.numerator), share: percent(figure.value) })),
    table(t('centre.settled'), [t('centre.window'), t('centre.taken_in'), t('centre.settled.here'), t('centre.handed_over')], figure.windows.map(told)),
  ];
}

function openNow(hours) {
  if (hours.open_now === null) return null;
  const turn = hours.changes_at && [' · ', t(hours.open_now ? 'centre.closes' : 'centre.opens'), ' ', instant(hours.changes_at)];
  return h('span', { class: 'badge' }, t(hours.open_now ? 'centre.open' : 'centre.closed'), turn);
}

function oneDay(told) {
  const spans = told.spans?.length ? told.spans.map((span) => `${span.opens}–${span.closes}`).join(t('comma')) : null;
  const why = told.why === 'weekly' ? null : ` · ${told.holiday ?? word('hours', told.why)}`;
  return [day(told.on), [told.spans === null ? '—' : spans ?? t('centre.closed.day'), why, told.note && [' · ', said(told.note)]]];
}

function oneWindow(window) {
  const beside = [window.floor && ` · ${window.floor}`, window.agency && [' · ', agencyLink(window.agency)]];
  return h('li', {}, said(window.name), h('span', { class: 'meta' }, beside), window.forwards_only && [' ', h('span', { class: 'badge' }, t('centre.forwards_only'))]);
}
