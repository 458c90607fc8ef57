// Checks the register in the reader's own browser, step by step, and remembers what it saw: the next visit finds out whether
// what was there then still stands. Of the server's word nothing is taken but what a step says it takes.

import { get, textOf } from './api.js';
import { fromBase64, fromHex, isConsistent, isSignedBy, leafHash, readCheckpoint, readKey, readNote, rootOfInclusion, same, sha256, toBase64, toHex } from './tree.js';

const KEPT_AS = 'glasshall-register';
const LEAF = ['index', 'kind', 'id', 'act', 'name', 'version', 'at', 'agency', 'jurisdiction', 'url', 'tombstone', 'commitment'];
const PLACE = /"register_index":\d+,"sha256":"[0-9a-f]{64}",/;
const HOLDS = 'holds';
const FAILS = 'fails';
const UNKNOWN = 'unknown';
const utf8 = new TextEncoder();

/** Return whether this browser computes hashes here: it does so at secure addresses only. */
export function canHash() {
  return Boolean(globalThis.crypto?.subtle);
}

/** What was found out: in which words, whether it holds, with which values; and what was compared, to be read by hand. */
function step(words, outcome, values = {}, facts = []) {
  return { words, outcome, values, facts };
}

/** Return the steps that check the newest checkpoint, and the checkpoint; null where there is none yet. What holds is remembered. */
export async function checkRegister(signal) {
  const text = await textOf('v1/register/checkpoint', {}, { signal, cache: 'no-store' }).catch(nothing);
  if (text === null) return null;
  const checkpoint = readCheckpoint(text);
  if (!checkpoint) return { steps: [step('unreadable', FAILS)], checkpoint };
  const before = remembered();
  const renamed = before && before.origin !== checkpoint.origin;
  const facts = [['origin', checkpoint.origin], ['root', toHex(checkpoint.root)]];
  const found = step(renamed ? 'checkpoint.renamed' : 'checkpoint', renamed ? FAILS : HOLDS, { n: checkpoint.size, name: before?.origin }, facts);
  const { signature, keys } = await signed(checkpoint, before, signal);
  const steps = [found, signature, await continued(checkpoint, before, signal)];
  if (!steps.some((one) => one.outcome === FAILS)) remember(checkpoint, keys);
  return { steps, checkpoint };
}

/** Check the signature by a key of an earlier visit, or one that such a key stands for; on the first by those that are named. */
async function signed(checkpoint, before, signal) {
  const known = await keysOf(before?.keys ?? []);
  const note = readNote(await textOf('v1/register/keys', {}, { signal }));
  const named = await keysOf(note?.lines.slice(2) ?? []);
  try {
    const own = await signer(checkpoint, known);
    const vouched = !known.length || (note && (await signer(note, known))) ? named : [];
    const other = own ?? (await signer(checkpoint, vouched));
    if (!other) return { signature: step(known.length ? 'signature.stranger' : 'signature.none', FAILS), keys: [] };
    const words = own ? 'signature' : known.length ? 'signature.changed' : 'signature.first';
    const keys = [...new Set([...known, ...vouched].map((key) => key.line))];
    return { signature: step(words, HOLDS, { key: other.id }, [['key', other.line]]), keys };
  } catch (error) {
    if (error.name !== 'NotSupportedError') throw error;
    return { signature: step('signature.cannot', UNKNOWN), keys: before?.keys ?? [] };
  }
}

async function keysOf(lines) {
  return (await Promise.all(lines.map(readKey))).filter(Boolean);
}

async function signer(note, keys) {
  for (const key of keys) if (await isSignedBy(note, key)) return key;
  return null;
}

/** Check that the register goes on from what this browser saw last. */
async function continued(checkpoint, before, signal) {
  if (!before) return step('consistency.first', UNKNOWN);
  const facts = [['root.before', toHex(fromBase64(before.root))], ['root', toHex(checkpoint.root)]];
  if (before.size > checkpoint.size) return step('consistency.shrunk', FAILS, { m: before.size, n: checkpoint.size }, facts);
  const asked = { first: before.size, size: checkpoint.size };
  const proof = before.size === checkpoint.size ? [] : (await get('v1/register/proof', asked, { signal })).proof.map(fromBase64);
  const holds = await isConsistent(before.size, checkpoint.size, fromBase64(before.root), checkpoint.root, proof);
  const words = holds && before.size === checkpoint.size ? 'consistency.same' : 'consistency';
  return step(holds ? words : 'consistency.fails', holds ? HOLDS : FAILS, { m: before.size, n: checkpoint.size }, facts);
}

/** Return the steps that check one entry in a register whose checkpoint was checked, and the entry; null where there is none. */
export async function checkEntry(index, checkpoint, signal) {
  if (index >= checkpoint.size) return null;
  const found = await get(`v1/register/entries/${index}`, {}, { signal });
  const { item } = found;
  const commitment = item.salt === null ? item.commitment : await commitmentOf(item);
  const leaf = leafOf(item, commitment);
  const hash = await leafHash(leaf);
  const { proof } = await get('v1/register/proof', { index, size: checkpoint.size }, { signal });
  const root = await rootOfInclusion(index, checkpoint.size, hash, proof.map(fromBase64));
  const holds = root !== null && same(root, checkpoint.root);
  const made = toBase64(leaf) === found.leaf;
  return {
    item,
    steps: [
      item.salt === null ? step('leaf.erased', made ? HOLDS : FAILS, { by: item.erased_by }) : step(made ? 'leaf' : 'leaf.fails', made ? HOLDS : FAILS, {}, [['commitment', commitment], ['leaf', toHex(hash)]]),
      step(holds ? 'inclusion' : 'inclusion.fails', holds ? HOLDS : FAILS, { index, n: checkpoint.size, hashes: proof.length }, [['root.proven', root ? toHex(root) : '—'], ['root', toHex(checkpoint.root)]]),
      await shown(item, signal),
    ],
  };
}

async function commitmentOf(item) {
  return toHex(await sha256(fromHex(item.salt), fromHex(item.act_sha256), fromHex(item.sha256 ?? '')));
}

/** An entry as the tree binds it: its members in their order, without blanks, and the instant in UTC. */
function leafOf(item, commitment) {
  const members = { ...item, at: new Date(item.at).toISOString(), commitment };
  return utf8.encode(JSON.stringify(Object.fromEntries(LEAF.map((name) => [name, members[name]]))));
}

/** Check that the record's bytes, as its permanent address gives them, are those that the entry names. */
async function shown(item, signal) {
  if (item.sha256 === null) return step(item.salt === null ? 'record.erased' : 'record.nothing', UNKNOWN);
  const text = await textOf(item.url.slice(item.url.indexOf('/v1/')), {}, { signal }).catch(nothing);
  if (text === null) return step('record.gone', UNKNOWN);
  const digest = toHex(await sha256(utf8.encode(text.replace(PLACE, ''))));
  const holds = digest === item.sha256;
  return step(holds ? 'record' : 'record.fails', holds ? HOLDS : FAILS, {}, [['sha256', item.sha256], ['sha256.here', digest]]);
}

function nothing(error) {
  if (error.status === 404) return null;
  throw error;
}

/** Return what this browser saw last of the register, or null. */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? 'null');
    return Array.isArray(kept?.keys) && Number.isSafeInteger(kept.size) ? kept : null;
  } catch {
    return null; // a browser that keeps nothing sees each time for the first time
  }
}

function remember({ origin, size, root }, keys) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify({ origin, size, root: toBase64(root), keys }));
  } catch {
    return;
  }
}
