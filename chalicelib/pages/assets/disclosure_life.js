// How a text came about: who approved it, what is still owed, the steps of its decision, and what its newest version changed.

import { codes, find } from './api.js';
import { facts, h } from './dom.js';
import { day, instant, said, t, word } from './language.js';
import { section, source } from './parts.js';

/** Return the note on a text that was shown before another person approved it, or nothing. */
export function glassNote({ broken_glass: glass }) {
  if (!glass) return null;
  const now = glass.approval_owed ? t('glass.owed') : t('glass.approved');
  return h('div', { class: 'note' }, h('p', {}, t('glass.shown'), ' ', instant(glass.at), ' — ', said(glass.reason)), h('p', { class: 'meta' }, now, ' · ', glass.legal_basis.document));
}

/** Return a link to the text that took the place of this one, or nothing. */
export function successorNote({ superseded }) {
  if (!superseded) return null;
  return h('p', { class: 'note' }, h('a', { href: `#/disclosure/${encodeURIComponent(superseded.by)}` }, t('life.superseded')), ' — ', said(superseded.reason));
}

/** Return who approved a text, as facts: a group by its name and meeting, a person by nothing. */
export function approvedBy({ approval }) {
  if (!approval) return null;
  const meeting = approval.meeting && [' · ', day(approval.meeting.held_on), ' ', approval.meeting.minutes_no];
  return [instant(approval.at), approval.group && ` · ${approval.group}`, meeting];
}

/** Return the steps that a decision of its kind must take, with those on record. */
export async function stepsOf({ decision_steps: steps, adoption }) {
  if (!steps && !adoption) return null;
  const names = await codes('decision_step');
  const recorded = new Map((steps?.recorded ?? []).map((each) => [each.step, each]));
  const all = [...new Set([...(steps?.demanded ?? []), ...recorded.keys()])];
  const rows = all.map((step) => {
    const there = recorded.get(step);
    const state = steps.missing?.includes(step) ? t('life.missing') : there ? [day(there.held_on), ' · ', said(there.by)] : t('life.proven');
    return [names.has(step) ? said(names.get(step)) : step, state];
  });
  if (adoption) rows.push([t('life.adopted'), [day(adoption.decided_on), ' · ', said(adoption.by)]]);
  return section(t('life.steps'), steps?.exempt && h('p', { class: 'meta' }, t('life.exempt')), rows.length > 0 && facts(rows));
}

/** Return what the newest version changed against the one before it, or nothing for a first version. */
export async function changesOf({ id, version, stage }, signal) {
  if (version < 2 || stage === 'withdrawn') return null;
  const path = `v1/disclosures/${encodeURIComponent(id)}/versions/${version}`;
  const found = await find(path, { diff: version - 1 }, { signal });
  if (!found?.changes.length) return null;
  const list = h('ul', {}, found.changes.map((change) => h('li', {}, h('code', {}, change.pointer), ' ', word('change', change.op), told(change))));
  return section(t('life.changes', { from: version - 1, to: version }), list, source(path, { diff: version - 1 }));
}

function told(change) {
  if (change.lines) return change.lines.map((hunk) => [hunk.removed.map((line) => h('del', {}, line)), hunk.added.map((line) => h('ins', {}, line))]);
  const short = [change.before, change.after].every((each) => each === undefined || typeof each !== 'object');
  return short && [': ', change.before !== undefined && h('del', {}, String(change.before)), ' ', change.after !== undefined && h('ins', {}, String(change.after))];
}
