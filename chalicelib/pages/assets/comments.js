// Writing a comment on a draft. Which comments were sent from this browser, and when, is kept here so that one finds them
// again; what was written and how one is reached are kept nowhere.

import { find } from './api.js';
import { h, replace } from './dom.js';
import { instant, plain, t } from './language.js';
import { sender } from './sending.js';

const KEPT_AS = 'glasshall-comments';
const deliver = sender();

/** Return the form for a draft, and what was sent on it from this browser. */
export async function commentForm(found) {
  const place = h('div', { class: 'case' });
  const mine = h('div', {});
  const draw = async () => {
    replace(place, form(found, async () => { await list(found.id, mine); await draw(); }));
  };
  await Promise.all([draw(), list(found.id, mine)]);
  return [place, mine];
}

function form(found, arrived) {
  const told = h('p', { class: 'told', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'primary' }, t('comment.send'));
  const questions = found.consultations.at(-1).questions ?? [];
  const inputs = {
    about: h('select', { id: 'comment-about' }, h('option', { value: '' }, t('comment.about.whole')), questions.map((question, at) => h('option', { value: at + 1 }, `${at + 1}. ${plain(question)}`))),
    text: h('textarea', { id: 'comment-text', maxlength: 5000, rows: 7, required: true }),
    from: h('select', { id: 'comment-from' }, ['individual', 'organisation'].map((one) => h('option', { value: one }, t(`from.${one}`)))),
    email: h('input', { id: 'comment-email', type: 'email', maxlength: 200, autocomplete: 'email' }),
  };
  const send = async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = '';
    try {
      const path = `v1/disclosures/${encodeURIComponent(found.id)}/comments`;
      keep(found.id, await deliver(path, written(inputs), () => { told.textContent = t('enquiry.working'); }));
      await arrived();
    } catch (error) {
      told.textContent = refusal(error);
      button.disabled = false;
    }
  };
  const field = (name, words) => h('div', {}, h('label', { for: `comment-${name}` }, words), inputs[name]);
  return h(
    'form',
    { class: 'lookup enquiry', id: 'comment', onsubmit: send },
    questions.length > 0 && field('about', t('comment.about')),
    field('text', t('comment.text')),
    field('from', t('comment.from')),
    field('email', t('comment.email')),
    h('p', { class: 'meta' }, t('comment.public')),
    button,
    told,
  );
}

function written({ about, text, from, email }) {
  const contact = email.value.trim();
  return {
    text: text.value.trim(),
    from: from.value,
    ...(about.value && { about: { question: Number(about.value) } }),
    ...(contact && { contact: { email: contact } }),
  };
}

function refusal(error) {
  const known = { personal_data: 'comment.personal_data', consultation_closed: 'comment.closed' };
  const code = error.problem?.errors?.map((one) => one.code).find((one) => known[one]);
  if (code) return t(known[code]);
  if (error.status === 429) return t('enquiry.tries');
  return error.status ? error.message : t('failed.network');
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing shows nothing
  }
}

function keep(draft, receipt) {
  const all = kept();
  all[draft] = [...(all[draft] ?? []), { id: receipt.id, at: receipt.received_at }];
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(all));
  } catch {
    return;
  }
}

/** Draw the receipts of what was sent on a draft from here, and how far each is. */
async function list(draft, place) {
  const sent = kept()[draft] ?? [];
  const found = await Promise.all(sent.map((one) => find(`v1/comments/${one.id}`).catch(() => null)));
  const rows = sent.map((one, at) => h('li', {}, instant(one.at), ' ', h('code', {}, one.id), ' ', h('b', {}, t(`comment.state.${found[at]?.stage ?? 'waiting'}`))));
  const forget = () => {
    const { [draft]: _, ...others } = kept();
    localStorage.setItem(KEPT_AS, JSON.stringify(others));
    replace(place);
  };
  replace(place, rows.length > 0 && [h('h3', {}, t('comment.mine')), h('ul', { class: 'receipts' }, rows), h('button', { type: 'button', class: 'more', onclick: forget }, t('comment.forget'))]);
}
