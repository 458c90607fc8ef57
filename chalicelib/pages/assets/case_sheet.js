// What a case says to its holder: first where it is and what to do, then by when, then why, then everything that happened.
// What is promised, what is projected and what was measured stand apart, each under its own name.

import { complaint } from './agencies.js';
import { facts, h, outside } from './dom.js';
import { day, duration, instant, money, plain, said, t, word } from './language.js';
import { agencyLink, section, syntheticNote } from './parts.js';

/** Return the sheet of a case. `lamps` and `handlings` are code lists. */
export function sheet(found, [lamps, handlings]) {
  return [
    h('h2', { class: 'sentence', tabindex: -1 }, said(found.status.sentence)),
    h('p', { class: 'meta' }, `${found.case_no} · `, service(found), ' · ', agencyLink(found.agency), ' · ', instant(found.status.since)),
    syntheticNote(found),
    lamp(found, lamps),
    (found.todo ?? []).map((one) => h('div', { class: 'todo' }, h('h3', {}, said(one.text)), todo(one))),
    next(found),
    stopped(found),
    progress(found.progress),
    result(found.result),
    section(t('case.deadline'), deadline(found), explained(found.deadline)),
    measured(found),
    branches(found, lamps),
    section(
      t('case.contact'),
      facts([
        [t('service.first_contact'), found.first_contact && answers(found.first_contact)],
        [t('agency.complaint'), found.complaint && complaint(found.complaint)],
        [t('service.handling'), handlings.has(found.handling) ? said(handlings.get(found.handling)) : found.handling],
        [t('case.fees'), found.fees && fees(found.fees)],
      ]),
    ),
    section(t('case.documents'), list(found.documents_received, (one) => [said(one.name), ' ', h('span', { class: 'meta' }, instant(one.at))])),
    section(t('case.notices'), list(found.notices, (one) => [one.no, ' ', h('span', { class: 'meta' }, one.sentence && said(one.sentence), ' ', instant(one.at))])),
    timeline(found),
  ];
}

function service(found) {
  return h('a', { href: `#/service/${encodeURIComponent(found.service.id)}` }, said(found.service.title));
}

/** The lamp says in words what its colour says, and how much is left. */
function lamp(found, lamps) {
  const { deadline: due = {} } = found;
  const waiting = due.acceptance ?? due.issue;
  const [shown, left] = due.lamp ? [due.lamp, found.remaining] : [waiting?.lamp, waiting?.remaining];
  if (!shown) return null;
  const told = lamps.has(shown) ? said(lamps.get(shown)) : shown;
  return h('p', { class: `lamp ${shown}` }, told, left && !decided(found, waiting) && h('span', {}, '· ', remaining(left)));
}

function decided(found, waiting) {
  return found.clock === 'done' && !waiting;
}

function remaining(left) {
  if (left.value < 0) return t('case.over', { span: duration({ ...left, value: -left.value }) });
  return left.value === 0 && left.unit !== 'hour' ? t('case.last_day') : t('case.left', { span: duration(left) });
}

function next(found) {
  const step = found.next_step;
  if (step.who === 'applicant' && found.todo) return null;
  return h(
    'p',
    { class: 'next' },
    h('b', {}, t('case.next'), t('colon')),
    said(step.what),
    step.by && [' ', h('span', { class: 'meta' }, t('case.by'), ' ', dated(step.by))],
  );
}

function stopped(found) {
  const stop = found.stopped;
  if (!stop) return null;
  return h(
    'div',
    { class: 'note stands' },
    h('p', {}, h('b', {}, t('case.stopped'), t('colon')), said(stop.sentence)),
    facts([
      [t('case.since'), dated(stop.since)],
      [t('case.expected'), dated(stop.expected_until)],
      [t('case.basis'), stop.legal_basis],
      [t('case.left.then'), duration(found.remaining)],
    ]),
  );
}

function deadline(found) {
  const { deadline: due = {} } = found;
  return facts([
    [t('case.acceptance'), due.acceptance && dated(due.acceptance.due_on ?? due.acceptance.due_at)],
    [t('case.due'), dated(due.due_on ?? due.due_at)],
    [t('case.projected'), dated(due.projected_due_on ?? due.projected_due_at)],
    [t('case.limit'), duration(due.limit)],
    [t('case.statutory'), dated(due.statutory_due_on ?? due.statutory_due_at)],
    [t('case.agency_due'), dated(due.agency_due_at)],
    [t('case.issue'), due.issue && dated(due.issue.due_on ?? due.issue.due_at)],
    [t('case.accepted'), instant(found.accepted_at)],
  ]);
}

/** How each date was counted, folded away: for who wants to check it by hand. */
function explained(due) {
  if (!due) return null;
  const counts = [
    [t('case.explain.acceptance'), due.acceptance],
    [t('case.explain'), due],
    [t('case.explain.issue'), due.issue],
  ];
  return counts.map(([heading, count]) => count?.explain?.length > 1 && h('details', {}, h('summary', {}, heading), h('ol', { class: 'explain' }, count.explain.map((line) => said(line.sentence, 'li')))));
}

function measured(found) {
  if (!found.estimate) return null;
  const record = h('a', { href: `#/service/${encodeURIComponent(found.service.id)}` }, t('case.estimate.record'));
  return section(t('case.estimate'), h('p', {}, said(found.estimate.sentence)), h('p', { class: 'meta' }, record));
}

function branches(found, lamps) {
  if (!found.branches) return null;
  const path = found.longest_path;
  return section(
    t('case.branches'),
    path && h('p', {}, t('case.path'), ' ', day(path.ends_on)),
    h('ul', { class: 'branches' }, found.branches.map((one) => branch(one, lamps))),
  );
}

function branch(one, lamps) {
  const { deadline: due = {} } = one;
  return h(
    'li',
    {},
    h('h3', {}, one.agency ? agencyLink(one.agency) : one.id),
    h('p', {}, said(one.status.sentence), one.blocking && [' ', h('span', { class: 'badge' }, t('case.blocking'))]),
    one.stopped && h('p', { class: 'meta' }, said(one.stopped.sentence)),
    facts([
      [t('case.due'), (due.due_on ?? due.due_at) && h('span', {}, dated(due.due_on ?? due.due_at), due.lamp && lamps.has(due.lamp) && [' · ', said(lamps.get(due.lamp))])],
      [t('case.projected'), dated(due.projected_due_on ?? due.projected_due_at)],
      [t('case.limit'), duration(due.limit)],
    ]),
  );
}

function dated(text) {
  if (!text) return null;
  return text.length > 10 ? instant(text) : day(text);
}

function list(items, draw) {
  return items && h('ul', {}, items.map((one) => h('li', {}, draw(one))));
}

function todo(one) {
  return [
    list(one.materials, (material) => said(material)),
    facts([
      [t('case.amount'), one.amounts && amounts(one.amounts)],
      [t('case.until'), dated(one.by)],
      [t('case.where'), said(one.where)],
      [t('case.online'), one.url && outside(one.url, one.url)],
    ]),
  ];
}

function progress(found) {
  if (!found) return null;
  const stages = found.stages.map((stage, place) => {
    const state = place + 1 < found.step ? 'past' : place + 1 === found.step ? 'now' : 'ahead';
    return h('li', { class: state, 'aria-current': state === 'now' ? 'step' : null }, said(stage.name));
  });
  return h('ol', { class: 'progress', 'aria-label': t('case.progress', { step: found.step, of: found.of }) }, stages);
}

function result(found) {
  if (!found) return null;
  return section(
    t('service.result'),
    h('p', {}, h('b', {}, word('outcome', found.outcome))),
    facts([
      [t('case.reasons'), list(found.reasons, (one) => said(one))],
      [t('case.document'), found.document && paper(found.document)],
      [t('case.valid_until'), dated(found.document?.valid_until)],
      [t('case.pickup'), said(found.pickup)],
      [t('case.remedies'), list(found.remedies, (one) => said(one))],
    ]),
  );
}

function paper(one) {
  return h('span', {}, plain(one.name), one.no && ` · ${one.no}`);
}

/** Who answers for the case: the post and its number, and the agency where it is another one. */
function answers(one) {
  const told = [one.post && said(one.post), one.phone, one.agency && agencyLink(one.agency)].filter(Boolean);
  return h('span', {}, told.map((part, place) => [place > 0 && ' · ', part]));
}

function amounts(found) {
  return found.map((one) => money(one.amount_fen, one.currency)).join(' · ');
}

function fees(found) {
  return t('case.fees.told', { due: amounts(found.due), paid: amounts(found.paid) });
}

function timeline(found) {
  const left = found.timeline_left_out && h('p', { class: 'meta' }, t('case.timeline.left', { n: found.timeline_left_out }));
  return section(t('case.timeline'), left, h('ol', { class: 'life' }, found.timeline.map((one) => h('li', {}, moment(one, found)))));
}

function moment(one, found) {
  const { place = {} } = one;
  const whose = (found.branches ?? []).find((branch) => branch.id === one.branch)?.agency ?? one.agency;
  return [
    h('span', { class: 'meta' }, instant(one.at)),
    ' ',
    said(one.sentence),
    one.reason && [' ', said(one.reason)],
    place.window && h('span', { class: 'meta' }, ' · ', place.window),
    whose && whose !== found.agency && h('span', { class: 'meta' }, ' · ', agencyLink(whose)),
  ];
}
