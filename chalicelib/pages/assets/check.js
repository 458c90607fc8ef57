// "Check this yourself": the register's checkpoint, and one entry of it, verified in the reader's own browser, told step by step.

import { checkEntry, checkRegister, canHash } from './checking.js';
import { facts, h } from './dom.js';
import { number, t, word } from './language.js';
import { go, kept, recordLink, section, source, title } from './parts.js';

export async function checkView({ id }, { signal }) {
  const index = /^(0|[1-9][0-9]{0,14})$/.test(id ?? '') ? Number(id) : null;
  const head = [title(t('checks.title')), h('p', { class: 'lead' }, t('checks.lead')), chooser(index)];
  if (!canHash()) return [...head, h('p', { class: 'note' }, t('checks.insecure')), source('v1/register/checkpoint')];
  const register = await checkRegister(signal);
  if (!register) return [...head, h('p', { class: 'quiet' }, t('checks.none')), source('v1/changes')];
  const entry = index !== null && register.checkpoint ? await checkEntry(index, register.checkpoint, signal) : null;
  const steps = [...register.steps, ...(entry?.steps ?? [])];
  return [
    ...head,
    verdict(steps, index, entry),
    section(t('checks.register'), told(register.steps)),
    index !== null && section(t('checks.entry', { index }), entry && named(entry.item), entry ? told(entry.steps) : h('p', {}, t('checks.beyond'))),
    section(t('checks.more'), h('p', {}, t('checks.client')), h('pre', {}, h('code', {}, `glasshall register verify --url ${new URL('.', document.baseURI).href.replace(/\/$/, '')} --known register.json`))),
    source(index === null ? 'v1/register/checkpoint' : `v1/register/entries/${index}`),
  ];
}

function chooser(index) {
  const field = h('input', { name: 'index', inputmode: 'numeric', pattern: '(0|[1-9][0-9]{0,14})', required: true, value: index ?? '' });
  const onsubmit = (event) => {
    event.preventDefault();
    kept('index');
    go(`check/${field.value}`, {});
  };
  return h('form', { class: 'filters', onsubmit }, h('div', { class: 'words' }, h('label', { class: 'choice' }, h('span', {}, t('checks.index')), field), h('button', { type: 'submit', class: 'go' }, t('checks.go'))));
}

/** Say in one sentence what came of it: one step that fails is enough, and what cannot be told here is not said to hold. */
function verdict(steps, index, entry) {
  const failed = steps.filter((one) => one.outcome === 'fails').length;
  const whole = steps.slice(0, 3).every((one) => one.outcome === 'holds');
  const words = failed ? 'checks.failed' : !whole ? 'checks.held.part' : index !== null && entry ? 'checks.entry.held' : 'checks.held';
  return h('p', { class: failed ? 'verdict fails' : 'verdict holds', role: 'status' }, t(words, { n: failed }));
}

function named(item) {
  return h('p', { class: 'meta' }, word('kind', item.kind), ' ', recordLink(item.kind, item.id), ' · ', word('act', item.name));
}

function told(steps) {
  return h('ol', { class: 'checks' }, steps.map(one));
}

function one(step) {
  const values = Object.fromEntries(Object.entries(step.values).map(([name, value]) => [name, typeof value === 'number' ? number(value) : value]));
  const compared = facts(step.facts.map(([name, value]) => [t(`compared.${name}`), h('code', {}, value)]));
  return h(
    'li',
    { class: step.outcome },
    h('p', {}, h('b', {}, word('outcome', step.outcome)), ' ', t(`check.${step.words}`, values)),
    compared && h('details', {}, h('summary', {}, t('checks.compared')), compared),
  );
}
