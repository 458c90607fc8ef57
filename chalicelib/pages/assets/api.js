// Reads the API below the address of this page. Nothing is asked of any other host.

const BASE = new URL('.', document.baseURI);

/** What the API said no with: an RFC 9457 problem document, or none if the network failed. */
export class ProblemError extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** The record that was asked for was erased by order: this is what is left of it. */
export class ErasedError extends Error {
  constructor(record) {
    super(`${record.kind} ${record.id} was erased`);
    this.record = record;
  }
}

/** Return the address of a path with its parameters; those without a value are left out. */
export function address(path, parameters = {}) {
  const url = new URL(path.replace(/^\//, ''), BASE);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** Return what the API answers at a path. */
export function get(path, parameters = {}, options = {}) {
  return ask(address(path, parameters), options);
}

/** Return the record at a path, for a view that shows it. Throws an ErasedError where it was erased by order. */
export async function record(path, options = {}) {
  const found = await get(path, {}, options);
  if (found.stage === 'erased') throw new ErasedError(found);
  return found;
}

/** Return what the API answers at a path, as it was sent. */
export async function textOf(path, parameters = {}, options = {}) {
  return sent(address(path, parameters), { ...options, headers: { Accept: '*/*' } });
}

/** Return the answer, or null where there is nothing, or nothing any more. */
export async function find(path, parameters = {}, options = {}) {
  try {
    return await get(path, parameters, options);
  } catch (error) {
    if (error.status === 404 || error.status === 410) return null;
    throw error;
  }
}

/** Send a body and return the answer. */
export function post(path, body) {
  return send('POST', path, body);
}

/** Write a body to a place of its own; the same again is the same request. */
export function put(path, body, more = {}) {
  return send('PUT', path, body, more);
}

function send(method, path, body, more = {}) {
  const headers = { 'Content-Type': 'application/json', ...more };
  return ask(address(path), { method, headers, body: JSON.stringify(body), cache: 'no-store' });
}

/** Do something with a case on the strength of its token, which stands in a header only. */
export function withToken(method, path, token) {
  return ask(address(path), { method, headers: { Authorization: `Bearer ${token}` }, cache: 'no-store' });
}

async function ask(url, options) {
  const text = await sent(url, options);
  return text ? parsed(text) : null;
}

async function sent(url, options) {
  const headers = { Accept: 'application/json, application/problem+json', ...options.headers };
  const settings = { credentials: 'omit', referrerPolicy: 'no-referrer', ...options, headers };
  const answer = await fetch(url, settings);
  const text = await answer.text();
  if (!answer.ok) throw new ProblemError(answer.status, text ? parsed(text) : null);
  return text;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const names = new Map();

/** Return what is known of an agency, asking once for each. */
export function agency(id) {
  if (!names.has(id)) names.set(id, find(`v1/agencies/${encodeURIComponent(id)}`).catch(() => null));
  return names.get(id);
}

/** Take note of agencies that came in a list. */
export function remember(agencies) {
  for (const one of agencies) if (!names.has(one.id)) names.set(one.id, Promise.resolve(one));
}

/** Return all agencies, or as many as fit in `pages` pages; says whether that is all. */
export async function allAgencies(pages = 10, options = {}) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < pages; page += 1) {
    const answer = await get('v1/agencies', { limit: 100, cursor }, options);
    items.push(...answer.items);
    cursor = answer.next;
    if (cursor === null) break;
  }
  remember(items);
  return { items, whole: cursor === null };
}

const lists = new Map();

/** Return a code list as a map from code to its words; empty where there is none. */
export function codes(list) {
  if (!lists.has(list)) {
    lists.set(
      list,
      find(`v1/codes/${list}`)
        .then((answer) => new Map((answer?.codes ?? []).map((code) => [code.code, { zh: code.zh, en: code.en }])))
        .catch(() => new Map()),
    );
  }
  return lists.get(list);
}
