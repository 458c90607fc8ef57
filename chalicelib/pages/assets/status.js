// Who said something last, and who has what overdue: silence and lateness show by themselves.

import { get } from './api.js';
import { h } from './dom.js';
import { day, instant, number, said, t } from './language.js';
import { pagedList, source, title } from './parts.js';

export async function statusView(_, { signal }) {
  const list = await pagedList((cursor) => page(cursor, signal), row, 'records');
  return [title(t('status.title')), h('p', { class: 'lead' }, t('status.lead')), list];
}

async function page(cursor, signal) {
  const answer = await get('v1/status', { cursor }, { signal });
  return { ...answer, foot: source('v1/status', { cursor }, answer.as_of) };
}

function row(agency) {
  const last = agency.last_upload_at ? [t('status.last'), ' ', instant(agency.last_upload_at), ` · #${agency.last_register_index}`] : t('status.silent');
  const backlog = agency.open === null ? null : h('p', { class: 'limits' }, t('status.open', { open: number(agency.open) }), ' · ', h('b', { class: agency.overdue ? 'late' : null }, t('status.overdue', { overdue: number(agency.overdue) })));
  return h('li', {}, h('h2', {}, h('a', { href: `#/agency/${encodeURIComponent(agency.agency)}` }, said(agency.name))), h('p', { class: 'meta' }, last), backlog, owed(agency));
}

/** What it owes the public: duties that are overdue, and when the next of a series is due. */
function owed({ agency, overdue_duties: duties, cadence_due_on: next }) {
  if (!duties && !next) return null;
  const late = duties > 0 && h('a', { href: `#/supervision?agency=${encodeURIComponent(agency)}` }, h('b', { class: 'late' }, t('status.duties', { n: number(duties) })));
  return h('p', { class: 'limits' }, late, late && next && ' · ', next && [t('status.cadence'), ' ', day(next)]);
}
