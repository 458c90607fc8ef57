// Asking, complaining, requesting information. Number and code are shown once and kept nowhere.

import { allAgencies, get } from './api.js';
import { facts, h, replace } from './dom.js';
import { duration, plain, said, t } from './language.js';
import { agencyLink, agencyOptions, section, source, title } from './parts.js';
import { sender } from './sending.js';

const PATH = 'v1/enquiries';
const KINDS = ['question', 'complaint', 'disclosure_request'];
const DRAFT = { kind: 'question', agency: '', subject: '', text: '', contact: '' };
let draft = { ...DRAFT };
const deliver = sender();
let answered = null;

export async function enquiryView({ parameters }, { signal }) {
  const [{ items }, { kinds }] = await Promise.all([allAgencies(10, { signal }), get(PATH, {}, { signal })]);
  if (parameters.get('agency')) draft.agency = parameters.get('agency');
  const place = h('div', { class: 'case' });
  const offered = kinds.filter((one) => KINDS.includes(one.kind));
  replace(place, answered ? receipt(answered) : form(place, items.filter((one) => one.stage !== 'dissolved'), offered));
  return [title(t('enquiry.title')), h('p', { class: 'lead' }, t('enquiry.lead')), place];
}

function form(place, agencies, kinds) {
  const told = h('p', { class: 'told', role: 'alert' });
  const hint = h('p', { class: 'meta', id: 'enquiry-hint' });
  const button = h('button', { type: 'submit', class: 'primary' }, t('enquiry.send'));
  const explain = () => replace(hint, promise(kinds.find((one) => one.kind === draft.kind)));
  const kind = field('kind', t('enquiry.kind'), select(kinds.map((one) => [one.kind, plain(one.title)]), explain));
  const agency = field('agency', t('agency'), select(agencyOptions(agencies).map(([id, name]) => [id, id && name])));
  const send = async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = '';
    try {
      answered = await deliver(PATH, written(), () => { told.textContent = t('enquiry.working'); });
      draft = { ...DRAFT };
      replace(place, receipt(answered));
      place.querySelector('h2').focus();
    } catch (error) {
      told.textContent = refusal(error);
      button.disabled = false;
    }
  };
  explain();
  return h(
    'form',
    { class: 'lookup enquiry', onsubmit: send, autocomplete: 'off' },
    kind,
    hint,
    agency,
    field('subject', t('enquiry.subject'), input('input', { maxlength: 200, required: true })),
    field('text', t('enquiry.text'), input('textarea', { maxlength: 8000, rows: 7, required: true })),
    field('contact', t('enquiry.contact'), input('input', { maxlength: 500 })),
    h('p', { class: 'meta' }, t('enquiry.private')),
    button,
    told,
    source(PATH),
  );
}

function field(name, label, make) {
  return h('div', {}, h('label', { for: `enquiry-${name}` }, label), make(name));
}

function input(tag, attributes) {
  return (name) => {
    const element = h(tag, { id: `enquiry-${name}`, name, ...attributes, oninput: (event) => { draft[name] = event.target.value; } });
    element.value = draft[name];
    return element;
  };
}

function select(options, changed = () => {}) {
  return (name) => {
    const onchange = (event) => {
      draft[name] = event.target.value;
      changed();
    };
    return h('select', { id: `enquiry-${name}`, name, required: true, onchange }, options.map(([value, words]) => h('option', { value, selected: value === draft[name] }, words)));
  };
}

function promise(kind) {
  const { limits } = kind.commitment;
  const limit = limits.promised ?? limits.statutory;
  return [said(kind.send), ' ', t('enquiry.limit'), ' ', duration(limit)];
}

/** Return what was written, as it is sent. */
function written() {
  const { kind, agency, subject, text, contact } = draft;
  return { kind, agency, subject: subject.trim(), text: text.trim(), ...(contact.trim() && { contact: contact.trim() }) };
}

function refusal(error) {
  if (error.status === 429) return t('enquiry.tries');
  if (error.problem?.errors?.some((one) => one.code === 'no_supervisor')) return t('enquiry.no_supervisor');
  return error.status ? error.message : t('failed.network');
}

function receipt(answer) {
  const paper = new URLSearchParams({ case: answer.id, code: answer.query_code ?? '' });
  const another = () => {
    answered = null;
    dispatchEvent(new Event('hashchange'));
  };
  return section(
    t('enquiry.sent'),
    h('p', {}, t('enquiry.keep')),
    facts([
      [t('case.number'), h('code', {}, answer.id)],
      [t('case.code'), answer.query_code && h('code', { id: 'enquiry-code' }, answer.query_code)],
      [t('enquiry.handled_by'), agencyLink(answer.agency)],
    ]),
    h('p', {}, h('a', { class: 'primary', href: `#${paper}` }, t('enquiry.follow')), ' ', h('button', { type: 'button', class: 'more', onclick: another }, t('enquiry.another'))),
  );
}
